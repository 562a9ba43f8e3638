import type { Random } from '@kernel-methods/random';
import type { Column, ColumnType } from '../columns.ts';
import type { EncodedRows } from '../sparse-rows.ts';

/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What is to be predicted, where the fit knows it: numbers, or classes as numbers from 0. */
export type Target =
  | { readonly type: 'number'; readonly values: Float64Array }
  | { readonly type: 'class'; readonly codes: Int32Array; readonly classes: number };

export interface FitContext {
  /** Of the same rows. A row without one has NaN, or the code −1. */
  readonly target?: Target;
  /** A stream of the column's own. */
  readonly random: Random;
}

/**
 * Codes one column as numbers. An encoder is a configuration and never changes; what it learned from
 * a column is an object of its own. `checkColumnEncoder` holds an encoder of one's own to this.
 */
export interface ColumnEncoder {
  /** The name under which it is saved. */
  readonly kind: string;
  /** The types of columns that it takes. */
  readonly accepts: readonly ColumnType[];
  /** Learns from a column of at least one row, of which any value may be missing. */
  fit(column: Column, context: FitContext): FittedColumn;
  /**
   * Learns and codes the rows that it learned from, where these must be coded otherwise than new
   * ones: by what was learned from other rows. Default: `fit` and `transform`.
   */
  fitTransform?(column: Column, context: FitContext): { fitted: FittedColumn; rows: EncodedRows };
  /** What `toJSON` gave, back. */
  fromJSON(state: Json): FittedColumn;
}

/** What an encoder learned from a column. */
export interface FittedColumn {
  /** What each number is, after the column's name; `''` where that says it. */
  readonly features: readonly string[];
  /** How many numbers of a row are not 0, if most of them are. */
  readonly nonZeros?: number;
  /**
   * A number of each feature for each row: finite, a function of the row alone. A value that the fit
   * did not see is no error.
   */
  transform(column: Column): EncodedRows;
  toJSON(): Json;
}

/** Where blanks are at least this share of the rows, that a value is missing is a feature. */
export const indicatorShare = 0.05;
