export { Table } from './table.ts';
export { readCsv, readTsv } from './read/read-csv.ts';
