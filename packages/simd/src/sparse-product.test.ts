import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNear, instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { sparseRows } from './fixtures/sparse.ts';
import { Simd, sparseProductAt, sparseTransposedProductAt } from './index.ts';

const cases = fc.record({
  ...{ total: fc.integer({ min: 1, max: 60 }), count: fc.nat(70) },
  ...{ features: fc.integer({ min: 1, max: 300 }), units: fc.nat(70) },
  ...{ gap: fc.nat(3), picked: fc.boolean(), biased: fc.boolean() },
});

const all = instancesOfAllBuilds();

describe.each(all)('products with sparse rows, %s', (_, simd) => {
  it('agree with float64 loops over all numbers, zeros included', () => {
    fc.assert(
      fc.property(cases, ({ total, features, units, gap, picked, biased, ...rest }) => {
        const count = picked ? rest.count : Math.min(rest.count, total);
        const ld = units + gap;
        const { indptr, indices, values, dense } = sparseRows(total, features, 1 + gap);
        const rows = Int32Array.from({ length: count }, (_, i) => (picked ? (i * 7) % total : i));
        const [w, bias, g] = [features * ld, units, count * ld].map((n, i) => numbers(n, i + 2));
        const scores = new Float64Array(count * ld).fill(-7);
        const gradient = new Float64Array(features * ld).fill(-7);
        for (let u = 0; u < units; u++) {
          for (let d = 0; d < features; d++) gradient[d * ld + u] = 0;
          for (let r = 0; r < count; r++) {
            let sum = biased ? bias[u] : 0;
            for (let d = 0; d < features; d++) {
              sum += dense[rows[r] * features + d] * w[d * ld + u];
              gradient[d * ld + u] += dense[rows[r] * features + d] * g[r * ld + u];
            }
            scores[r * ld + u] = sum;
          }
        }
        // What is −7 must stay: nothing is written between the rows, nor behind the end.
        const out = new Float32Array(Math.max(count, features) * ld + 1).fill(-7);
        const arrays = [indptr, indices, values, rows, w, bias, g, out];
        withArrays(simd, arrays, ([pindptr, pindices, pvalues, prows, pw, pbias, pg, pout]) => {
          const numbers = indices.length;
          const z = { indptr: pindptr, indices: pindices, values: pvalues, numbers };
          const picks = { ...z, rows: picked ? prows : 0, count, features, units, out: pout };
          sparseTransposedProductAt(simd, { ...picks, g: pg, ldg: ld, ldout: ld });
          expectNear(simd.f32(pout, gradient.length + 1), [...gradient, -7], 2e-6 + 1e-7 * count);
          simd.f32(pout, out.length).fill(-7);
          sparseProductAt(simd, { ...picks, w: pw, ldw: ld, bias: biased ? pbias : 0, ldout: ld });
          expectNear(simd.f32(pout, scores.length + 1), [...scores, -7], 5e-6);
        });
      }),
      { numRuns: 60 },
    );
  });
});

it('passes NaN and infinities on to what they touch alone', () => {
  const simd = new Simd({ threads: 1 });
  const [count, features, units] = [3, 4, 5];
  const indptr = Uint32Array.of(0, 1, 2, 2);
  const indices = Uint32Array.of(2, 0);
  const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY);
  const ones = new Float32Array(features * units).fill(1);
  withArrays(simd, [indptr, indices, values, ones, ones], ([i, j, v, one, out]) => {
    const picks = { indptr: i, indices: j, values: v, count, features, units, out };
    sparseProductAt(simd, { ...picks, w: one });
    const scores = [...simd.f32(out, count * units)].filter((_, at) => at % units === 4);
    expect(scores).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0]);
    sparseTransposedProductAt(simd, { ...picks, g: one });
    const gradient = [...simd.f32(out, features * units)].filter((_, at) => at % units === 4);
    expect(gradient).toEqual([Number.POSITIVE_INFINITY, 0, Number.NaN, 0]);
  });
  simd.dispose();
});

it('is the same to the last bit on every number of threads, and on both engines', () => {
  const [count, features, units] = [900, 1501, 150];
  const { indptr, indices, values } = sparseRows(count, features, 1);
  const dense = [features * units, count * units, features * units, count * units].map(numbers);
  const results = all
    .filter(([, { engine, variant }]) => engine.name !== 'javascript' && variant === 'relaxed')
    .map(([, simd]) =>
      withArrays(simd, [indptr, indices, values, ...dense], ([i, j, v, w, g, gradient, scores]) => {
        const z = { indptr: i, indices: j, values: v, numbers: values.length };
        const picks = { ...z, count, features, units };
        sparseProductAt(simd, { ...picks, w, out: scores });
        sparseTransposedProductAt(simd, { ...picks, g, out: gradient });
        return [
          simd.f32(scores, count * units).slice(),
          simd.f32(gradient, features * units).slice(),
        ];
      }),
    );
  expect(results.length).toBeGreaterThan(1);
  for (const result of results) expect(result).toEqual(results[0]);
});
