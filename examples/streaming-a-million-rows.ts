/**
 * Trains on more rows than fit into memory, batch by batch from an async iterable: 4,096 features
 * of 1,000,000 rows would be 16 GB.
 *
 *   node streaming-a-million-rows.ts [ROWS] [FEATURES]
 *
 * The rows are generated on demand; your program would read them from a file. For the squared error
 * each row is seen once, and only sums are kept: time grows with the rows, memory does not.
 */
import { resourceUsage } from 'node:process';
import { createRandom, KernelRidge } from 'kernel-methods';

const [rows = 1_000_000, outputDim = 4096] = process.argv.slice(2).map(Number);
const [width, batchRows, classes] = [64, 4000, 4];

/**
 * Rings around the origin, one per class. A generator is read only once, so it says how many there
 * are.
 */
async function* batches(count: number, label: string) {
  const random = createRandom(0).stream(label);
  for (let from = 0; from < count; from += batchRows) {
    const size = Math.min(batchRows, count - from);
    const y = Array.from({ length: size }, () => random.integer(classes));
    const x = new Float32Array(size * width);
    for (let i = 0; i < x.length; i++)
      x[i] = (1 + 0.5 * y[Math.floor(i / width)]) * random.normal();
    yield { x: { data: x, shape: [size, width] }, y };
  }
}

const model = new KernelRidge({ task: 'classification', outputDim, l2: 1e-6 });
const started = performance.now();
await model.fit(batches(rows, 'training'), { classes: [0, 1, 2, 3] });
const seconds = (performance.now() - started) / 1000;
const test = (await batches(2000, 'test').next()).value as { x: never; y: number[] };
console.log(
  `accuracy on ${test.y.length} other rows: ${(await model.score(test.x, test.y)).toFixed(3)}`,
);
console.log(
  `${rows} rows in ${seconds.toFixed(1)} s: ${((1e6 * seconds) / rows).toFixed(1)} µs per row`,
);
console.log(`peak memory: ${(resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
model.dispose();
process.exit(); // The waiting threads keep the process alive.
