import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instancesOfAllBuilds as labInstances, numbers } from './fixtures/lab.ts';
import { type MatmulShape, matmul, packMatrix, type Simd } from './index.ts';
import { matmulAt } from './matmul.ts';

const instances = labInstances().map(([, simd]) => simd);
const [one] = instances;

function oracle(a: Float32Array, b: Float32Array, options: MatmulShape): Float64Array {
  const { m, n, k, transposeA, transposeB, alpha = 1, bias, factor = 1, epilogue } = options;
  return Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let p = 0; p < k; p++) {
      sum += a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j];
    }
    const v = alpha * sum + (bias?.[j] ?? 0);
    if (epilogue === 'relu') return Math.max(0, v);
    return epilogue === 'cosine' ? factor * Math.cos(v) : v;
  });
}

function expectClose(got: Float32Array, expected: Float64Array, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < got.length; i++) worst = Math.max(worst, Math.abs(got[i] - expected[i]));
  expect(worst).toBeLessThanOrEqual(tolerance);
}

const size = fc.oneof(fc.nat(9), fc.nat(70));
const shapes = fc.record({
  ...{ m: fc.oneof(size, fc.nat(220)), n: size, k: fc.oneof(size, fc.nat(2000)) },
  ...{ transposeA: fc.boolean(), transposeB: fc.boolean(), alpha: fc.constantFrom(1, -0.5) },
  epilogue: fc.constantFrom('linear', 'relu', 'cosine'),
  biased: fc.boolean(),
});

/** The product with a right operand that was packed before. */
function matmulPacked(simd: Simd, a: Float32Array, b: Float32Array, options: MatmulShape) {
  const { m, n, k, transposeA } = options;
  const pointers = [m * k, k * n, m * n].map((length) => simd.alloc(4 * length));
  const [left, right, out] = pointers;
  simd.f32(left, m * k).set(a);
  simd.f32(right, k * n).set(b);
  const packed = packMatrix(simd, right, k, n);
  matmulAt(simd, { a: left, b: packed, out, m, n, k, transposeA });
  const result = simd.f32(out, m * n).slice();
  for (const pointer of [...pointers, packed.pointer]) simd.free(pointer);
  return result;
}

describe('matmul', () => {
  it.each(instances.map((simd) => [simd.threads, simd.variant, simd.shared, simd] as const))(
    'agrees with float64 loops: %s threads, %s, shared %s',
    (_, __, ___, simd) => {
      fc.assert(
        fc.property(shapes, ({ biased, ...rest }) => {
          const { m, n, k } = rest;
          const options = { ...rest, factor: 1.5, bias: biased ? numbers(n, 3) : undefined };
          const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)];
          const got = matmul(simd, a, b, options);
          expectClose(got, oracle(a, b, options), 3e-6 + 1.2e-7 * (k + 1));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('is the same to the last bit on every number of threads, and again', () => {
    const [m, n, k] = [257, 301, 1000];
    const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)];
    const first = matmul(one, a, b, { m, n, k });
    const two = instances[1];
    for (let i = 0; i < 10; i++) expect(matmul(two, a, b, { m, n, k })).toEqual(first);
    expectClose(first, oracle(a, b, { m, n, k }), 1e-4);
  });

  it('skips what is 0 in all rows of a panel, and nothing else', () => {
    const mostlyZero = fc.record({
      ...{ m: fc.integer({ min: 13, max: 300 }), n: fc.integer({ min: 13, max: 200 }) },
      k: fc.integer({ min: 1, max: 1700 }),
      transposeA: fc.boolean(),
      packed: fc.boolean(),
      // Where B is not finite, a 0 of A counts: 0·∞ is NaN.
      special: fc.constantFrom(0, Number.NaN, Number.POSITIVE_INFINITY),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(mostlyZero, ({ m, n, k, transposeA, packed, special, seed }) => {
        const [a, b] = [numbers(m * k, seed), numbers(k * n, seed + 1)];
        const cleared = numbers(k, seed + 2);
        for (let i = 0; i < m; i++) {
          for (let p = 0; p < k; p++) {
            if (cleared[p] < 0.4) a[transposeA ? p * m + i : i * k + p] = p % 2 ? 0 : -0;
          }
        }
        if (special !== 0) b[(seed * 7919) % b.length] = special;
        const options = { m, n, k, transposeA };
        const expected = oracle(a, b, options);
        for (const simd of instances) {
          const got = packed ? matmulPacked(simd, a, b, options) : matmul(simd, a, b, options);
          got.forEach((x, i) => {
            if (Number.isFinite(expected[i])) {
              if (!(Math.abs(x - expected[i]) <= 3e-6 + 1.2e-7 * (k + 1))) {
                expect(x).toBeCloseTo(expected[i], 5);
              }
            } else expect(x).toBe(expected[i]);
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('passes NaN and infinities on, to the rows and columns that they touch', () => {
    const [m, n, k] = [7, 11, 13];
    const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)];
    a[2 * k + 3] = Number.NaN;
    b[5 * n + 10] = Number.POSITIVE_INFINITY;
    const got = matmul(one, a, b, { m, n, k });
    const expected = oracle(a, b, { m, n, k });
    got.forEach((x, i) => {
      if (Number.isFinite(expected[i])) expect(x).toBeCloseTo(expected[i], 5);
      else expect(x).toBe(expected[i]);
    });
    expect(matmul(one, a, b, { m, n, k, epilogue: 'relu' })[2 * n]).toBeNaN();
  });

  it('keeps a packed operand, and leaves no memory behind', () => {
    const [m, n, k] = [33, 65, 900];
    const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)];
    const expected = matmul(one, a, b, { m, n, k });
    const before = one.memory().blocks;
    const [pa, pb, out] = [a, b, expected].map(({ byteLength }) => one.alloc(byteLength));
    one.f32(pa, a.length).set(a);
    one.f32(pb, b.length).set(b);
    const packed = packMatrix(one, pb, k, n);
    one.f32(pb, b.length).fill(0);
    for (let i = 0; i < 2; i++) {
      matmulAt(one, { a: pa, b: packed, out, m, n, k });
      expect(one.f32(out, m * n).slice()).toEqual(expected);
    }
    for (const pointer of [pa, pb, out, packed.pointer]) one.free(pointer);
    expect(one.memory().blocks).toBe(before);
  });

  it('refuses operands of the wrong length', () => {
    const a = new Float32Array(5);
    expect(() => matmul(one, a, a, { m: 2, n: 2, k: 2 })).toThrow(
      '`a` must have 4 numbers. Received: 5.',
    );
  });
});
