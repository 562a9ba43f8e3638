import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrowed, widened } from './fixtures/half.ts';
import { expectNear, instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { type FeatureType, rowsProductAt, rowsTransposedProductAt, Simd } from './index.ts';

const cases = fc.record({
  ...{ total: fc.integer({ min: 1, max: 60 }), count: fc.nat(140) },
  ...{ features: fc.oneof(fc.nat(20), fc.nat(1500)), units: fc.nat(31) },
  ...{ gap: fc.nat(3), picked: fc.boolean(), biased: fc.boolean() },
  type: fc.constantFrom('float32' as const, 'bfloat16' as const, 'float16' as const),
});

const all = instancesOfAllBuilds();

describe.each(all)('products of picked rows, %s', (_, simd) => {
  it('agree with float64 loops', () => {
    fc.assert(
      fc.property(cases, ({ total, features, units, gap, picked, biased, type, ...rest }) => {
        const count = picked ? rest.count : Math.min(rest.count, total);
        const [ld, ldz, ldw] = [units + gap, features + gap, features + 2 * gap];
        const rows = Int32Array.from({ length: count }, (_, i) => (picked ? (i * 7) % total : i));
        const kept = keptAs(type, numbers(total * ldz, 1));
        const { z } = kept;
        const [w, bias, g] = [units * ldw, units, count * ld].map((n, i) => numbers(n, i + 2));
        const scores = new Float64Array(count * ld).fill(-7);
        const gradient = new Float64Array(units * ldw).fill(-7);
        for (let u = 0; u < units; u++) gradient.fill(0, u * ldw, u * ldw + features);
        for (let r = 0; r < count; r++) {
          for (let u = 0; u < units; u++) {
            let sum = biased ? bias[u] : 0;
            for (let d = 0; d < features; d++) {
              sum += z[rows[r] * ldz + d] * w[u * ldw + d];
              gradient[u * ldw + d] += z[rows[r] * ldz + d] * g[r * ld + u];
            }
            scores[r * ld + u] = sum;
          }
        }
        // What is −7 must stay: nothing is written between the rows, nor behind the end.
        const out = new Float32Array(Math.max(count * ld, units * ldw) + 1).fill(-7);
        withArrays(simd, [kept.bits, rows, w, bias, g, out], ([pz, prows, pw, pbias, pg, pout]) => {
          const shape = { count, features, units, out: pout };
          const picks = { z: pz, type, ldz, rows: picked ? prows : 0, ...shape };
          rowsTransposedProductAt(simd, { ...picks, g: pg, ldg: ld, ldout: ldw });
          const end = [-7];
          let got = simd.f32(pout, gradient.length + 1);
          expectNear(got, [...gradient, ...end], 2e-6 + 1e-7 * count);
          simd.f32(pout, out.length).fill(-7);
          rowsProductAt(simd, { ...picks, w: pw, ldw, bias: biased ? pbias : 0, ldout: ld });
          got = simd.f32(pout, scores.length + 1);
          expectNear(got, [...scores, ...end], 2e-6 + 1e-7 * features);
        });
      }),
      { numRuns: 120 },
    );
  });
});

it.each(all)(
  'weights that no cache holds are multiplied in parts, with the same bits, %s',
  (_, simd) => {
    const [count, features, units] = [40, 16400, 37];
    const [z, w, bias] = [count * features, units * features, units].map((n, i) => numbers(n, i));
    const out = new Float32Array(2 * count * units);
    withArrays(simd, [z, w, bias, out], ([pz, pw, pbias, pout]) => {
      const head = { features, units, w: pw, bias: pbias };
      rowsProductAt(simd, { ...head, z: pz, count, out: pout });
      // So few rows are multiplied with all weights at once.
      const some = 20;
      for (let from = 0; from < count; from += some) {
        const at = { z: pz + 4 * from * features, out: pout + 4 * (count + from) * units };
        rowsProductAt(simd, { ...head, ...at, count: some });
      }
      const both = simd.f32(pout, out.length);
      expect(both.slice(0, count * units)).toEqual(both.slice(count * units));
      for (const [row, unit] of [
        [0, 0],
        [39, 15],
        [17, 16],
        [39, 36],
      ]) {
        let sum = bias[unit];
        for (let d = 0; d < features; d++) sum += z[row * features + d] * w[unit * features + d];
        expectNear([both[row * units + unit]], [sum], 1e-3);
      }
    });
  },
);

it('refuses a type that there is not', () => {
  const simd = new Simd({ threads: 1 });
  const rows = { z: 0, count: 0, features: 0, units: 0, type: 'float8' as 'float16' };
  const message = '`type` must be one of float32, bfloat16, float16. Received: float8.';
  expect(() => rowsProductAt(simd, { ...rows, w: 0, out: 0 })).toThrow(message);
  expect(() => rowsTransposedProductAt(simd, { ...rows, g: 0, out: 0 })).toThrow(message);
});

it('passes NaN and infinities on to what they touch alone', () => {
  const simd = new Simd({ threads: 1 });
  const [count, features, units] = [7, 9, 4];
  const z = new Float32Array(count * features).fill(1);
  z[2 * features + 3] = Number.NaN;
  z[6 * features + 5] = Number.POSITIVE_INFINITY;
  const ones = new Float32Array(count * features * units).fill(1);
  withArrays(simd, [z, ones, ones], ([pz, one, out]) => {
    const picks = { z: pz, count, features, units, out };
    rowsProductAt(simd, { ...picks, w: one });
    const scores = [...simd.f32(out, count * units)].filter((_, i) => i % units === 1);
    expect(scores).toEqual([9, 9, Number.NaN, 9, 9, 9, Number.POSITIVE_INFINITY]);
    rowsTransposedProductAt(simd, { ...picks, g: one });
    const gradient = [...simd.f32(out + 4 * features, features)];
    expect(gradient).toEqual([7, 7, 7, Number.NaN, 7, Number.POSITIVE_INFINITY, 7, 7, 7]);
  });
});

it('is the same to the last bit on every number of threads', () => {
  const [count, features, units] = [131, 1501, 7];
  const arrays = [count * features, units * features, count * units].map(numbers);
  const results = all
    .filter(([, { engine, variant }]) => engine.name === 'wasm' && variant === 'relaxed')
    .map(([, simd]) =>
      withArrays(simd, [...arrays, ...arrays], ([z, w, g, , gradient, scores]) => {
        rowsProductAt(simd, { z, count, features, units, w, out: scores });
        rowsTransposedProductAt(simd, { z, count, features, units, g, out: gradient });
        return [
          simd.f32(scores, count * units).slice(),
          simd.f32(gradient, units * features).slice(),
        ];
      }),
    );
  for (const result of results) expect(result).toEqual(results[0]);
});

/** Numbers as they are kept, and as they are read. */
function keptAs(
  type: FeatureType,
  x: Float32Array,
): { z: Float32Array; bits: Float32Array | Uint16Array } {
  if (type === 'float32') return { z: x, bits: x };
  const bits = Uint16Array.from(x, (value) => narrowed(value, type));
  return { z: Float32Array.from(bits, (half) => widened(half, type)), bits };
}
