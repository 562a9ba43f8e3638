import type { Column, ColumnType } from '../columns.ts';
import type { RecordBlock } from '../read/record-block.ts';

/** Collects the values of one column, of a type that is settled. */
export interface ColumnBuilder {
  readonly type: ColumnType;
  /**
   * Appends field `at` of the records from `from` to before `end`, parsed. A record that has no such
   * field has a missing value.
   *
   * @returns the first record whose field the type does not hold, or −1. Nothing after it counts.
   * @throws TypeError if a text is not UTF-8.
   */
  appendFields(block: RecordBlock, at: number, from: number, end: number): number;
  /** Appends a value of JavaScript; false if the type does not hold it. `null` is missing. */
  push(value: unknown): boolean;
  /** The column of what was appended since the last call. */
  take(): Column;
}
