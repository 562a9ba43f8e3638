import { afterAll, expect, it } from 'vitest';
import { numbers } from './fixtures/random.ts';
import { atOnce, gramAt, gramStepsAt, Simd } from './index.ts';

const [n, d] = [900, 900];
const simd = new Simd({ threads: 3, engine: 'wasm' });
const z = simd.alloc(4 * n * d);
simd.f32(z, n * d).set(numbers(n * d, 1));
const out = simd.alloc(8 * d * d);
const common = { z, n, d, out, float64: true };

afterAll(() => {
  simd.dispose();
});

const result = () => simd.f64(out, d * d).slice();

async function joined(): Promise<void> {
  simd.run('add', [z, z, z, 0], 4);
  while (simd.joined < 2) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** The product without turns. */
function expected(): Float64Array {
  gramAt(simd, common);
  return result();
}

it('workers go on while the caller is away', async () => {
  await joined();
  const right = expected();
  simd.f64(out, d * d).fill(Number.NaN);
  const steps = gramStepsAt(simd, common);
  let turns = 0;
  while (!steps.next().done) {
    turns++;
    // Time for the workers to do what is left of a window.
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect(turns).toBeGreaterThan(1);
  expect(result()).toEqual(right);
});

it('another job between two steps waits for no more than the parts that are held', async () => {
  await joined();
  const right = expected();
  const steps = gramStepsAt(simd, common);
  const [a, b] = [simd.alloc(4000), simd.alloc(4000)];
  simd.f32(a, 1000).fill(1);
  while (!steps.next().done) {
    simd.run('add', [a, a, b, 1000], 4);
    expect(simd.f32(b, 1000).every((x) => x === 2)).toBe(true);
    // The arguments of a job of one part lie at the same place.
    simd.run('add', [a, a, b, 500]);
  }
  expect(result()).toEqual(right);
  for (const pointer of [a, b]) simd.free(pointer);
});

it('nobody writes once the steps are given up', async () => {
  await joined();
  const steps = gramStepsAt(simd, common);
  steps.next();
  steps.next();
  steps.return();
  simd.f64(out, d * d).fill(7);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(simd.f64(out, d * d).every((x) => x === 7)).toBe(true);
});

it('two jobs in turn have the bits of one after the other', async () => {
  await joined();
  const right = expected();
  const second = simd.alloc(8 * d * d);
  const [one, two] = [gramStepsAt(simd, common), gramStepsAt(simd, { ...common, out: second })];
  for (let done = 0; done < 2; ) {
    done = Number(one.next().done === true) + Number(two.next().done === true);
  }
  expect(result()).toEqual(right);
  expect(simd.f64(second, d * d)).toEqual(right);
  simd.free(second);
});

it('threads may be fewer between two steps', async () => {
  await joined();
  const right = expected();
  const steps = gramStepsAt(simd, common);
  steps.next();
  simd.setThreads(1);
  atOnce(steps);
  expect(result()).toEqual(right);
  simd.setThreads(3);
});

it('an instance that is disposed of between two steps says so', () => {
  const other = new Simd({ threads: 2, engine: 'wasm' });
  const [x, y] = [other.alloc(4 * n * d), other.alloc(8 * d * d)];
  const steps = gramStepsAt(other, { z: x, n, d, out: y, float64: true });
  steps.next();
  other.dispose();
  expect(() => atOnce(steps)).toThrow('This instance is disposed.');
});
