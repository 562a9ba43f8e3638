import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNear, instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { matmulAt } from './matmul.ts';
import type { MatmulArguments } from './matmul-arguments.ts';
import type { Simd } from './simd.ts';

const all = instancesOfAllBuilds();

type Shape = Pick<MatmulArguments, 'm' | 'n' | 'k' | 'transposeA' | 'transposeB'>;

const UNTOUCHED = 7;

/** The product of operands whose rows have `gap` more numbers than they need; checks that the gaps stay. */
function product(simd: Simd, shape: Shape, a: Float32Array, b: Float32Array, gap: number) {
  const { m, n, k, transposeA, transposeB } = shape;
  const lda = (transposeA ? m : k) + gap;
  const ldb = (transposeB ? k : n) + gap;
  const ldout = n + gap;
  const out = new Float32Array(m * ldout).fill(UNTOUCHED);
  return withArrays(simd, [a, b, out], ([pa, pb, po]) => {
    matmulAt(simd, { ...shape, a: pa, b: pb, out: po, lda, ldb, ldout });
    const got = simd.f32(po, out.length).slice();
    const strangers = got.filter((x, at) => at % ldout >= n && x !== UNTOUCHED);
    expect(strangers.length).toBe(0);
    return got.filter((_, at) => at % ldout < n);
  });
}

function operands({ m, n, k, transposeA, transposeB }: Shape, gap: number) {
  const a = numbers(transposeA ? k * (m + gap) : m * (k + gap), 1);
  const b = numbers(transposeB ? n * (k + gap) : k * (n + gap), 2);
  return [a, b] as const;
}

function oracle(shape: Shape, a: Float32Array, b: Float32Array, gap: number): Float64Array {
  const { m, n, k, transposeA, transposeB } = shape;
  const lda = (transposeA ? m : k) + gap;
  const ldb = (transposeB ? k : n) + gap;
  return Float64Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let p = 0; p < k; p++) {
      sum += a[transposeA ? p * lda + i : i * lda + p] * b[transposeB ? j * ldb + p : p * ldb + j];
    }
    return sum;
  });
}

const shapes = fc
  .record({
    units: fc.integer({ min: 1, max: 12 }),
    long: fc.integer({ min: 1, max: 1100 }),
    k: fc.integer({ min: 1, max: 70 }),
    ...{ tall: fc.boolean(), transposeA: fc.boolean(), transposeB: fc.boolean() },
  })
  .map(({ tall, units, long, ...rest }) =>
    tall ? { m: long, n: units, ...rest } : { m: units, n: long, ...rest },
  );

describe('products with few columns or rows', () => {
  it.each(all)('agree with float64 loops and write nothing else: %s', (_, simd) => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(0, 3), (shape, gap) => {
        const [a, b] = operands(shape, gap);
        expectNear(product(simd, shape, a, b, gap), oracle(shape, a, b, gap), 1e-5);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    { m: 4099, n: 10, k: 130, transposeA: true },
    { m: 2053, n: 12, k: 301, transposeA: true, transposeB: true },
    { m: 3001, n: 1, k: 600, transposeA: true },
    { m: 10, n: 4099, k: 130 },
    { m: 4099, n: 10, k: 130 },
    { m: 10, n: 4099, k: 130, transposeB: true },
  ])('are the same to the last bit on one thread and on two: %o', (shape) => {
    const [a, b] = operands(shape, 0);
    const [first, second] = all.map(([, simd]) => product(simd, shape, a, b, 0));
    expect(second).toEqual(first);
    expectNear(first, oracle(shape, a, b, 0), 1e-4);
  });

  it.each(all)('pass NaN and infinities on to what they touch alone: %s', (_, simd) => {
    const shape = { m: 1030, n: 10, k: 33, transposeA: true };
    const [a, b] = operands(shape, 0);
    a[5 * shape.m + 517] = Number.NaN;
    a[7 * shape.m + 1029] = Number.POSITIVE_INFINITY;
    b[9 * shape.n + 4] = Number.NEGATIVE_INFINITY;
    expectNear(product(simd, shape, a, b, 0), oracle(shape, a, b, 0), 1e-5);
  });
});
