import fc from 'fast-check';
import { expect, it } from 'vitest';
import { medianDistance } from './median-distance.ts';

/** By loops, over all pairs that are not equal. */
function naive(rows: number[][], norm: 1 | 2): number {
  const distances: number[] = [];
  for (const [i, a] of rows.entries()) {
    for (const b of rows.slice(0, i)) {
      const by = a.map((value, c) => Math.abs(value - b[c]));
      const distance =
        norm === 1 ? by.reduce((s, d) => s + d, 0) : Math.sqrt(by.reduce((s, d) => s + d * d, 0));
      if (distance > 0) distances.push(distance);
    }
  }
  if (distances.length === 0) return 1;
  distances.sort((a, b) => a - b);
  const { length } = distances;
  return (distances[Math.floor((length - 1) / 2)] + distances[Math.floor(length / 2)]) / 2;
}

it('is the median over all pairs, in both norms', () => {
  const value = fc.integer({ min: -20, max: 20 });
  const shape = fc.record({
    n: fc.integer({ min: 1, max: 12 }),
    d: fc.integer({ min: 1, max: 4 }),
  });
  const rows = shape.chain(({ n, d }) =>
    fc.array(fc.array(value, { minLength: d, maxLength: d }), { minLength: n, maxLength: n }),
  );
  fc.assert(
    fc.property(rows, fc.constantFrom<1 | 2>(1, 2), (points, norm) => {
      const found = medianDistance(Float32Array.from(points.flat()), points.length, norm);
      expect(found).toBeCloseTo(naive(points, norm), 10);
    }),
    { numRuns: 60 },
  );
});

it('is 1 where all rows are equal, or there is one, and never 0 nor infinite', () => {
  expect(medianDistance(Float32Array.of(3, 3, 3), 3, 2)).toBe(1);
  expect(medianDistance(Float32Array.of(3, 4), 1, 2)).toBe(1);
  expect(medianDistance(Float32Array.of(0, 1e-40), 2, 1)).toBe(1e-30);
  expect(medianDistance(Float32Array.of(-3e38, 3e38), 2, 2)).toBe(1e30);
});
