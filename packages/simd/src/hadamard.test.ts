import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNear, instances, numbers, withArrays } from './fixtures/lab.ts';
import { hadamardAt } from './index.ts';

/** By the definition: the sign is the parity of i & j. */
function oracle(x: Float32Array): Float64Array {
  const parity = (bits: number) => bits.toString(2).replaceAll('0', '').length % 2;
  return Float64Array.from(x, (_, i) =>
    x.reduce((sum, value, j) => sum + (parity(i & j) ? -value : value), 0),
  );
}

describe.each(instances())('the Walsh–Hadamard transform, %s', (_, simd) => {
  it('agrees with its definition', () => {
    fc.assert(
      fc.property(fc.nat(8), fc.nat(5), fc.nat(3), (power, rows, gap) => {
        const length = 2 ** power;
        const ld = length + gap;
        const x = numbers(rows * ld, 1);
        withArrays(simd, [x], ([p]) => {
          hadamardAt(simd, p, rows, length, ld);
          for (let r = 0; r < rows; r++) {
            const got = simd.f32(p + 4 * r * ld, ld);
            const row = x.subarray(r * ld, r * ld + length);
            expectNear(got.subarray(0, length), oracle(row), 1e-5);
            expect(got.subarray(length)).toEqual(x.subarray(r * ld + length, (r + 1) * ld));
          }
        });
      }),
      { numRuns: 40 },
    );
  });

  it('twice is length times the row, for many long rows', () => {
    for (const [rows, length] of [
      [33, 4096],
      [3, 2 ** 17],
    ]) {
      const x = numbers(rows * length, 2);
      withArrays(simd, [x], ([p]) => {
        hadamardAt(simd, p, rows, length);
        hadamardAt(simd, p, rows, length);
        expectNear(
          simd.f32(p, x.length).map((v) => v / length),
          x,
          1e-5,
        );
      });
    }
  });

  it('takes the unit vectors exactly to rows of ±1, and keeps NaN in its row', () => {
    const [rows, length] = [64, 64];
    const x = new Float32Array(rows * length);
    for (let r = 0; r < rows; r++) x[r * length + r] = 1;
    x[63 * length + 5] = Number.NaN;
    withArrays(simd, [x], ([p]) => {
      hadamardAt(simd, p, rows, length);
      for (let r = 0; r < rows - 1; r++) {
        expectNear(
          simd.f32(p + 4 * r * length, length),
          oracle(x.subarray(r * length, (r + 1) * length)),
          0,
        );
      }
      expect(simd.f32(p + 4 * 63 * length, length).every(Number.isNaN)).toBe(true);
    });
  });

  it('refuses lengths that are no power of 2', () => {
    for (const length of [0, 3, 12, -4, 1.5, Number.NaN]) {
      expect(() => hadamardAt(simd, 0, 0, length)).toThrow(
        `\`length\` must be a power of 2. Received: ${length}.`,
      );
    }
  });
});
