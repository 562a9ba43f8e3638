import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { matmulAt, matmulBatchAt } from './index.ts';

const cases = fc.record({
  ...{ m: fc.oneof(fc.nat(40), fc.constant(270)), n: fc.nat(40), k: fc.nat(60), batch: fc.nat(12) },
  ...{ transposeA: fc.boolean(), transposeB: fc.boolean(), sameB: fc.boolean(), gap: fc.nat(3) },
  ...{ epilogue: fc.constantFrom('linear', 'relu', 'cosine'), alpha: fc.constantFrom(1, 2) },
});

it.each(instancesOfAllBuilds())('a batch is as many products one by one, %s', (_, simd) => {
  fc.assert(
    fc.property(cases, ({ batch, sameB, gap, ...shape }) => {
      const { m, n, k } = shape;
      const [strideA, strideB, strideOut] = [m * k + gap, sameB ? 0 : k * n, m * n + gap];
      const a = numbers(batch * strideA + m * k, 1);
      const b = numbers(batch * strideB + k * n, 2);
      const out = new Float32Array(batch * strideOut + m * n).fill(-7);
      withArrays(simd, [a, b, out, out, numbers(n, 3)], ([pa, pb, together, single, bias]) => {
        const all = { ...shape, bias, factor: 1.5 };
        const strides = { strideA, strideB, strideOut };
        matmulBatchAt(simd, { ...all, ...strides, a: pa, b: pb, out: together, batch });
        for (let i = 0; i < batch; i++) {
          const [ai, bi] = [pa + 4 * i * strideA, pb + 4 * i * strideB];
          matmulAt(simd, { ...all, a: ai, b: bi, out: single + 4 * i * strideOut });
        }
        const got = simd.f32(together, out.length);
        const expected = simd.f32(single, out.length);
        // Narrow products are summed in another order.
        const worst = got.reduce((w, x, i) => Math.max(w, Math.abs(x - expected[i])), 0);
        expect(worst).toBeLessThan(2e-5);
      });
    }),
    { numRuns: 40 },
  );
});

it('cuts a large batch among threads', () => {
  const [, [, simd]] = instancesOfAllBuilds();
  const [batch, n] = [64, 64];
  const ones = new Float32Array(batch * n * n).fill(1);
  withArrays(simd, [ones, ones, ones], ([a, b, out]) => {
    matmulBatchAt(simd, { a, b, out, m: n, n, k: n, batch });
    expect(simd.f32(out, ones.length).every((x) => x === n)).toBe(true);
  });
});
