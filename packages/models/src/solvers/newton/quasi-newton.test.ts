import { expect, it } from 'vitest';
import { QuasiNewton } from './quasi-newton.ts';

const curvatures = Float64Array.from({ length: 12 }, (_, i) => 1 + i);
const gradientAt = (x: Float64Array) => x.map((value, i) => curvatures[i] * (value - 1));
const { signal } = new AbortController();

/** ‖gradient‖ after some steps, each to the lowest point of its line. */
async function after(steps: number, precondition: (v: Float64Array) => Promise<Float64Array>) {
  const quasi = new QuasiNewton({ signal, precondition });
  let x = new Float64Array(12);
  for (let step = 0; step < steps; step++) {
    const gradient = gradientAt(x);
    const d = await quasi.direction(x, gradient);
    const slope = d.reduce((sum, value, i) => sum + value * gradient[i], 0);
    const bend = d.reduce((sum, value, i) => sum + value * value * curvatures[i], 0);
    x = x.map((value, i) => value - (slope / bend) * d[i]);
  }
  return Math.hypot(...gradientAt(x));
}

it('finds the minimum of a quadratic in as many steps as it has curvatures', async () => {
  const none = async (v: Float64Array) => v.slice();
  expect(await after(12, none)).toBeLessThan(1e-8);
  expect(await after(6, none)).toBeGreaterThan(1e-4);
});

it('is there at once where the preconditioner is the Hessian', async () => {
  expect(await after(1, async (v) => v.map((value, i) => value / curvatures[i]))).toBeLessThan(
    1e-12,
  );
});
