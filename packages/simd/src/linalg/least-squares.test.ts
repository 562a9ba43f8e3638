import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instancesOfAllBuilds } from '../fixtures/lab.ts';
import { leastSquares, type Simd, svd } from '../index.ts';
import {
  difference,
  EPSILON,
  expectSmall,
  hilbert,
  norm,
  product,
  random,
  type Spectrum,
  spectrum,
  withValues,
} from './fixtures/matrices.ts';

const all = instancesOfAllBuilds();
const [one, two] = all.map(([, simd]) => simd);

/** The residual is orthogonal to A's columns, and x to what A maps to 0. Returns the rank. */
function check(simd: Simd, a: Float64Array, [m, n, columns]: [number, number, number]): number {
  const b = random(m, columns, 9).map((x) => x * (norm(a) || 1));
  const { x, rank } = leastSquares(simd, a, b, m, n);
  expect(x.length).toBe(n * columns);
  const size = Math.max(m, n);
  const scale = norm(a) || 1;
  const residual = difference(product(a, x, [m, columns, n]), b).map((r) => r / scale);
  const slope = product(
    a.map((v) => v / scale),
    residual,
    [n, columns, m],
    [true, false],
  );
  expectSmall(slope, size, norm(x) + norm(b) / scale, 20);
  const { vt } = svd(one, a, m, n);
  const k = Math.min(m, n);
  const inRows = product(vt.subarray(0, rank * n), x, [rank, columns, n]);
  const projected = product(vt.subarray(0, rank * n), inRows, [n, columns, rank], [true, false]);
  if (rank < k || m < n) expectSmall(difference(projected, x), size, norm(x), 1e4);
  return rank;
}

const kinds: Spectrum[] = ['plain', 'same', 'zero', 'clustered', 'deficient', 'huge', 'tiny'];

describe.each(all)('leastSquares, %s', (_, simd) => {
  it('solves, and finds the smallest of many solutions', () => {
    const size = fc.oneof(fc.nat(9), fc.nat(70), fc.constantFrom(97, 128));
    const runs = fc.property(
      size.map((m) => m + 1),
      size,
      fc.nat(9),
      fc.constantFrom(...kinds),
      (m, n, columns, kind) => {
        const values = spectrum(kind, Math.min(m, n));
        const rank = check(simd, withValues(values, m, n, false), [m, n, columns]);
        expect(rank).toBe(values.filter((x) => x !== 0).length);
      },
    );
    fc.assert(runs, { numRuns: 25 });
  });
});

describe('leastSquares', () => {
  it.each([
    [300, 100],
    [100, 300],
    [200, 200],
  ])('of %i×%i', (m, n) => {
    expect(check(two, random(m, n, 1), [m, n, 3])).toBe(Math.min(m, n));
  });

  it('fits a polynomial exactly', () => {
    const m = 20;
    const a = Float64Array.from({ length: m * 3 }, (_, i) => (Math.floor(i / 3) / m) ** (i % 3));
    const b = product(a, Float64Array.of(1, -2, 3), [m, 1, 3]);
    const { x, rank } = leastSquares(one, a, b, m, 3);
    expect(rank).toBe(3);
    expectSmall(difference(x, Float64Array.of(1, -2, 3)), m, 100);
  });

  it('leaves out directions below rcond', () => {
    const a = Float64Array.of(1, 0, 0, 1e-6);
    const b = Float64Array.of(1, 1);
    expect(leastSquares(one, a, b, 2, 2).rank).toBe(2);
    const { x, rank } = leastSquares(one, a, b, 2, 2, { rcond: 1e-5 });
    expect(rank).toBe(1);
    expectSmall(difference(x, Float64Array.of(1, 0)), 2, 1e6 * EPSILON);
    expect(leastSquares(one, hilbert(30), new Float64Array(30), 30, 30).rank).toBeLessThan(20);
  });

  it('is the same to the last bit again, and on other numbers of threads', () => {
    const [m, n] = [400, 250];
    const [a, b] = [random(m, n, 1), random(m, 3, 2)];
    const first = leastSquares(one, a, b, m, n);
    for (let i = 0; i < 3; i++) expect(leastSquares(two, a, b, m, n)).toEqual(first);
  });

  it('of nothing, and of what does not fit', () => {
    leastSquares(one, hilbert(40), new Float64Array(40), 40, 40);
    const before = one.memory().blocks;
    const empty = new Float64Array(0);
    expect(leastSquares(one, empty, Float64Array.of(1, 2), 2, 0)).toEqual({ x: empty, rank: 0 });
    const solve = (a: number[], b: number[], m: number, options = {}) =>
      leastSquares(one, Float64Array.from(a), Float64Array.from(b), m, 1, options);
    const throws =
      (...args: Parameters<typeof solve>) =>
      (message: string) =>
        expect(() => solve(...args)).toThrow(message);
    throws([1, 2], [1], 1)('`a` must have 1×1 numbers. Received: 2.');
    throws([1, 2], [1], 2)('`b` must have 2 rows. Received: 1 numbers.');
    throws([1, Number.NaN], [1, 1], 2)('`a` must hold finite numbers only.');
    throws([1, 1], [1, Number.POSITIVE_INFINITY], 2)('`b` must hold finite numbers only.');
    throws([1], [1], 1, { rcond: -1 })('`rcond` must be a finite number, 0 or above.');
    expect(one.memory().blocks).toBe(before);
  });
});
