// Records as arrays of strings by parsers that are well kept: a reader of tables on top of one could
// not be faster than this.
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import Papa from 'papaparse';
import { inferSchema, initParser } from 'udsv';

const [name, path, rounds] = process.argv.slice(2);
const parsers: Record<string, (text: string) => unknown[]> = {
  papaparse: (text) => Papa.parse(text).data,
  udsv: (text) => initParser(inferSchema(text)).stringArrs(text),
  'csv-parse': (text) => parse(text),
};
const seconds: number[] = [];
let rows = 0;
for (let i = 0; i < Number(rounds); i++) {
  const start = performance.now();
  rows = parsers[name](readFileSync(path, 'utf8')).length;
  seconds.push((performance.now() - start) / 1000);
}
process.stdout.write(`\n${JSON.stringify({ version: '', rows, seconds })}\n`);
