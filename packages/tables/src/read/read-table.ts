import { oneOf } from '@kernel-methods/check';
import type { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import type { ColumnSpec } from '../table-from-rows.ts';
import { batchesOf } from './batched.ts';
import type { CsvOptions } from './csv-options.ts';
import { npyTable } from './npy-table.ts';
import { readArrow } from './read-arrow.ts';
import { type ReadRow, readCsv, readTsv } from './read-csv.ts';
import { readJsonLines } from './read-json.ts';
import { readParquet } from './read-parquet.ts';
import type { BatchOptions, TableReaderOptions } from './reader-options.ts';
import { type Source, sourceName } from './source.ts';

export type TableFormat = 'csv' | 'tsv' | 'jsonl' | 'parquet' | 'arrow' | 'npy';

/**
 * The options of the format's reader. Options that only CSV takes are refused for the other
 * formats.
 */
export type ReadTableOptions<
  Specs extends Record<string, ColumnSpec> = Record<string, ColumnSpec>,
> = CsvOptions<Specs> & {
  /** Default: told from the name's ending, or text from its first character. */
  format?: TableFormat;
};

const endings: Record<string, TableFormat> = {
  csv: 'csv',
  txt: 'csv',
  data: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'jsonl',
  parquet: 'parquet',
  pq: 'parquet',
  arrow: 'arrow',
  arrows: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
  npy: 'npy',
};

/** What `readTable` is: a function, with `batches` beside it. */
export interface TableReader {
  <const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: ReadTableOptions<Specs>,
  ): Promise<Table<ReadRow<Specs>>>;
  /**
   * The same, some rows at a time, from the beginning whenever it is iterated (a `ReadableStream`
   * only once). Categories number their levels in each batch anew.
   */
  batches<const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: ReadTableOptions<Specs> & BatchOptions,
  ): AsyncIterable<Table<ReadRow<Specs>>>;
}

/**
 * Reads a table of any format that there is a reader for: CSV, TSV, JSON lines, Parquet, Arrow,
 * and a `.npy` of two axes, whose columns are called e0, e1, …
 *
 * @throws TableError if the format cannot be told, and what the reader throws.
 *
 * @example
 * const table = await readTable('people.csv.gz'); // read by the name's ending
 */
export const readTable: TableReader = Object.assign(
  async (source: Source, options: ReadTableOptions = {}) => {
    const { format, ...rest } = options;
    return readerOf(source, format)(source, rest);
  },
  {
    batches: (source: Source, options: ReadTableOptions & BatchOptions = {}) =>
      batchesOf(source, async function* () {
        const { format, ...rest } = options;
        yield* readerOf(source, format).batches(source, rest);
      }),
  },
) as TableReader;

interface AnyReader {
  (source: Source, options: TableReaderOptions): Promise<Table>;
  batches(source: Source, options: TableReaderOptions & BatchOptions): AsyncIterable<Table>;
}

function readerOf(source: Source, format: TableFormat | undefined): AnyReader {
  if (format !== undefined) oneOf('format', format, [...new Set(Object.values(endings))], '"');
  const readers: Record<TableFormat, unknown> = {
    csv: readCsv,
    tsv: readTsv,
    jsonl: readJsonLines,
    parquet: readParquet,
    arrow: readArrow,
    npy: npyTable,
  };
  return readers[format ?? tell(source)] as AnyReader;
}

function tell(source: Source): TableFormat {
  const name = sourceName(source);
  if (name !== undefined) {
    const [path] = name.split(/[?#]/, 1);
    const ending = /\.(\w+)(?:\.gz)?$/.exec(path)?.[1].toLowerCase() ?? '';
    if (Object.hasOwn(endings, ending)) return endings[ending];
    const known = Object.keys(endings).join(', ');
    const what = `no format is known by its ending. Pass \`format\`, or name it by one of ${known}.`;
    throw new TableError('format', what, { source: name });
  }
  const text =
    typeof source === 'string'
      ? source
      : 'text' in Object(source)
        ? (source as { text: string }).text
        : undefined;
  if (typeof text === 'string') return /^\s*[[{]/.test(text) ? 'jsonl' : 'csv';
  throw new TableError('format', 'A source without a name needs its `format`.');
}
