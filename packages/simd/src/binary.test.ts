import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binaryAt, compareAt } from './binary.ts';
import { instances, numbers, withArrays } from './fixtures/lab.ts';
import { BinaryOperation, Comparison } from './wasm/tables.ts';

const f = Math.fround;
const binaries: Record<BinaryOperation, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  squaredDifference: (a, b) => f(a - b) ** 2,
  prelu: (a, b) => (a < 0 ? a * b : a),
  eluGradient: (a, b) => (b >= 0 ? a : a * f(b + 1)),
};
const comparisons: Record<Comparison, (a: number, b: number) => boolean> = {
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
};

const step = fc.constantFrom(0, 1) as fc.Arbitrary<0 | 1>;
const walks = fc.record({
  ...{ rows: fc.nat(9), columns: fc.oneof(fc.nat(40), fc.constant(9000)) },
  ...{ repeatA: fc.boolean(), repeatB: fc.boolean(), aColumnStep: step, gap: fc.nat(3) },
});

const all = instances();

describe.each(all)('two operands, %s', (_, simd) => {
  it.each([...Object.keys(BinaryOperation), ...Object.keys(Comparison)])('%s', (name) => {
    fc.assert(
      fc.property(walks, ({ rows, columns, repeatA, repeatB, aColumnStep, gap }) => {
        const [aRowStep, bRowStep] = [repeatA ? 0 : columns + gap, repeatB ? 0 : columns];
        const values = [numbers(rows * (columns + gap) + 1, 1), numbers(rows * columns + 1, 2)];
        // Some that are equal, some that are special.
        values[0].forEach((x, i) => {
          values[0][i] = i % 7 === 3 ? Number.NaN : Math.round(x * 8) / 8;
        });
        values[1].forEach((x, i) => {
          values[1][i] = i % 11 === 5 ? -0 : Math.round(x * 8) / 8;
        });
        const n = rows * columns;
        const out = new Float32Array(n + 1).fill(-7);
        withArrays(simd, [...values, out], ([a, b, to]) => {
          const walk = { a, b, out: to, rows, columns, aRowStep, aColumnStep, bRowStep };
          const at = (i: number) => [
            values[0][Math.floor(i / columns) * aRowStep + (i % columns) * aColumnStep],
            values[1][Math.floor(i / columns) * bRowStep + (i % columns)],
          ];
          if (Object.hasOwn(BinaryOperation, name)) {
            const operation = name as BinaryOperation;
            binaryAt(simd, { operation, ...walk });
            const expected = Float32Array.from({ length: n }, (_, i) => {
              const [x, y] = at(i);
              return binaries[operation](x, y);
            });
            // 0 and −0 count as equal: max and min may give either.
            expect([...simd.f32(to, n + 1)].map((x) => x + 0)).toEqual(
              [...expected, -7].map((x) => x + 0),
            );
            return;
          }
          const comparison = name as Comparison;
          compareAt(simd, { comparison, ...walk });
          const expected = Uint8Array.from({ length: n }, (_, i) => {
            const [x, y] = at(i);
            return Number(comparisons[comparison](x, y));
          });
          expect(simd.u8(to, n).slice()).toEqual(expected);
        });
      }),
      { numRuns: 15 },
    );
  });

  it('compares int32, where float32 would round', () => {
    const [a, b] = [Int32Array.of(2 ** 24, -5, 7), Int32Array.of(2 ** 24 + 1, -5, -7)];
    withArrays(simd, [a, b, new Int32Array(1)], ([pa, pb, out]) => {
      const walk = { a: pa, b: pb, out, rows: 1, columns: 3, int32: true };
      compareAt(simd, { comparison: 'less', ...walk });
      expect([...simd.u8(out, 3)]).toEqual([1, 0, 0]);
    });
  });
});

it('refuses what it does not know', () => {
  const [[, simd]] = all;
  const walk = { a: 0, b: 0, out: 0, rows: 1, columns: 1 };
  expect(() => binaryAt(simd, { ...walk, operation: 'toString' as 'add' })).toThrow(
    '`operation` must be one of add, subtract, multiply, divide, maximum, minimum, squaredDifference, prelu, eluGradient. Received: toString.',
  );
  expect(() => compareAt(simd, { ...walk, comparison: 'equal', columns: 1.5 })).toThrow(
    '`columns` must be a whole number, 0 or above. Received: 1.5.',
  );
});
