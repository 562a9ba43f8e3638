import { afterEach, expect, it, vi } from 'vitest';
import { numbers } from './fixtures/random.ts';
import { atOnce, gramStepsAt, Simd } from './index.ts';
import { createPace } from './pace.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('goes to steps of some milliseconds, and at most doubles', () => {
  const pace = createPace();
  expect(pace.of('gram')).toBe(1);
  pace.learn('gram', 2);
  expect(pace.of('gram')).toBe(2);
  pace.learn('gram', 3);
  expect(pace.of('gram')).toBeCloseTo(8 / 3, 12);
  pace.learn('gram', 30);
  expect(pace.of('gram')).toBe(1);
  expect(pace.of('gemm64')).toBe(1);
  for (let i = 0; i < 100; i++) pace.learn('gemm64', 0);
  expect(pace.of('gemm64')).toBe(64);
  pace.forget();
  expect(pace.of('gemm64')).toBe(1);
});

it.each([1, 2])(
  'changes where a job is interrupted, and no bit of its result: %d threads',
  (threads) => {
    const simd = new Simd({ threads, engine: 'wasm' });
    const [n, d] = [900, 800];
    const z = simd.alloc(4 * n * d);
    simd.f32(z, n * d).set(numbers(n * d, 1));
    const out = simd.alloc(8 * d * d);

    /** The result and the number of steps where each takes some milliseconds. */
    const gramAtSpeed = (milliseconds: number) => {
      let now = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => now);
      const { run } = Simd.prototype;
      vi.spyOn(simd, 'run').mockImplementation((...job) => {
        now += milliseconds;
        run.apply(simd, job);
      });
      simd.setThreads(threads);
      let steps = 0;
      for (let round = 0; round < 3; round++) {
        steps = 0;
        const all = gramStepsAt(simd, { z, n, d, out, float64: true });
        while (!all.next().done) steps++;
      }
      vi.restoreAllMocks();
      return { steps, bits: simd.f64(out, d * d).slice() };
    };

    const slow = gramAtSpeed(20);
    const fast = gramAtSpeed(1);
    expect(fast.steps).toBeLessThan(slow.steps);
    expect(fast.bits).toEqual(slow.bits);
    const whole = gramStepsAt(simd, { z, n, d, out, float64: true });
    atOnce(whole);
    expect(simd.f64(out, d * d)).toEqual(slow.bits);
    simd.dispose();
  },
);
