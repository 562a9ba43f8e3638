import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNear, instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { manhattanAt } from './index.ts';

interface Sizes {
  m: number;
  n: number;
  d: number;
  ldx: number;
  ldy: number;
}

/** By the definition, in float64. */
function oracle(x: Float32Array, y: Float32Array, { m, n, d, ldx, ldy }: Sizes): Float64Array {
  return Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < d; k++) sum += Math.abs(x[i * ldx + k] - y[j * ldy + k]);
    return sum;
  });
}

describe.each(instancesOfAllBuilds())('Manhattan distances, %s', (_, simd) => {
  it('agree with their definition, and leave what lies between the rows', () => {
    const size = fc.nat(40);
    const gaps = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3));
    fc.assert(
      fc.property(size, size, size, gaps, (m, n, d, [gapX, gapY, gapOut]) => {
        const sizes = { m, n, d, ldx: d + gapX, ldy: d + gapY };
        const ldout = n + gapOut;
        const [x, y] = [numbers(m * sizes.ldx, 1), numbers(n * sizes.ldy, 2)];
        const before = numbers(m * ldout, 3);
        withArrays(simd, [x, y, before], ([px, py, out]) => {
          manhattanAt(simd, { x: px, y: py, out, ...sizes, ldout });
          const got = simd.f32(out, m * ldout);
          const want = oracle(x, y, sizes);
          for (let i = 0; i < m; i++) {
            const row = got.subarray(i * ldout, (i + 1) * ldout);
            expectNear(row.subarray(0, n), want.subarray(i * n, (i + 1) * n), 1e-5);
            expect(row.subarray(n)).toEqual(before.subarray(i * ldout + n, (i + 1) * ldout));
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [301, 517, 33],
    [64, 1024, 900],
    [1, 2000, 100],
  ])('of %s and %s points of %s numbers, where several threads share the work', (m, n, d) => {
    const [x, y] = [numbers(m * d, 4), numbers(n * d, 5)];
    withArrays(simd, [x, y, new Float32Array(m * n)], ([px, py, out]) => {
      manhattanAt(simd, { x: px, y: py, out, m, n, d });
      expectNear(simd.f32(out, m * n), oracle(x, y, { m, n, d, ldx: d, ldy: d }), 1e-5);
    });
  });

  it('are exactly 0 from a point to itself, and not numbers where a point is not', () => {
    const [m, d] = [9, 5];
    const x = numbers(m * d, 6);
    x[4 * d + 1] = Number.NaN;
    withArrays(simd, [x, new Float32Array(m * m)], ([px, out]) => {
      manhattanAt(simd, { x: px, y: px, out, m, n: m, d });
      const got = simd.f32(out, m * m);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          const value = got[i * m + j];
          if (i === 4 || j === 4) expect(value).toBeNaN();
          else if (i === j) expect(value).toBe(0);
          else expect(value).toBeGreaterThan(0);
        }
      }
    });
  });

  it('refuses sizes that are none', () => {
    expect(() => manhattanAt(simd, { x: 0, y: 0, out: 0, m: -1, n: 1, d: 1 })).toThrow(
      '`m` must be a whole number, 0 or above. Received: -1.',
    );
  });
});
