import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instancesOfAllBuilds } from '../fixtures/lab.ts';
import { cholesky, choleskyAt, choleskySolve } from '../index.ts';
import {
  difference,
  EPSILON,
  expectSmall,
  hilbert,
  norm,
  product,
  random,
  spectrum,
  withValues,
} from './fixtures/matrices.ts';

const size = fc.oneof(
  fc.nat(9),
  fc.integer({ min: 60, max: 70 }),
  fc.constantFrom(127, 128, 129, 150, 193),
);
const positive = fc.constantFrom(
  ...(['plain', 'same', 'spread', 'clustered', 'huge', 'tiny'] as const),
);
const all = instancesOfAllBuilds();

describe.each(all)('cholesky, %s', (_, simd) => {
  it('gives back A within n·eps, and solves within n·eps of the right side', () => {
    const runs = fc.property(size, positive, fc.nat(20), (n, kind, columns) => {
      const a = withValues(spectrum(kind, n), n, n, true);
      const { l, jitter } = cholesky(simd, a, n);
      for (let i = 0; i < n; i++) {
        expect(l[i * (n + 1)]).toBeGreaterThan(0);
        for (let j = i + 1; j < n; j++) expect(l[i * n + j]).toBe(0);
      }
      const back = product(l, l, [n, n, n], [false, true]);
      for (let i = 0; i < n; i++) back[i * (n + 1)] -= jitter;
      expectSmall(difference(back, a), n, norm(a));
      if (kind !== 'spread') expect(jitter).toBe(0);
      const b = random(n, columns, 7);
      const { x, jitter: same } = choleskySolve(simd, a, b, n);
      expect(same).toBe(jitter);
      expect(choleskySolve(simd, { l, jitter }, b, n)).toEqual({ x, jitter });
      const residual = difference(product(a, x, [n, columns, n]), b);
      for (let i = 0; i < residual.length; i++) residual[i] += jitter * x[i];
      expectSmall(residual, n, norm(a) * norm(x));
    });
    fc.assert(runs, { numRuns: 15 });
  });

  it.each([
    ['hilbert', 12, hilbert(12)],
    ['hilbert', 40, hilbert(40)],
    ['half rank', 130, withValues(spectrum('deficient', 130), 130, 130, true)],
  ])('adds the jitter that it tells: %s %i', (_, n, a) => {
    const before = simd.memory().blocks;
    const { l, jitter } = cholesky(simd, a, n);
    if (n > 12) expect(jitter).toBeGreaterThan(0);
    const mean = a.reduce((sum, x, i) => sum + (i % (n + 1) === 0 ? x / n : 0), 0);
    expect(jitter).toBeLessThanOrEqual(1e-10 * mean);
    const shifted = a.map((x, i) => x + (i % (n + 1) === 0 ? jitter : 0));
    expectSmall(difference(product(l, l, [n, n, n], [false, true]), shifted), n, norm(a));
    expect(simd.memory().blocks).toBe(Math.max(before, 1));
  });
});

const [one, two, , plain] = all.map(([, simd]) => simd);

describe('cholesky', () => {
  it('escalates by ten from where it is told', () => {
    const a = Float64Array.of(1, 0, 0, -0.05);
    expect(cholesky(one, a, 2, { jitter: 0.001, maxJitter: 1 }).jitter).toBeCloseTo(0.1, 12);
    expect(cholesky(one, Float64Array.of(0), 1, { jitter: 4, maxJitter: 4 }).l).toEqual(
      Float64Array.of(2),
    );
  });

  it('is the same to the last bit again, and on other numbers of threads', () => {
    const n = 300;
    const a = withValues(spectrum('plain', n), n, n, true);
    const first = cholesky(one, a, n);
    for (let i = 0; i < 5; i++) expect(cholesky(two, a, n)).toEqual(first);
  });

  it('reads the lower triangle alone in place, and gives A back after an error', () => {
    const n = 70;
    const a = withValues(spectrum('plain', n), n, n, true);
    const { l } = cholesky(plain, a, n);
    const lower = a.map((x, i) => (i % n > Math.floor(i / n) ? Number.NaN : x));
    const pointer = plain.alloc(8 * n * n);
    plain.f64(pointer, n * n).set(lower);
    expect(choleskyAt(plain, pointer, n)).toBe(0);
    expect(plain.f64(pointer, n * n).slice()).toEqual(l);
    a[66 * n + 66] = -1;
    plain.f64(pointer, n * n).set(a);
    expect(() => choleskyAt(plain, pointer, n)).toThrow('at row 66');
    expect(plain.f64(pointer, n * n).slice()).toEqual(a);
    plain.free(pointer);
  });

  it('refuses what has no factor', () => {
    cholesky(one, hilbert(100), 100);
    const before = one.memory().blocks;
    const throws =
      (a: number[], n: number, options = {}) =>
      (message: string) =>
        expect(() => cholesky(one, Float64Array.from(a), n, options)).toThrow(message);
    throws([1, 2, 3], 2)('`a` must have 2×2 numbers. Received: 3.');
    throws([1, 2, 3, 4], 2)('`a` must be symmetric.');
    throws([1, Number.NaN, Number.NaN, 4], 2)('`a` must hold finite numbers only. Received: NaN.');
    throws([Number.POSITIVE_INFINITY], 1)('Received: Infinity.');
    throws([-1], 1)('`a` must be positive definite.');
    throws([0], 1)('`a` must be positive definite.');
    throws([1, 1, 1, 1 - EPSILON], 2, { maxJitter: 0 })('with 0 added to the diagonal');
    throws([1], 1, { jitter: -1 })('`jitter` must be a finite number, 0 or above. Received: -1.');
    throws([1], 1, { maxJitter: Number.NaN })('`maxJitter` must be');
    throws([1], -1)('`n` must be a whole number, 0 or above. Received: -1.');
    expect(() => choleskySolve(one, Float64Array.of(1), Float64Array.of(Number.NaN), 1)).toThrow(
      '`b` must hold finite numbers only.',
    );
    expect(() => choleskySolve(one, hilbert(2), Float64Array.of(1), 2)).toThrow(
      '`b` must have 2 rows.',
    );
    expect(one.memory().blocks).toBe(before);
  });
});
