import type { FieldRules } from '../field-rules.ts';
import type { AnyRow, RowOf } from '../row-types.ts';
import type { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import type { ColumnSpec } from '../table-from-rows.ts';
import { batchesOf, only, watcher } from './batched.ts';
import { concatBytes } from './bytes.ts';
import { findDialect } from './csv-dialect.ts';
import { takeHeader } from './csv-header.ts';
import { type CsvOptions, checkCsvOptions } from './csv-options.ts';
import { RowAppender } from './csv-rows.ts';
import { csvRecords } from './csv-scan.ts';
import { asUtf8 } from './decode.ts';
import type { OpenSource } from './opened.ts';
import type { BatchOptions } from './reader-options.ts';
import type { RecordBlock } from './record-block.ts';
import { openSource, type Source } from './source.ts';
import { unpacked } from './unpacked.ts';

/** The rows that a reader gives: those of the columns that it was told, and others. */
export type ReadRow<Specs> = string extends keyof Specs ? AnyRow : RowOf<Specs> & AnyRow;

/** What `readCsv` and `readTsv` are: a function, with `batches` beside it. */
export interface CsvReader {
  <const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: CsvOptions<Specs>,
  ): Promise<Table<ReadRow<Specs>>>;
  /**
   * The same, some rows at a time, from the beginning whenever it is iterated (a `ReadableStream`
   * only once). Categories number their levels in each batch anew.
   */
  batches<const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: CsvOptions<Specs> & BatchOptions,
  ): AsyncIterable<Table<ReadRow<Specs>>>;
}

/**
 * Reads delimited text (RFC 4180), gzipped or not. Quotes, separators, the header and the columns'
 * types are detected from the beginning of the file where they are not given; a later value that
 * does not fit its column is an error. Empty lines are skipped.
 *
 * @throws TableError with the line, and where there is one the row, column and value.
 *
 * @example
 * const table = await readCsv('people.csv', { columns: { zip: 'category' } });
 */
export const readCsv: CsvReader = Object.assign(
  (source: Source, options: CsvOptions = {}) => only(csvBatches(source, options, Infinity)),
  {
    batches: (source: Source, options: CsvOptions & BatchOptions = {}) =>
      batchesOf(source, () => csvBatches(source, options, options.batchRows ?? 10_000)),
  },
) as CsvReader;

/**
 * `readCsv` with tabs between the fields.
 *
 * @example
 * const table = await readTsv('people.tsv', { columns: { zip: 'category' } });
 */
export const readTsv: CsvReader = Object.assign(
  (source: Source, options: CsvOptions = {}) => readCsv(source, { delimiter: '\t', ...options }),
  {
    batches: (source: Source, options: CsvOptions & BatchOptions = {}) =>
      readCsv.batches(source, { delimiter: '\t', ...options }),
  },
) as CsvReader;

async function* csvBatches(
  source: Source,
  options: CsvOptions,
  batchRows: number,
): AsyncGenerator<Table> {
  const rules = checkCsvOptions(options);
  const opened = await openSource(source, options.signal);
  try {
    yield* readOpened(opened, options, rules, batchRows);
  } finally {
    await opened.close();
  }
}

async function* readOpened(
  opened: OpenSource,
  options: CsvOptions,
  rules: FieldRules,
  batchRows: number,
): AsyncGenerator<Table> {
  const { name } = opened;
  const { maxRecordLength = 1 << 24, encoding = 'utf-8', delimiter, quote } = options;
  const watch = watcher(opened, options);
  const pieces = asUtf8(unpacked(opened), encoding, name);
  const head = await beginning(pieces, () => watch(0));
  const dialect = findDialect(head.bytes, head.whole, { delimiter, quote, trim: rules.trim });
  const rest = head.whole ? undefined : pieces;
  let rows: RowAppender | undefined;
  let given = 0;
  for await (const block of csvRecords(head.bytes, rest, dialect, maxRecordLength, name)) {
    let from = 0;
    if (!rows) {
      const header = takeHeader(block, options, rules, name);
      from = header.from;
      rows = new RowAppender(header.names, block, from, options, rules, name);
    }
    while (from < block.count) {
      from = rows.append(block, from, batchRows);
      if (rows.pending < batchRows) continue;
      given++;
      yield rows.take();
    }
    watch(rows.total);
  }
  if (!rows) {
    const empty =
      'there are no records: it is empty. Pass names as `header` for a table without rows.';
    if (typeof options.header !== 'object') throw new TableError('empty', empty, { source: name });
    rows = new RowAppender([...(options.header as string[])], noRecords, 0, options, rules, name);
  }
  watch(rows.total);
  // A file of a header alone is a table without rows.
  if (rows.pending > 0 || given === 0) yield rows.take();
}

const noRecords: RecordBlock = {
  bytes: new Uint8Array(0),
  starts: new Uint32Array(0),
  ends: new Uint32Array(0),
  first: new Uint32Array(1),
  lines: new Float64Array(0),
  count: 0,
};

/**
 * The most data from which types are inferred, so that they do not depend on how a file is divided.
 */
const headLength = 1 << 22;

/** The first bytes of a file, and whether that is all of it. */
async function beginning(
  pieces: AsyncGenerator<Uint8Array>,
  watch: () => void,
): Promise<{ bytes: Uint8Array; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  while (length < headLength && !whole) {
    const { done, value } = await pieces.next();
    watch();
    whole = done === true;
    if (!value) continue;
    chunks.push(value);
    length += value.length;
  }
  return { bytes: concatBytes(chunks, length), whole };
}
