import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instancesOfAllBuilds } from '../fixtures/lab.ts';
import { eigh, type Simd, svd } from '../index.ts';
import {
  difference,
  EPSILON,
  expectOrthonormal,
  expectSmall,
  hilbert,
  norm,
  product,
  random,
  type Spectrum,
  spectrum,
  spectrumNames,
  withValues,
} from './fixtures/matrices.ts';

const all = instancesOfAllBuilds();
const [one, two] = all.map(([, simd]) => simd);

function check(simd: Simd, a: Float64Array, m: number, n: number): Float64Array {
  const { u, s, vt } = svd(simd, a, m, n);
  const k = Math.min(m, n);
  expect([u.length, s.length, vt.length]).toEqual([m * k, k, k * n]);
  for (let i = 0; i < k; i++) {
    expect(s[i]).toBeGreaterThanOrEqual(0);
    if (i > 0) expect(s[i]).toBeLessThanOrEqual(s[i - 1]);
  }
  const scaled = u.map((x, at) => x * s[at % k]);
  expectSmall(difference(product(scaled, vt, [m, n, k]), a), Math.max(m, n), norm(a));
  expectOrthonormal(u, m, k);
  expectOrthonormal(vt, k, n, true);
  return s;
}

function checkSpectrum(simd: Simd, kind: Spectrum, m: number, n: number): void {
  const expected = spectrum(kind, Math.min(m, n));
  const s = check(simd, withValues(expected, m, n, false), m, n);
  expectSmall(difference(s, expected.sort().reverse()), Math.max(m, n), norm(expected));
}

describe.each(all)('svd, %s', (_, simd) => {
  it('product, orthogonality and singular values within max(m, n)·eps', () => {
    const size = fc.oneof(fc.nat(9), fc.nat(40), fc.constantFrom(63, 64, 65, 97));
    const runs = fc.property(size, size, fc.constantFrom(...spectrumNames), (m, n, kind) =>
      checkSpectrum(simd, kind, m, n),
    );
    fc.assert(runs, { numRuns: 20 });
  });

  it('Hilbert matrices, and columns of any size', () => {
    for (const [m, n] of [
      [1, 1],
      [2, 2],
      [12, 12],
      [40, 30],
      [30, 60],
    ] as const) {
      check(simd, hilbert(m, n), m, n);
    }
    const [m, n] = [60, 50];
    check(
      simd,
      random(m, n, 1).map((x, at) => x * 10 ** -(at % n)),
      m,
      n,
    );
    check(
      simd,
      random(m, n, 1).map((x, at) => x * 10 ** -Math.floor(at / n)),
      m,
      n,
    );
    check(
      simd,
      random(m, n, 1).map((x, at) => (at % 7 < 3 ? 0 : x)),
      m,
      n,
    );
    check(
      simd,
      Float64Array.from({ length: m * n }, (_, at) => (at % 3) + (at % n)),
      m,
      n,
    );
  });
});

describe('svd', () => {
  it.each(spectrumNames)('of 150×130 and 40×200: %s', (kind) => {
    checkSpectrum(two, kind, 150, 130);
    checkSpectrum(two, kind, 40, 200);
  });

  it.each([108, 143])(
    'ends on noise that shrinks without end: whole numbers of low rank, %i',
    (n) => {
      const a = Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return ((i * j) % 3) + ((i + j) % 2);
      });
      check(one, a, n, n);
    },
  );

  it('agrees with the eigenvalues of a positive definite matrix', () => {
    const n = 20;
    const a = hilbert(n);
    const { values } = eigh(one, a, n);
    expectSmall(difference(svd(one, a, n, n).s, values.reverse().map(Math.abs)), n, 2);
  });

  it('knows small singular values of scaled columns to all digits', () => {
    const s = svd(one, Float64Array.of(1, 0, 0, 0, 1e-30, 0, 0, 0, 1e-60), 3, 3).s;
    expect(s).toEqual(Float64Array.of(1, 1e-30, 1e-60).map((x, i) => (i ? s[i] : x)));
    expect(Math.abs(s[1] / 1e-30 - 1)).toBeLessThan(4 * EPSILON);
    expect(Math.abs(s[2] / 1e-60 - 1)).toBeLessThan(4 * EPSILON);
  });

  it('is the same to the last bit again, and on other numbers of threads', () => {
    const [m, n] = [300, 200];
    const a = random(m, n, 1);
    const first = svd(one, a, m, n);
    for (let i = 0; i < 3; i++) expect(svd(two, a, m, n)).toEqual(first);
  });

  it('of nothing, and of what does not fit', () => {
    svd(one, hilbert(40), 40, 40);
    const before = one.memory().blocks;
    const empty = new Float64Array(0);
    expect(svd(one, empty, 0, 3)).toEqual({ u: empty, s: empty, vt: empty });
    expect(() => svd(one, empty, 2, 3)).toThrow('`a` must have 2×3 numbers. Received: 0.');
    expect(() => svd(one, Float64Array.of(1, Number.NaN), 2, 1)).toThrow(
      '`a` must hold finite numbers only. Received: NaN.',
    );
    expect(one.memory().blocks).toBe(before);
  });
});
