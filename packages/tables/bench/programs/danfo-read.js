// Reads a file by danfo.js so many times; prints the seconds of each.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, path, rounds] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
// By a variable: it is not among this package's own.
const name = 'danfojs-node';
const danfo = require(name);
const seconds = [];
let rows = 0;
for (let i = 0; i < Number(rounds); i++) {
  const start = performance.now();
  const frame = await danfo.readCSV(path);
  seconds.push((performance.now() - start) / 1000);
  rows = frame.shape[0];
}
const { version } = require(`${name}/package.json`);
// It logs on its own: the figures are the last line.
process.stdout.write(`\n${JSON.stringify({ version, rows, seconds })}\n`);
