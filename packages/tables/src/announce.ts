import { TableEncoder, tableEncoder } from './encode/table-encoder.ts';
import { textEncoder } from './encode/text-encoder.ts';
import { setPresent } from './present.ts';
import { checkSparseRows } from './sparse-rows.ts';
import { Table } from './table.ts';

// Says that the whole package is there, when it is imported.
setPresent({ Table, TableEncoder, tableEncoder, textEncoder, checkSparseRows });
