import { kindOf } from '@kernel-methods/check';
import type { TableEncoder } from '@kernel-methods/tables';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTable, isTableRows, type TableRows } from '../data/tables.ts';
import type { FitStreamOptions } from '../fit/fit-options.ts';
import { codeTable, codeValidation, targetsOf } from '../fit/table-data.ts';
import type { ResolvedOptions } from '../options.ts';
import { abortable } from '../runtime/abortable.ts';
import { inPlace } from '../runtime/in-place.ts';
import {
  type BatchStream,
  batchName,
  isReadOnce,
  type StreamBatch,
  sourceIndex,
} from './batch-stream.ts';

/** Tables that arrive batch by batch, such as the `batches` of a reader. */
export type TableStream = AsyncIterable<TableRows>;

/** A stream of tables, coded as rows of numbers. */
export interface CodedStream {
  readonly stream: BatchStream;
  readonly fitOptions: FitStreamOptions;
  readonly encoder: TableEncoder;
}

/**
 * Codes a stream of tables. The encoder is fitted to the first batch, which is coded by
 * `fitTransform` in every pass.
 *
 * @throws the signal's reason when aborted; RangeError or TableError that names the column.
 */
export async function codeStream(
  tables: TableStream,
  target: string | undefined,
  given: FitStreamOptions,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<CodedStream> {
  const source = tables[Symbol.asyncIterator]();
  try {
    const next = await nextTable(source, 0, signal);
    if (next === undefined) {
      throw new RangeError('`x` must hold at least one row. Received: an empty stream.');
    }
    const { table, index } = next;
    const { x, y, encoder } = await inPlace(batchName(index), () =>
      codeTable(table, target, {}, options),
    );
    const opening: CodedBatch = { x, y: y as TargetsLike, [sourceIndex]: index };
    const { validationData, target: _, ...rest } = given;
    const validation = validationData && (await codeValidation(encoder, validationData));
    const code = (batch: TableRows, index: number): Promise<CodedBatch> =>
      inPlace(batchName(index), async () => ({
        x: encoder.transform(batch) as RowsLike,
        y: (await targetsOf(batch, target, 'y')) as TargetsLike,
        [sourceIndex]: index,
      }));
    const once = codedBatches(source, opening, code);
    let isFresh = true;
    const again = {
      [Symbol.asyncIterator]() {
        if (isFresh) {
          isFresh = false;
          return once;
        }
        return codedBatches(tables[Symbol.asyncIterator](), opening, code, true);
      },
    };
    const fitOptions = { ...rest, ...(validation && { validationData: validation }) };
    return { stream: isReadOnce(tables as never) ? once : again, fitOptions, encoder };
  } catch (error) {
    Promise.resolve(source.return?.()).catch(() => {});
    throw error;
  }
}

interface CodedBatch extends StreamBatch {
  readonly [sourceIndex]: number;
}

/** The first batch, which is already coded, and the rest of a source. */
function codedBatches(
  source: AsyncIterator<TableRows>,
  opening: CodedBatch,
  code: (table: TableRows, index: number) => Promise<CodedBatch>,
  isReopened = false,
): AsyncIterableIterator<StreamBatch> {
  let index = isReopened ? 0 : opening[sourceIndex] + 1;
  let isOpened = false;
  return {
    async next() {
      if (!isOpened) {
        isOpened = true;
        for (; index <= opening[sourceIndex]; index++) {
          const { done } = await source.next();
          if (done) return { done: true, value: undefined };
        }
        return { done: false, value: opening };
      }
      const next = await nextTable(source, index);
      if (next === undefined) return { done: true, value: undefined };
      index = next.index + 1;
      return { done: false, value: await code(next.table, next.index) };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/**
 * The next table with rows, and its number; undefined at the end. A reader that filters its rows
 * may leave none of a batch.
 */
async function nextTable(source: AsyncIterator<TableRows>, from: number, signal?: AbortSignal) {
  for (let index = from; ; index++) {
    const coming = source.next();
    const { value, done } = await (signal ? abortable(coming, signal) : coming);
    if (done) return undefined;
    const table = tableIn(value, index);
    if (!isTable(table) || table.rows > 0) return { table, index };
  }
}

/** @throws TypeError unless a batch is a table or objects. */
function tableIn(batch: unknown, index: number): TableRows {
  if (isTableRows(batch)) return batch;
  throw new TypeError(
    `A stream with a \`target\` must give tables or arrays of objects. Received: ${kindOf(batch)} as batch ${index}.`,
  );
}
