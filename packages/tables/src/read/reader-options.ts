import { positiveInteger } from '@kernel-methods/check';
import { fail } from '../check.ts';
import { type ColumnSpec, checkSpecs } from '../table-from-rows.ts';
import type { SourceOptions } from './source.ts';

/** What all readers of tables take. */
export interface TableReaderOptions<
  Specs extends Record<string, ColumnSpec> = Record<string, ColumnSpec>,
> extends SourceOptions {
  /**
   * Types of columns, by name, instead of detecting them. A value that does not fit is an error.
   */
  columns?: Specs;
  /** Only these columns, in this order. */
  select?: readonly string[];
  /** The number of rows from which the types of the other columns are detected. Default 10,000. */
  sampleRows?: number;
}

export interface BatchOptions {
  /** Rows of a batch; the last may have fewer. Default 10,000. */
  batchRows?: number;
}

export const readerOptionNames = [
  'columns',
  'select',
  'sampleRows',
  'batchRows',
  'signal',
  'onProgress',
] as const;

/** @throws RangeError if an option is not what it may be. */
export function checkReaderOptions(options: TableReaderOptions & BatchOptions): void {
  const { columns = {}, select, sampleRows = 1, batchRows = 1, signal, onProgress } = options;
  if (typeof columns !== 'object' || columns === null)
    fail('columns', 'an object of types', columns);
  checkSpecs(columns);
  if (select !== undefined) {
    if (
      !Array.isArray(select) ||
      select.length === 0 ||
      select.some((name) => typeof name !== 'string')
    ) {
      fail('select', 'an array of names', select);
    }
    if (new Set(select).size < select.length) fail('select', 'of distinct names', select);
  }
  positiveInteger('sampleRows', sampleRows);
  positiveInteger('batchRows', batchRows);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    fail('signal', 'an AbortSignal', signal);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    fail('onProgress', 'a function', onProgress);
  }
}
