import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNear, instances, numbers, withArrays } from './fixtures/lab.ts';
import { argExtremeAt, reduceAt, softmaxAt } from './reduce.ts';
import { Reduction } from './wasm/tables.ts';

const sizes = fc.record({
  ...{ outer: fc.nat(6), inner: fc.oneof(fc.nat(20), fc.constant(1)) },
  reduced: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(16384, 16385, 50_001)),
  odd: fc.boolean(),
});
const combine = {
  sum: (a: number, b: number) => a + b,
  max: Math.max,
  min: Math.min,
};

const all = instances();

describe.each(all)('reductions, %s', (_, simd) => {
  it.each(Object.keys(Reduction) as Reduction[])('%s', (reduction) => {
    fc.assert(
      fc.property(sizes, ({ outer, reduced, inner, odd }) => {
        const x = numbers(outer * reduced * inner, 1);
        if (odd && x.length > 3) x[x.length - 2] = Number.NaN;
        const scale = reduction === 'sum' ? 0.5 : 1;
        const expected = Float64Array.from({ length: outer * inner }, (_, at) => {
          const first = Math.floor(at / inner) * reduced * inner + (at % inner);
          let value = x[first];
          for (let r = 1; r < reduced; r++) value = combine[reduction](value, x[first + r * inner]);
          return value * scale;
        });
        withArrays(simd, [x, new Float32Array(outer * inner + 1).fill(-7)], ([px, out]) => {
          reduceAt(simd, { reduction, x: px, out, outer, reduced, inner, scale });
          expectNear(simd.f32(out, outer * inner + 1), [...expected, -7], 1e-7);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('keeps sums in float64: a million numbers that float32 would lose', () => {
    const x = new Float32Array(1_000_001).fill(1e-3);
    x[0] = 1e8;
    withArrays(simd, [x, new Float32Array(1)], ([px, out]) => {
      reduceAt(simd, { reduction: 'sum', x: px, out, outer: 1, reduced: x.length, inner: 1 });
      expect(simd.f32(out, 1)[0]).toBe(Math.fround(1e8 + 1e6 * Math.fround(1e-3)));
    });
  });

  it('finds the first largest and smallest number, never NaN unless it comes first', () => {
    const shapes = fc.record({ rows: fc.nat(9), columns: fc.integer({ min: 1, max: 70 }) });
    fc.assert(
      fc.property(shapes, fc.boolean(), ({ rows, columns }, smallest) => {
        const x = numbers(rows * columns, 3).map((value, i) =>
          i % 17 === 0 ? Number.NaN : Math.round(4 * value),
        );
        const expected = Array.from({ length: rows }, (_, r) => {
          let best = 0;
          for (let c = 1; c < columns; c++) {
            const [now, then] = [x[r * columns + c], x[r * columns + best]];
            if (smallest ? now < then : now > then) best = c;
          }
          return best;
        });
        withArrays(simd, [x, new Int32Array(rows + 1).fill(-7)], ([px, out]) => {
          argExtremeAt(simd, { x: px, out, rows, columns, smallest });
          expect([...simd.i32(out, rows + 1)]).toEqual([...expected, -7]);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('softmax, in place too, at any size of the numbers', () => {
    for (const [rows, columns, size] of [
      [3, 1, 1],
      [40, 7, 100],
      [5, 1000, 1e30],
    ]) {
      const x = numbers(rows * columns, 5).map((value) => value * size);
      const expected = Float64Array.from(x);
      for (let r = 0; r < rows; r++) {
        const row = expected.subarray(r * columns, (r + 1) * columns);
        const most = Math.max(...row);
        const sum = row.reduce((total, value) => total + Math.exp(value - most), 0);
        row.forEach((value, c) => {
          row[c] = Math.exp(value - most) / sum;
        });
      }
      withArrays(simd, [x, x], ([px, out]) => {
        softmaxAt(simd, { x: px, out, rows, columns });
        expectNear(simd.f32(out, x.length), expected, 1e-6);
        softmaxAt(simd, { x: px, out: px, rows, columns });
        expectNear(simd.f32(px, x.length), expected, 1e-6);
      });
    }
  });
});

it('refuses to reduce nothing', () => {
  const [[, simd]] = all;
  expect(() =>
    reduceAt(simd, { reduction: 'max', x: 0, out: 0, outer: 1, reduced: 0, inner: 1 }),
  ).toThrow('`reduced` must be a whole number, 1 or above. Received: 0.');
});
