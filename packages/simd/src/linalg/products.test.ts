import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instancesOfAllBuilds, withArrays } from '../fixtures/lab.ts';
import { matmul64, matmul64At, solveTriangular } from '../index.ts';
import { difference, expectSmall, norm, product, random } from './fixtures/matrices.ts';

const size = fc.oneof(fc.nat(9), fc.nat(70), fc.constantFrom(127, 128, 129));
const depth = fc.oneof(size, fc.constantFrom(511, 512, 513, 1100));
const all = instancesOfAllBuilds();

describe.each(all)('float64 products and triangles, %s', (_, simd) => {
  it('matmul64 agrees with loops', () => {
    const shape = fc.record({
      ...{ m: size, n: size, k: depth, transposeA: fc.boolean(), transposeB: fc.boolean() },
      alpha: fc.constantFrom(1, -0.5),
    });
    const runs = fc.property(shape, (options) => {
      const { m, n, k, transposeA, transposeB, alpha } = options;
      const [a, b] = [random(m, k, 1), random(k, n, 2)];
      const expected = product(a, b, [m, n, k], [transposeA, transposeB]);
      const got = matmul64(simd, a, b, options);
      const wanted = expected.map((x) => alpha * x);
      expectSmall(difference(got, wanted), k, norm(a) * norm(b), 1);
    });
    fc.assert(runs, { numRuns: 20 });
  });

  it('adds, within a larger matrix, and to the lower triangle alone', () => {
    const runs = fc.property(size, depth, fc.boolean(), fc.nat(3), (n, k, lower, gap) => {
      const ld = n + gap;
      const [a, start] = [random(n, k, 1), random(n, ld, 3)];
      const full = product(a, a, [n, n, k], [false, true]);
      const expected = start.map((x, at) => {
        const [i, j] = [Math.floor(at / ld), at % ld];
        return j < n && (!lower || j <= i) ? x - full[i * n + j] : x;
      });
      const got = withArrays(simd, [a, start], ([pointer, out]) => {
        const shape = { m: n, n, k, transposeB: true, ldout: ld, lower };
        matmul64At(simd, { a: pointer, b: pointer, out, ...shape, alpha: -1, accumulate: true });
        return simd.f64(out, n * ld).slice();
      });
      expectSmall(difference(got, expected), k, norm(a) ** 2 + norm(start), 1);
      got.forEach((x, at) => {
        const untouched = at % ld >= n || (lower && at % ld > Math.floor(at / ld));
        if (untouched) expect(x).toBe(start[at]);
      });
    });
    fc.assert(runs, { numRuns: 15 });
  });

  it('solveTriangular: residuals within n·eps, the other half not read', () => {
    const runs = fc.property(
      fc.oneof(size, fc.constantFrom(192, 200)),
      fc.oneof(fc.nat(9), fc.constantFrom(64, 130)),
      fc.boolean(),
      fc.boolean(),
      (n, columns, upper, transpose) => {
        const inside = (at: number) =>
          upper ? at % n >= Math.floor(at / n) : at % n <= Math.floor(at / n);
        const t = random(n, n, 4).map((x, at) =>
          at % (n + 1) === 0 ? 2 + x : x / Math.sqrt(n + 1),
        );
        const b = random(n, columns, 5);
        const clean = t.map((x, at) => (inside(at) ? x : 0));
        const dirty = t.map((x, at) => (inside(at) ? x : 1e9));
        const x = solveTriangular(simd, dirty, b, n, { upper, transpose });
        const back = product(clean, x, [n, columns, n], [transpose, false]);
        expectSmall(difference(back, b), n, norm(clean) * norm(x));
      },
    );
    fc.assert(runs, { numRuns: 15 });
  });
});

describe('float64 products and triangles', () => {
  const [one, two] = all.map(([, simd]) => simd);

  it('repeat to the last bit on any number of threads', () => {
    const n = 333;
    const [a, b] = [random(n, n, 1), random(n, n, 2)];
    const first = matmul64(one, a, b, { m: n, n, k: n });
    const t = a.map((x, at) => (at % (n + 1) === 0 ? 3 : x / n));
    const solved = solveTriangular(one, t, b, n);
    for (let i = 0; i < 5; i++) {
      expect(matmul64(two, a, b, { m: n, n, k: n })).toEqual(first);
      expect(solveTriangular(two, t, b, n)).toEqual(solved);
    }
  });

  it('refuse what does not fit, and leave no memory behind', () => {
    const before = one.memory().blocks;
    const two = Float64Array.of(1, 0);
    expect(() => matmul64(one, two, two, { m: 1, n: 1, k: 1 })).toThrow('`a` must have 1×1');
    expect(() => matmul64(one, two, two, { m: 0.5, n: 1, k: 4 })).toThrow('`m` must be a whole');
    expect(() => solveTriangular(one, two, two, 1)).toThrow('`t` must have 1×1 numbers');
    const singular = Float64Array.of(1, 0, 0, 0);
    expect(() => solveTriangular(one, singular, two, 2)).toThrow('Received: 0 at row 1.');
    const bad = Float64Array.of(1, Number.NaN, 0, 1);
    expect(() => solveTriangular(one, bad, two, 2)).toThrow('`t` must hold finite numbers only');
    expect(one.memory().blocks).toBe(before);
  });
});
