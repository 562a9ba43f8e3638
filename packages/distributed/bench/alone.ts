// One process and one fit: node alone.ts ROWS WIDTH FEATURES; prints the seconds until all sums are there,
// and those of CPU time.
import '@kernel-methods/backend-simd';
import { KernelRidge } from '@kernel-methods/models';
import { rows } from './rows.ts';

const [count, width, outputDim] = process.argv.slice(2).map(Number);
const model = new KernelRidge({ outputDim, scale: Math.sqrt(width) / 2, l2: 1e-3 });
async function* batches() {
  yield* rows({ from: 0, count, width });
}
const start = performance.now();
const cpu = process.cpuUsage();
let seconds = '';
await model.fit(batches(), {
  onProgress: ({ phase, step }) => {
    if (phase !== 'solve' || step > 0) return;
    const { user, system } = process.cpuUsage(cpu);
    seconds = `${(performance.now() - start) / 1000} ${(user + system) / 1e6}`;
  },
});
console.log(seconds);
process.exit(0);
