// Fits a model to a CSV of so many gigabytes, which is made while it is read; prints the most memory.
import { createRandom, type Random } from '@kernel-methods/random';
import '../../../backend-simd/src/index.ts';
import { KernelRidge } from '../../../models/src/index.ts';
import { readCsv } from '../../src/index.ts';

const bytes = Number(process.argv[2]) * 1e9;
const header = 'age,job,income,city,score,member,price\n';
const jobs = ['clerk', 'smith', 'cook', 'baker', ''];

function row(random: Random): string {
  const age = 18 + random.integer(60);
  const job = random.integer(jobs.length);
  const income = Math.exp(10 + 0.5 * random.normal());
  const score = random.normal();
  const member = random.uniform() < 0.3;
  const price = age / 10 + job + Math.log(income) + Math.sin(2 * score) + (member ? 1 : 0);
  const noisy = price + 0.1 * random.normal();
  return `${age},${jobs[job]},${income.toFixed(2)},c${random.integer(40)},${score.toFixed(5)},${member},${noisy.toFixed(4)}`;
}

/** Pieces of some megabytes, drawn once, over and over again in an order that is drawn. */
function csv(): ReadableStream<Uint8Array> {
  const random = createRandom(0);
  const encoder = new TextEncoder();
  const pieces = Array.from({ length: 16 }, () =>
    encoder.encode(`${Array.from({ length: 20_000 }, () => row(random)).join('\n')}\n`),
  );
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent === 0) controller.enqueue(encoder.encode(header));
      // Whoever gets the bytes may keep them.
      const piece = pieces[random.integer(pieces.length)].slice();
      controller.enqueue(piece);
      sent += piece.length;
      if (sent >= bytes) controller.close();
    },
  });
}

let [rows, peak] = [0, 0];
async function* counted() {
  for await (const batch of readCsv.batches(csv(), { batchRows: 20_000 })) {
    rows += batch.rows;
    peak = Math.max(peak, process.memoryUsage().rss);
    yield batch;
  }
}

const start = performance.now();
const model = new KernelRidge({ outputDim: 64, solver: 'direct' });
await model.fit(counted(), { target: 'price' });
const seconds = (performance.now() - start) / 1000;
const random = createRandom(1);
const test = await readCsv(
  `${header}${Array.from({ length: 5000 }, () => row(random)).join('\n')}\n`,
);
const score = await model.score(test, 'price');
console.log(JSON.stringify({ rows, seconds, megabytes: Math.round(peak / 1e6), score }));
process.exit(); // Threads wait for more.
