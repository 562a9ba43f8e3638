import { createRandom } from '@kernel-methods/random';
import { atOnce, getSimd } from '@kernel-methods/simd';
import { expect, it } from 'vitest';
import { BlockVector } from './block-vector.ts';
import { denseStep, isDense } from './dense.ts';

it('solves with the Hessian as it is, the shared bias apart', () => {
  const [count, units, width] = [23, 3, 4];
  const size = width + 1;
  const n = units * size;
  const random = createRandom(1).stream('rows');
  const rows = Float32Array.from({ length: count * size }, (_, i) =>
    i % size === width ? 1 : random.normal(),
  );
  const p = Array.from({ length: count }, () => {
    const e = Array.from({ length: units }, () => Math.exp(random.normal()));
    return e.map((value) => value / e.reduce((a, b) => a + b));
  });
  const second = (row: number, k: number, l: number) =>
    (k === l ? p[row][k] : 0) - p[row][k] * p[row][l];
  const secondBy = (k: number) =>
    Float64Array.from({ length: count * units }, (_, i) =>
      second(Math.floor(i / units), k, i % units),
    );
  const gradient = Float64Array.from({ length: n }, () => random.normal());
  // As a softmax's: what all biases share has no slope.
  gradient[n - 1] = -gradient[width] - gradient[size + width];
  const layout = new BlockVector(units, width, false);
  // Scratch memory is kept from the first time on.
  atOnce(denseStep({ layout, rows, secondBy, gradient, l2: 0.5 }));
  const bytes = getSimd().memory().bytesInUse;
  const x = atOnce(denseStep({ layout, rows, secondBy, gradient, l2: 0.5 }))!;
  expect(getSimd().memory().bytesInUse).toBe(bytes);
  for (let i = 0; i < n; i++) {
    const [k, a] = [Math.floor(i / size), i % size];
    let sum = a === width ? 0 : 0.5 * x[i];
    for (let j = 0; j < n; j++) {
      const [l, b] = [Math.floor(j / size), j % size];
      for (let row = 0; row < count; row++) {
        sum += second(row, k, l) * rows[row * size + a] * rows[row * size + b] * x[j];
      }
    }
    expect(sum).toBeCloseTo(-gradient[i], 8);
  }
  const indefinite = {
    layout,
    rows,
    secondBy: (k: number) => secondBy(k).map((v) => -v),
    gradient,
    l2: 0,
  };
  expect(atOnce(denseStep(indefinite))).toBeUndefined();
  expect(getSimd().memory().bytesInUse).toBe(bytes);
});

it('is for few unknowns that a loss couples, and few rows', () => {
  expect(isDense(new BlockVector(3, 4, false), 23)).toBe(true);
  expect(isDense(new BlockVector(3, 4, true), 23)).toBe(false);
  expect(isDense(new BlockVector(150, 2048, false), 23)).toBe(false);
  expect(isDense(new BlockVector(3, 4, false), 60_000)).toBe(false);
});
