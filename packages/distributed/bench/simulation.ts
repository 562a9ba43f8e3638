// The time of a fit of 1e9 rows over 1 to 1,000 workers, by costs that are measured here:
//   node simulation.ts [--svg FILE]
// It needs redis-server. What is measured: a row's features and sums, sending and reading a result through
// Redis, and merging two results, all in CPU time, which does not depend on what else the machine does.
// Assumed: Redis has one network link, of 10 Gbit/s.
import '@kernel-methods/backend-simd';
import { writeFileSync } from 'node:fs';
import { KernelRidge } from '@kernel-methods/models';
import { DrawnRows, FarModel, fitFar, RidgeAccumulator } from '@kernel-methods/models/far';
import { Redis } from 'ioredis';
import { RedisServer } from '../src/fixtures/redis-server.ts';
import { scriptsOn } from '../src/redis/scripts.ts';
import { Store } from '../src/redis/store.ts';
import { rows } from './rows.ts';
import { simulationPlot } from './simulation-plot.ts';

const [WIDTH, FEATURES, ROWS] = [784, 4096, 1e9];
/** Bytes per second of the link of Redis. */
const LINK = 1.25e9;
/** Results that are merged at a time. */
const TOGETHER = 8;

const least = async (work: () => Promise<unknown>, rounds = 3): Promise<number> => {
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  return seconds;
};

async function* some(count: number) {
  yield* rows({ from: 0, count, width: WIDTH });
}

/** The bytes of a model with its map fixed. */
async function modelBytes(): Promise<Uint8Array> {
  let found: Uint8Array | undefined;
  const draw = { task: { name: 'regression' }, most: 100, seed: 0 } as const;
  const { signal } = new AbortController();
  const model = new KernelRidge({ outputDim: FEATURES, scale: 14, l2: 1e-3 });
  const far = {
    async draw() {
      const drawn = new DrawnRows(draw);
      await drawn.addShard(0, some(100), signal);
      return drawn;
    },
    async sums(bytes: Uint8Array): Promise<never> {
      found = bytes;
      throw new Error('that is all');
    },
    passes: () => ({ sum: async () => new Float64Array() }),
  };
  await fitFar(model, far, {}).catch(() => {});
  return found as Uint8Array;
}

const { signal } = new AbortController();
const bytes = await modelBytes();
const load = await least(async () => (await FarModel.read(bytes)).dispose(), 2);
const model = await FarModel.read(bytes);
const sums = model.accumulator();
const count = 2048;
const row = (await least(() => model.addTo(sums, some(count), signal))) / count;
const result = new Uint8Array(sums.serialize());
const other = RidgeAccumulator.deserialize(result.buffer);
const merge = await least(async () => sums.merge(other));
const bytesToSums = await least(async () => RidgeAccumulator.deserialize(result.buffer).dispose());
const server = await RedisServer.start();
const redis = new Redis(server.url);
const run = scriptsOn(redis);
await run('openFit', 'kernel-methods:{simulation}:', 'f', 1000, 'fail', 1, 600_000);
const store = new Store(redis, run, 'kernel-methods:{simulation}:');
const put = await least(() => store.put('result', result));
const get = await least(() => store.get('result'));
redis.disconnect();
await server.stop();

/** Seconds of a fit with this many workers: those at the rows, and those at the results. */
export function secondsOf(workers: number): { rows: number; results: number } {
  const send = Math.max(put, result.length / LINK);
  const receive = Math.max(get, result.length / LINK);
  // Everything passes one link: models to the workers, results from them, and the tree above.
  let left = workers;
  let results = workers * (bytes.length / LINK) + load + workers * (result.length / LINK) + send;
  while (left > TOGETHER) {
    const groups = Math.ceil(left / TOGETHER);
    const ofLink = ((left + groups) * result.length) / LINK;
    const ofWorker = TOGETHER * (receive + bytesToSums + merge) + send;
    results += Math.max(ofLink, ofWorker);
    left = groups;
  }
  results += left * (receive + bytesToSums + merge);
  return { rows: (ROWS * row) / workers, results };
}

const widths = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
console.log(
  `a row ${(1e6 * row).toFixed(0)} µs; a result of ${(result.length / 1e6).toFixed(1)} MB: sent in ${put.toFixed(2)} s, read in ${get.toFixed(2)} s, merged in ${(merge + bytesToSums).toFixed(2)} s; a model of ${(bytes.length / 1e6).toFixed(1)} MB, loaded in ${load.toFixed(2)} s`,
);
for (const workers of widths) {
  const seconds = secondsOf(workers);
  console.log(
    `${workers} workers: rows ${seconds.rows.toFixed(0)} s, results ${seconds.results.toFixed(1)} s`,
  );
}
const all = Array.from({ length: 100_000 }, (_, i) => i + 1);
const narrow = all.find(
  (workers) => secondsOf(workers).results > secondsOf(workers).rows,
) as number;
const total = (workers: number) => secondsOf(workers).rows + secondsOf(workers).results;
const best = all.reduce((a, b) => (total(b) < total(a) ? b : a));
console.log(
  `Results take longer than rows from ${narrow} workers on; the whole is shortest with ${best}.`,
);
const at = process.argv.indexOf('--svg');
if (at > 0) writeFileSync(process.argv[at + 1], simulationPlot(widths, secondsOf, narrow));
process.exit(0);
