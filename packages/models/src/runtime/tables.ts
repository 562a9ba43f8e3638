import type * as tables from '@kernel-methods/tables';

let loaded: Promise<typeof tables> | undefined;

/** The package of tables, loaded for the first table, sparse row or saved encoder. */
export function loadTables(): Promise<typeof tables> {
  loaded ??= import('@kernel-methods/tables');
  return loaded;
}
