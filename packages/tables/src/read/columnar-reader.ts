import { knownOptions } from '@kernel-methods/check';
import type { Table } from '../table.ts';
import type { ColumnSpec } from '../table-from-rows.ts';
import { batchesOf, only, watcher } from './batched.ts';
import { type ColumnBlock, type FileColumn, selectColumns, tablesOf } from './column-blocks.ts';
import type { OpenSource } from './opened.ts';
import type { ReadRow } from './read-csv.ts';
import {
  type BatchOptions,
  checkReaderOptions,
  readerOptionNames,
  type TableReaderOptions,
} from './reader-options.ts';
import { openSource, type Source } from './source.ts';

export interface ColumnarReader {
  <const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: TableReaderOptions<Specs>,
  ): Promise<Table<ReadRow<Specs>>>;
  /**
   * The same, some rows at a time, from the beginning whenever it is iterated (a `ReadableStream`
   * only once). Categories number their levels in each batch anew.
   */
  batches<const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: TableReaderOptions<Specs> & BatchOptions,
  ): AsyncIterable<Table<ReadRow<Specs>>>;
}

/** A file whose columns are known before its rows are read. */
export interface ColumnarFile {
  readonly columns: readonly FileColumn[];
  /** The rows of the columns that were asked for, as the file has them. */
  blocks(columns: readonly FileColumn[]): AsyncIterable<ColumnBlock>;
}

/** The reader of a format, from what opens a file of it; `watch` is called with the rows so far. */
export function columnarReader(
  open: (opened: OpenSource, watch: (rows: number) => void) => Promise<ColumnarFile>,
): ColumnarReader {
  async function* batches(
    source: Source,
    options: TableReaderOptions,
    batchRows: number,
  ): AsyncGenerator<Table> {
    knownOptions('The options', options, readerOptionNames);
    checkReaderOptions(options);
    const opened = await openSource(source, options.signal);
    try {
      const watch = watcher(opened, options);
      const { name } = opened;
      const file = await open(opened, watch);
      const columns = selectColumns(file.columns, options, name);
      yield* tablesOf(columns, file.blocks(columns), options, batchRows, name, watch);
    } finally {
      await opened.close();
    }
  }
  return Object.assign(
    (source: Source, options: TableReaderOptions = {}) => only(batches(source, options, Infinity)),
    {
      batches: (source: Source, options: TableReaderOptions & BatchOptions = {}) =>
        batchesOf(source, () => batches(source, options, options.batchRows ?? 10_000)),
    },
  ) as ColumnarReader;
}
