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
  /** One value for each row of the column. A row without a target has NaN, or the code −1. */
  readonly target?: Target;
  /** A stream of random numbers that is the column's own. */
  readonly random: Random;
}

/**
 * Codes one column as numbers. An encoder is a configuration and never changes; what it learned
 * from a column is an object of its own. `checkColumnEncoder` checks that an encoder of your own
 * keeps this contract.
 */
export interface ColumnEncoder {
  /** The name under which it is saved. */
  readonly kind: string;
  /** The types of columns that it takes. */
  readonly accepts: readonly ColumnType[];
  /**
   * Its options as JSON, if it has any. They are saved, so that an encoder of this package can be
   * fitted again after it was loaded. (One of your own is passed by `encoders` as it is.)
   */
  readonly options?: Json;
  /** Learns from a column of at least one row; any value may be missing. */
  fit(column: Column, context: FitContext): FittedColumn;
  /**
   * Learns from rows and codes the same rows. It is for encoders that must code these rows
   * differently from new ones: by what was learned from the other rows. Default: `fit`, then
   * `transform`.
   */
  fitTransform?(column: Column, context: FitContext): { fitted: FittedColumn; rows: EncodedRows };
  /** Restores an encoder from what `toJSON` returned. */
  fromJSON(state: Json): FittedColumn;
}

/** What an encoder learned from a column. */
export interface FittedColumn {
  /**
   * The name of each feature, to follow the column's name; `''` where the column's name says it
   * all.
   */
  readonly features: readonly string[];
  /** How many numbers of a row are not 0, if most of them are. */
  readonly nonZeros?: number;
  /**
   * One finite number per row and feature, which depends on that row alone. A value that `fit` did
   * not see is not an error.
   */
  transform(column: Column): EncodedRows;
  toJSON(): Json;
}

/** Where at least this share of the rows is missing, a feature marks the missing values. */
export const indicatorShare = 0.05;
