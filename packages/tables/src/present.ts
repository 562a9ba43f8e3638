import type { TableEncoder, tableEncoder } from './encode/table-encoder.ts';
import type { textEncoder } from './encode/text-encoder.ts';
import type { checkSparseRows } from './sparse-rows.ts';
import type { Table } from './table.ts';

/** What estimators need of this package. */
export interface TableParts {
  readonly Table: typeof Table;
  readonly TableEncoder: typeof TableEncoder;
  readonly tableEncoder: typeof tableEncoder;
  readonly textEncoder: typeof textEncoder;
  readonly checkSparseRows: typeof checkSparseRows;
}

let present: TableParts | undefined;

/** Called by the whole package when it is imported. */
export function setPresent(parts: TableParts): void {
  present = parts;
}

/**
 * Tables and their encoder, if the program has imported the whole package anyway; otherwise
 * undefined, and `import('@kernel-methods/tables')` loads it.
 *
 * Such an import must not be made where the package is there: a bundler may have put it into the
 * chunk of the program itself, and if that awaits something at its top level, each would wait for the
 * other.
 *
 * ```ts
 * import { presentTables } from '@kernel-methods/tables/present';
 *
 * const { Table } = presentTables() ?? (await import('@kernel-methods/tables'));
 * ```
 */
export const presentTables = (): TableParts | undefined => present;
