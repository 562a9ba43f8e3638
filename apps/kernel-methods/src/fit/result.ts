import type { ColumnLook } from '../data/look.ts';
import type { Prepared } from '../data/prepare.ts';
import type { ModelRecord } from '../model/model-record.ts';
import type { Effect } from './effects.ts';
import type { Found } from './fit-table.ts';

/** All that a fit came to. */
export interface Result {
  readonly files: readonly string[];
  readonly prepared: Prepared;
  readonly looks: readonly ColumnLook[];
  readonly found: Found;
  readonly record: ModelRecord;
  /** How predictions change with the columns that matter most; for the page. */
  readonly effects: readonly Effect[];
  readonly seconds: number;
}
