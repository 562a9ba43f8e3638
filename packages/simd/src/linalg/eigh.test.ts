import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instancesOfAllBuilds } from '../fixtures/lab.ts';
import { eigh, Simd, type SimdMemoryError } from '../index.ts';
import {
  difference,
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

function check(simd: Simd, a: Float64Array, n: number): Float64Array {
  const { values, vectors } = eigh(simd, a, n);
  for (let i = 1; i < n; i++) expect(values[i]).toBeGreaterThanOrEqual(values[i - 1]);
  const scaled = vectors.map((x, at) => x * values[at % n]);
  expectSmall(difference(product(a, vectors, [n, n, n]), scaled), n, norm(a));
  expectOrthonormal(vectors, n, n);
  return values;
}

function checkSpectrum(simd: Simd, kind: Spectrum, n: number, signed: boolean): void {
  const expected = spectrum(kind, n).map((x, i) => (signed && i % 2 ? -x : x));
  const a = withValues(expected, n, n, true);
  expectSmall(difference(check(simd, a, n), expected.sort()), n, norm(expected));
}

describe.each(all)('eigh, %s', (_, simd) => {
  it('residuals, orthogonality and eigenvalues within n·eps', () => {
    const size = fc.oneof(fc.nat(9), fc.integer({ min: 30, max: 35 }), fc.constantFrom(64, 65, 97));
    const runs = fc.property(
      size,
      fc.constantFrom(...spectrumNames),
      fc.boolean(),
      (n, kind, signed) => checkSpectrum(simd, kind, n, signed),
    );
    fc.assert(runs, { numRuns: 20 });
  });

  it.each([1, 2, 3, 12, 50])('Hilbert matrix of %i', (n) => {
    check(simd, hilbert(n), n);
  });

  it('rows that are graded in either direction, and ready diagonals', () => {
    const n = 60;
    const graded = (order: (i: number) => number) =>
      Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n].map(order);
        return 10 ** (-4 * Math.max(i, j)) / (1 + Math.abs(i - j));
      });
    check(
      simd,
      graded((i) => i),
      n,
    );
    check(
      simd,
      graded((i) => n - 1 - i),
      n,
    );
    const diagonal = new Float64Array(n * n);
    for (let i = 0; i < n; i++) diagonal[i * (n + 1)] = (i * 7) % 5;
    const values = check(simd, diagonal, n);
    expect(values).toEqual(Float64Array.from({ length: n }, (_, i) => Math.floor(i / 12)));
    const swap = Float64Array.of(0, 1, 1, 0);
    expect([...check(simd, swap, 2)].map((x) => Math.round(x * 1e12) / 1e12)).toEqual([-1, 1]);
  });
});

describe('eigh', () => {
  it.each(spectrumNames)('of 200: %s', (kind) => checkSpectrum(two, kind, 200, false));

  it('of the second difference matrix, known in closed form', () => {
    const n = 101;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      a[i * (n + 1)] = 2;
      if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
    }
    const expected = Float64Array.from(
      { length: n },
      (_, i) => 4 * Math.sin(((i + 1) * Math.PI) / (2 * (n + 1))) ** 2,
    );
    expectSmall(difference(check(two, a, n), expected), n, 4);
  });

  it('is the same to the last bit again, and on other numbers of threads', () => {
    const n = 300;
    const half = random(n, n, 1);
    const a = half.map((x, at) => x + half[(at % n) * n + Math.floor(at / n)]);
    const first = eigh(one, a, n);
    for (let i = 0; i < 3; i++) expect(eigh(two, a, n)).toEqual(first);
  });

  it('of size 0', () => {
    const empty = new Float64Array(0);
    expect(eigh(one, empty, 0)).toEqual({ values: empty, vectors: empty });
  });

  it('refuses what is not symmetric and finite, and leaves no memory behind', () => {
    eigh(one, hilbert(50), 50);
    const before = one.memory().blocks;
    const throws = (a: number[], n: number) => (message: string) =>
      expect(() => eigh(one, Float64Array.from(a), n)).toThrow(message);
    throws([1, 2, 3], 2)('`a` must have 2×2 numbers. Received: 3.');
    throws(
      [1, 2, 3, 4],
      2,
    )('`a` must be symmetric. Received: a difference of 1 at row 1, column 0.');
    throws([Number.NEGATIVE_INFINITY], 1)('`a` must hold finite numbers only. Received: Infinity.');
    expect(one.memory().blocks).toBe(before);
  });

  it('frees what it took when memory runs out', () => {
    const small = new Simd({ shared: false, maximum: 2 ** 20 });
    const n = 300;
    const name: SimdMemoryError['name'] = 'SimdMemoryError';
    expect(() => eigh(small, hilbert(n), n)).toThrow(expect.objectContaining({ name }));
    // One block of scratch memory may stay.
    expect(small.memory().blocks).toBeLessThanOrEqual(1);
    check(small, hilbert(20), 20);
    small.dispose();
  });
});
