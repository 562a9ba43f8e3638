// Fits a model to a CSV of so many gigabytes, which is made while it is read; prints the most memory.
import { createRandom } from '@kernel-methods/random';
import '../../../backend-simd/src/index.ts';
import { KernelRidge } from '../../../models/src/index.ts';
import { readCsv } from '../../src/index.ts';
import { header, largeStream, rowsOf } from './large-csv.ts';

const bytes = Number(process.argv[2]) * 1e9;
const megabytes = (of: number) => Math.round(of / 1e6);

let [rows, early] = [0, 0];
async function* counted() {
  for await (const batch of readCsv.batches(largeStream(bytes), { batchRows: 20_000 })) {
    rows += batch.rows;
    if (rows <= 1e6) early = Math.max(early, process.memoryUsage().rss);
    yield batch;
  }
}

const start = performance.now();
const model = new KernelRidge({ outputDim: 64, solver: 'direct' });
await model.fit(counted(), { target: 'price' });
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.threadCpuUsage();
const peak = process.resourceUsage().maxRSS * 1024;
const test = await readCsv(`${header}${rowsOf(createRandom(1), 5000)}`);
const score = await model.score(test, 'price');
const speeds = { seconds, mainThreadSeconds: (user + system) / 1e6 };
const memory = { megabytes: megabytes(peak), megabytesOfAMillionRows: megabytes(early) };
console.log(JSON.stringify({ rows, ...speeds, ...memory, score }));
process.exit(); // Threads wait for more.
