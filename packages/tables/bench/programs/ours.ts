// Reads a file by readCsv, as a whole or in batches, a number of times.
import { readCsv } from '../../src/index.ts';

const [name, path, rounds] = process.argv.slice(2);
const seconds: number[] = [];
let rows = 0;
let peak = 0;
for (let i = 0; i < Number(rounds); i++) {
  const start = performance.now();
  if (name === 'batches') {
    rows = 0;
    for await (const batch of readCsv.batches(path)) {
      rows += batch.rows;
      peak = Math.max(peak, process.memoryUsage().rss);
    }
  } else {
    rows = (await readCsv(path)).rows;
  }
  seconds.push((performance.now() - start) / 1000);
}
const memory = peak ? { megabytes: Math.round(peak / 1e6) } : {};
process.stdout.write(`\n${JSON.stringify({ version: '', rows, seconds, ...memory })}\n`);
