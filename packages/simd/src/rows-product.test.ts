import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNear, instances, numbers, withArrays } from './fixtures/lab.ts';
import { paddedUnits, rowsProductAt, rowsTransposedProductAt, Simd } from './index.ts';

const cases = fc.record({
  ...{ total: fc.integer({ min: 1, max: 60 }), count: fc.nat(140) },
  ...{ features: fc.oneof(fc.nat(20), fc.nat(1500)), units: fc.nat(31) },
  ...{ gap: fc.nat(3), picked: fc.boolean(), biased: fc.boolean() },
});

describe.each(instances())('products of picked rows, %s', (_, simd) => {
  it('agree with float64 loops', () => {
    fc.assert(
      fc.property(cases, ({ total, features, units, gap, picked, biased, ...rest }) => {
        const count = picked ? rest.count : Math.min(rest.count, total);
        const [ld, ldz] = [paddedUnits(units), features + gap];
        const rows = Int32Array.from({ length: count }, (_, i) => (picked ? (i * 7) % total : i));
        const z = numbers(total * ldz, 1);
        const [w, bias, g] = [features * ld, ld, count * ld].map((n, i) => numbers(n, i + 2));
        const scores = new Float64Array(count * ld);
        const gradient = new Float64Array(features * ld);
        for (let r = 0; r < count; r++) {
          for (let u = 0; u < ld; u++) {
            let sum = biased ? bias[u] : 0;
            for (let d = 0; d < features; d++) {
              sum += z[rows[r] * ldz + d] * w[d * ld + u];
              gradient[d * ld + u] += z[rows[r] * ldz + d] * g[r * ld + u];
            }
            scores[r * ld + u] = sum;
          }
        }
        const out = new Float32Array(Math.max(count, features) * ld + 1).fill(-7);
        withArrays(simd, [z, rows, w, bias, g, out], ([pz, prows, pw, pbias, pg, pout]) => {
          const picks = { z: pz, ldz, rows: picked ? prows : 0, count, features, ld, out: pout };
          rowsTransposedProductAt(simd, { ...picks, g: pg });
          let got = simd.f32(pout, features * ld + 1);
          expect(got[features * ld]).toBe(-7); // Nothing is written behind the end.
          expectNear(got.subarray(0, -1), gradient, 2e-6 + 1e-7 * count);
          simd.f32(pout, out.length).fill(-7);
          rowsProductAt(simd, { ...picks, w: pw, bias: biased ? pbias : 0 });
          got = simd.f32(pout, count * ld + 1);
          expect(got[count * ld]).toBe(-7);
          expectNear(got.subarray(0, -1), scores, 2e-6 + 1e-7 * features);
        });
      }),
      { numRuns: 60 },
    );
  });
});

it('passes NaN and infinities on to what they touch alone', () => {
  const simd = new Simd({ threads: 1 });
  const [count, features, ld] = [7, 9, 4];
  const z = new Float32Array(count * features).fill(1);
  z[2 * features + 3] = Number.NaN;
  z[6 * features + 5] = Number.POSITIVE_INFINITY;
  const ones = new Float32Array(count * features * ld).fill(1);
  withArrays(simd, [z, ones, ones], ([pz, one, out]) => {
    rowsProductAt(simd, { z: pz, count, features, w: one, out, ld });
    const scores = [...simd.f32(out, count * ld)].filter((_, i) => i % ld === 1);
    expect(scores).toEqual([9, 9, Number.NaN, 9, 9, 9, Number.POSITIVE_INFINITY]);
    rowsTransposedProductAt(simd, { z: pz, count, features, g: one, out, ld });
    const gradient = [...simd.f32(out, features * ld)].filter((_, i) => i % ld === 1);
    expect(gradient).toEqual([7, 7, 7, Number.NaN, 7, Number.POSITIVE_INFINITY, 7, 7, 7]);
  });
  expect(() => rowsProductAt(simd, { z: 0, count: 0, features: 0, w: 0, out: 0, ld: 10 })).toThrow(
    '`ld` must be a positive multiple of 4. Received: 10.',
  );
});
