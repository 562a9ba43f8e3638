import type { AnyRow } from '@kernel-methods/tables';
import { readCsv, type Table, TableError } from '@kernel-methods/tables';
import { finiteRule, infiniteIn } from '../data/finite.ts';
import { bodyFault } from '../data/reader-errors.ts';
import { specsFor } from '../data/rows-for-model.ts';
import type { ModelRecord } from '../model/model-record.ts';
import { checkRows, type RowFault, shown } from './check-rows.ts';

/** A request that cannot be answered: what is wrong with it, and the status that says so. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly statusCode: number;
  readonly faults: readonly RowFault[];

  constructor(statusCode: number, message: string, faults: readonly RowFault[] = []) {
    super(message);
    this.statusCode = statusCode;
    this.faults = faults;
  }
}

export interface Body {
  readonly rows: readonly AnyRow[];
  /** Whether the answer is for one row, not for a list of rows. */
  readonly isSingle: boolean;
}

/** The rows of a JSON body: one object, an array of them, or `{ rows: […] }`. @throws RequestError */
export function readJsonBody(body: unknown, record: ModelRecord, mostRows: number): Body {
  if (typeof body !== 'object' || body === null) {
    throw new RequestError(400, 'The body must be an object, or an array of objects.');
  }
  const hasRows = !Array.isArray(body) && Object.hasOwn(body, 'rows');
  const isWrapped = hasRows && Array.isArray((body as { rows: unknown }).rows);
  if (hasRows && !isWrapped && record.columns.every(({ name }) => name !== 'rows')) {
    const { rows } = body as { rows: unknown };
    throw new RequestError(400, `\`rows\` must be an array of objects. Received: ${shown(rows)}.`);
  }
  const given: unknown[] = Array.isArray(body)
    ? body
    : isWrapped
      ? (body as { rows: unknown[] }).rows
      : [body];
  const isSingle = !Array.isArray(body) && !isWrapped;
  checkCount(given.length, mostRows);
  return { rows: checked(given, record), isSingle };
}

/** The rows of a CSV body, whose first line names the columns. @throws RequestError */
export async function readCsvBody(
  text: string,
  record: ModelRecord,
  mostRows: number,
): Promise<Body> {
  const names = record.columns.map(({ name }) => name);
  let table: Table;
  try {
    table = (await readCsv(
      { text },
      { header: true, columns: specsFor(record, false) as Record<string, 'number'> },
    )) as Table;
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    const { column } = error;
    const row = error.row === undefined ? undefined : error.row + 1;
    const message = bodyFault(error);
    const faults =
      row === undefined ? [] : [{ row, ...(column !== undefined && { column }), message }];
    throw new RequestError(row === undefined ? 400 : 422, message, faults);
  }
  const missing = names.find((name) => !table.has(name));
  if (missing !== undefined) {
    throw new RequestError(
      422,
      `The first line must name the columns of the model. Received: no ${missing}.`,
    );
  }
  checkCount(table.rows, mostRows);
  const own = table.select(...names) as Table;
  const infinite = infiniteIn(own.columns);
  if (infinite !== undefined) {
    const { column, value } = infinite;
    const message = `must be ${finiteRule}, or blank. Received: ${value}.`;
    throw rowFaults([{ row: infinite.row + 1, column, message }], 0);
  }
  return { rows: [...own], isSingle: false };
}

function checkCount(count: number, most: number): void {
  if (count === 0) throw new RequestError(422, 'There must be a row or more. Received: none.');
  if (count > most)
    throw new RequestError(413, `A request may have ${most} rows. Received: ${count}.`);
}

function checked(given: readonly unknown[], { columns }: ModelRecord): readonly AnyRow[] {
  const result = checkRows(given, columns);
  if ('rows' in result) return result.rows;
  throw rowFaults(result.faults, result.more);
}

function rowFaults(faults: readonly RowFault[], more: number): RequestError {
  const [first] = faults;
  const place =
    first.column === undefined ? `Row ${first.row}` : `Row ${first.row}, column ${first.column}`;
  const count = faults.length + more;
  const others = count > 1 ? ` And ${count - 1} more.` : '';
  return new RequestError(422, `${place} ${first.message}${others}`, faults);
}
