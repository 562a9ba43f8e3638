import { createRandom } from '@kernel-methods/random';
import { getSimd } from '@kernel-methods/simd';
import { expect, it } from 'vitest';
import { directStep } from './direct.ts';

const residualOf = (rows: Float32Array, g: Float64Array, x: Float64Array, l2: number) => {
  const out = g.slice();
  for (let row = 0; row < rows.length / g.length; row++) {
    const b = rows.subarray(row * g.length, (row + 1) * g.length);
    const along = b.reduce((sum, value, i) => sum + value * x[i], 0);
    b.forEach((value, i) => {
      out[i] += along * value;
    });
  }
  for (let i = 0; i < g.length - 1; i++) out[i] += l2 * x[i];
  return Math.hypot(...out) / Math.hypot(...g);
};

it.each([
  ['fewer rows than features', 7, 12, 1e-3],
  ['as many', 13, 13, 1e-3],
  ['more', 50, 13, 1e-3],
  ['one row', 1, 5, 1e-2],
  ['almost no penalty', 50, 13, 1e-12],
  ['no penalty', 50, 13, 0],
])('solves the system: %s', async (_, count, size, l2) => {
  const { normal } = createRandom(4);
  const rows = Float32Array.from({ length: count * size }, (_, i) =>
    i % size === size - 1 ? 0.3 : 0.3 * normal(),
  );
  // The bias of a gradient is in the span of the rows' last feature.
  const gradient = Float64Array.from({ length: size }, normal);
  await directStep({ rows, count, gradient, l2 });
  const before = getSimd().memory().bytesInUse;
  const x = await directStep({ rows, count, gradient, l2 });
  expect(residualOf(rows, gradient, x, l2)).toBeLessThan(1.1e-3);
  expect(getSimd().memory().bytesInUse).toBe(before);
});

it('gives finite numbers where the rows are the same, or zeros', async () => {
  const gradient = Float64Array.from({ length: 6 }, (_, i) => i - 2);
  for (const value of [0, 1, 1e-15, 1e15]) {
    for (const l2 of [0, 1e-3]) {
      const rows = new Float32Array(4 * 6).fill(value);
      const x = await directStep({ rows, count: 4, gradient, l2 });
      expect(x.every(Number.isFinite)).toBe(true);
    }
  }
});
