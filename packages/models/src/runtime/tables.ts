import { presentTables, type TableParts } from '@kernel-methods/tables/present';

/** The package of tables, loaded for the first table, sparse row or saved encoder. */
export const loadTables = async (): Promise<TableParts> =>
  presentTables() ?? import('@kernel-methods/tables');
