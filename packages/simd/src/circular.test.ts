import { describe, expect, it } from 'vitest';
import { cosineFeaturesAt } from './cosine-features.ts';
import { cosineAt } from './elementwise.ts';
import { BITS, exactCircular, HALF_PI } from './fixtures/exact-circular.ts';
import { instances, withArrays } from './fixtures/lab.ts';
import { cosAt, sinAt } from './vector-math.ts';

const LARGEST = 3.4028234663852886e38;

/** Both signs, and every size from the smallest float32 to the largest. */
const spread = Array.from({ length: 60_000 }, (_, i) => {
  const size = 2 ** (-149 + (277 * i) / 60_000 + ((i * 0.618034) % 1) / 60);
  return Math.fround(Math.min(size, LARGEST)) * (i % 2 ? -1 : 1);
});

/**
 * The float32 nearest to multiples of π/2, where taking these off loses most: mantissas are the denominators below 2^24
 * of the continued fraction of 2^e / (π/2), and multiples of them.
 */
function hardest(): number[] {
  const numbers: number[] = [];
  for (let e = -23n; e <= 104n; e++) {
    let [a, b] = [1n << (BITS + 23n + e), HALF_PI << 23n];
    let [before, now] = [1n, 0n];
    while (b !== 0n && now < 1n << 24n) {
      for (let m = now; m > 0n && m <= 4n * now && m < 1n << 24n; m += now) {
        numbers.push(Number(m) * 2 ** Number(e));
      }
      const whole = a / b;
      [a, b] = [b, a - whole * b];
      [before, now] = [now, before + whole * now];
    }
  }
  return numbers;
}

const special = [0, -0, 1e5, 100_001, 1e8, 100_000_008, 1e20, 6.5e33, LARGEST, -LARGEST];
const numbers = Float32Array.from([...spread, ...hardest(), ...special]);
const exact = Array.from(numbers, exactCircular);
const n = numbers.length;

it('the oracle knows π, and agrees with Math where that is exact', () => {
  const digits = '15707963267948966192313216916397514420985846996875529104874722961539082031431';
  const expected = (BigInt(digits) << BITS) / 10n ** 76n;
  const difference = HALF_PI - expected;
  expect(difference >= 0n && difference < 1n << (BITS - 250n)).toBe(true);
  for (const x of [0.5, -3, 100, 12345.678].map(Math.fround)) {
    expect(exactCircular(x).sin).toBeCloseTo(Math.sin(x), 14);
    expect(exactCircular(x).cos).toBeCloseTo(Math.cos(x), 14);
  }
});

describe.each(instances())('sine and cosine of every finite float32, %s', (_, simd) => {
  const check = (got: Float32Array, name: 'sin' | 'cos', tolerance: number) => {
    const wrong: unknown[] = [];
    got.forEach((y, i) => {
      const near = Math.abs(y - exact[i][name]) <= tolerance;
      if (!near || !(Math.abs(y) <= 1)) wrong.push([numbers[i], y, exact[i][name]]);
    });
    expect(wrong.slice(0, 5)).toEqual([]);
  };

  it.each([
    ['sinAt', sinAt, 'sin', 1.2e-7],
    ['cosAt', cosAt, 'cos', 1.2e-7],
    ['cosineAt', cosineAt, 'cos', 3e-7],
  ] as const)(
    '%s is exact to rounding, and never outside of [−1, 1]',
    (__, at, name, tolerance) => {
      withArrays(simd, [numbers, numbers], ([x, out]) => {
        at(simd, x, out, n);
        check(simd.f32(out, n), name, tolerance);
      });
    },
  );

  it('cosineFeaturesAt too', () => {
    // One row of ones times the numbers: the argument is exact.
    const m = 7;
    withArrays(
      simd,
      [new Float32Array(m).fill(1), numbers, new Float32Array(m * n)],
      (pointers) => {
        const [a, b, out] = pointers;
        cosineFeaturesAt(simd, { a, b, out, m, n, k: 1 });
        check(simd.f32(out + 4 * (m - 1) * n, n), 'cos', 3e-7);
      },
    );
  });

  it.each([
    ['sinAt', sinAt],
    ['cosAt', cosAt],
    ['cosineAt', cosineAt],
  ] as const)('%s of a number does not depend on its neighbours', (__, at) => {
    const alone = Float32Array.of(0.7, -2e5, 3e9, -1e30, 99_999, 1e-20, Number.NaN, 5e7);
    const arrays = [alone, new Float32Array(4), new Float32Array(4)];
    withArrays(simd, arrays, ([x, mixed, out]) => {
      at(simd, x, x, alone.length);
      const together = simd.f32(x, alone.length).slice();
      Float32Array.of(0.7, -2e5, 3e9, -1e30, 99_999, 1e-20, Number.NaN, 5e7).forEach((value, i) => {
        simd.f32(mixed, 4).fill(value);
        at(simd, mixed, out, 4);
        expect([...simd.f32(out, 4)]).toEqual(new Array(4).fill(together[i]));
      });
    });
  });

  it('infinities and NaN give NaN, beside numbers of any size', () => {
    const odd = Float32Array.of(
      Number.POSITIVE_INFINITY,
      1,
      Number.NaN,
      1e30,
      Number.NEGATIVE_INFINITY,
      2,
    );
    for (const at of [sinAt, cosAt, cosineAt]) {
      withArrays(simd, [odd, odd], ([x, out]) => {
        at(simd, x, out, odd.length);
        expect(Array.from(simd.f32(out, odd.length), Number.isNaN)).toEqual([
          true,
          false,
          true,
          false,
          true,
          false,
        ]);
      });
    }
  });
});
