import { describe, expect, test } from 'vitest';
import { type Column, takeColumn } from '../columns.ts';
import { column, random, rowsOf, sample } from '../fixtures/encoded.ts';
import { toDense } from '../sparse-rows.ts';
import { booleanEncoder } from './boolean-encoder.ts';
import { categoryEncoder } from './category-encoder.ts';
import { checkColumnEncoder } from './check-column-encoder.ts';
import type { ColumnEncoder, Target } from './column-encoder.ts';
import { dateEncoder } from './date-encoder.ts';
import { numberEncoder } from './number-encoder.ts';
import { ordinalEncoder } from './ordinal-encoder.ts';
import { targetEncoder } from './target-encoder.ts';
import { textEncoder } from './text-encoder.ts';

const blanks = sample(60, (draw, i) => (i % 4 === 1 ? Number.NaN : draw.normal()));
const names = Array.from({ length: 60 }, (_, i) =>
  i % 9 === 2 ? null : `n${i % 5}${i === 7 ? '!' : ''}`,
);
const numbers: Target = { type: 'number', values: sample(60, (draw) => draw.normal()) };
const classes: Target = {
  type: 'class',
  codes: Int32Array.from({ length: 60 }, (_, i) => (i * 7) % 3),
  classes: 3,
};
const dates = Array.from({ length: 60 }, (_, i) =>
  i % 10 === 3 ? null : new Date(Date.UTC(2020, i, i, i)),
);
const sentences = Array.from({ length: 60 }, (_, i) =>
  i % 8 === 5 ? null : `Sentence ${i % 7} of ${i} tells no more, é 😀`,
);
const text: Column = { type: 'text', name: 'x', values: sentences };
const constant = column(new Float64Array(60).fill(3));

describe('the contract', () => {
  const cases: [string, ColumnEncoder, Column, Target?][] = [
    ['numbers', numberEncoder(), column(blanks)],
    ['skewed numbers', numberEncoder(), column(blanks.map((value) => Math.exp(3 * value)))],
    ['numbers by log', numberEncoder({ transform: 'log', indicator: true }), column(blanks)],
    ['numbers by quantiles', numberEncoder({ transform: 'quantile', clip: 2 }), column(blanks)],
    [
      'infinite numbers',
      numberEncoder(),
      column(blanks.map((value, i) => (i % 7 ? value : Infinity))),
    ],
    ['one number', numberEncoder(), constant],
    ['categories', categoryEncoder(), column(names)],
    ['numbers as categories', categoryEncoder({ minCount: 1 }), column(blanks.map(Math.round))],
    ['categories by a number', categoryEncoder({ maxLevels: 2 }), column(names), numbers],
    ['categories by classes', targetEncoder({ folds: 3 }), column(names), classes],
    ['ordinals', ordinalEncoder({ levels: ['n0', 'n1', 'n2', 'n3', 'n4'] }), column(names)],
    [
      'booleans',
      booleanEncoder(),
      column(names.map((name) => (name === null ? null : name < 'n2'))),
    ],
    ['dates', dateEncoder(), column(dates)],
    ['text', textEncoder(), text],
    ['names as text', textEncoder({ words: false }), column(names)],
    ['hashed text', textEncoder({ hashed: 97, idf: false, normalize: false }), text],
  ];
  test.each(cases)('%s', (_, encoder, values, target) => {
    checkColumnEncoder(encoder, values, { target });
  });

  test('says what does not hold', () => {
    const bad = (change: Partial<ColumnEncoder>) => () =>
      checkColumnEncoder({ ...numberEncoder(), ...change }, column(blanks));
    expect(bad({ accepts: ['text'] })).toThrow('accepts text, not number');
    let calls = 0;
    expect(
      bad({
        fit: (values) =>
          numberEncoder().fit(takeColumn(values, [0, 2, 3 + calls++]), { random: random() }),
      }),
    ).toThrow('two fits on one column must code alike');
    const standard = numberEncoder();
    const wrap = (
      change: (data: Float32Array, values: Column) => void,
    ): Partial<ColumnEncoder> => ({
      fit(values, context) {
        const fitted = standard.fit(values, context);
        return {
          ...fitted,
          transform(own) {
            const rows = toDense(fitted.transform(own));
            change(rows.data, own);
            return rows;
          },
        };
      },
    });
    expect(bad(wrap((data) => data.fill(Number.NaN)))).toThrow('numbers must be finite');
    expect(bad(wrap((data) => data.fill(data[0])))).toThrow('equal to the bit');
    const batch = wrap((data) => data.fill(data.length));
    expect(
      bad({
        ...batch,
        fromJSON: (state) => {
          const loaded = standard.fromJSON(state);
          return {
            ...loaded,
            transform: (own) => {
              const rows = toDense(loaded.transform(own));
              rows.data.fill(rows.data.length);
              return rows;
            },
          };
        },
      }),
    ).toThrow('whichever rows it is with');
    expect(
      bad(
        wrap((_, own) => {
          (own as { values: Float64Array }).values[0] += 1;
        }),
      ),
    ).toThrow('`transform` must not change the column');
  });
});

describe('categories', () => {
  test('one feature per level, rare and unseen ones together, missing ones apart', () => {
    const values = column(['b', 'a', 'a', 'b', 'once', null, null, 'a']);
    const asked = column(['a', 'b', 'once', 'new', null]);
    const { features, rows } = rowsOf(categoryEncoder(), values, asked);
    expect(features).toEqual(['=a', '=b', 'rare', 'missing']);
    expect(rows).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
  });

  test('without rare levels an unseen one is 0 everywhere', () => {
    const values = column(['b', 'a', 'a', 'b']);
    expect(rowsOf(categoryEncoder(), values, column(['c', null])).rows).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('many levels go by the target, if it is known and of few classes', () => {
    const many = column(Array.from({ length: 400 }, (_, i) => `n${i % 100}`));
    const y: Target = { type: 'number', values: sample(400, (draw) => draw.normal()) };
    const intents: Target = {
      type: 'class',
      codes: Int32Array.from({ length: 400 }, (_, i) => i % 50),
      classes: 50,
    };
    expect(rowsOf(categoryEncoder(), many).features).toHaveLength(100);
    expect(rowsOf(categoryEncoder(), many, many, y).features).toEqual(['target']);
    expect(rowsOf(categoryEncoder(), many, many, intents).features).toHaveLength(100);
  });
});

describe('ordinals, booleans, dates', () => {
  test('ordinals', () => {
    const values = column(['M', 'S', 'L', 'M', null]);
    const encoder = ordinalEncoder({ levels: ['S', 'M', 'L'] });
    const { features, rows } = rowsOf(encoder, values, column(['S', 'L', 'XXL', null]));
    expect(features).toEqual(['', 'missing']);
    const z = Math.fround(1 / Math.sqrt(0.5));
    expect(rows).toEqual([
      [-z, 0],
      [z, 0],
      [0, 1],
      [0, 1],
    ]);
    const ordered: Column = {
      type: 'category',
      name: 'x',
      codes: Int32Array.of(0, 1, 2),
      levels: ['low', 'mid', 'high'],
      ordered: true,
    };
    expect(rowsOf(ordinalEncoder(), ordered).rows.flat()[0]).toBeCloseTo(-Math.sqrt(1.5), 6);
    expect(rowsOf(ordinalEncoder({ levels: ['4', '1'] }), column([4, 1])).rows.flat()).toEqual([
      -1, 1,
    ]);
    expect(() => rowsOf(ordinalEncoder(), values)).toThrow(
      '`levels` must be given for column "x", which is not ordered',
    );
    expect(() => ordinalEncoder({ levels: ['a', 'a'] })).toThrow(
      '`levels` must be two distinct strings or more',
    );
  });

  test('booleans', () => {
    const { features, rows } = rowsOf(booleanEncoder(), column([true, false, true, null]));
    expect(features).toEqual(['', 'missing']);
    expect(rows).toEqual([
      [1, 0],
      [0, 0],
      [1, 0],
      [Math.fround(2 / 3), 1],
    ]);
  });

  test('dates: how far on, and where in the cycles in which they differ', () => {
    const days = [0, 1, 2, 3].map((day) => new Date(Date.UTC(2024, 0, 1 + day)));
    const { features, rows } = rowsOf(dateEncoder(), column(days), column([days[0], null]));
    expect(features).toEqual(['', 'day sin', 'day cos', 'weekday sin', 'weekday cos']);
    // Monday, the first of the month.
    const expected = [
      -1.5 / Math.sqrt(1.25),
      0,
      1,
      Math.sin((2 * Math.PI) / 7),
      Math.cos((2 * Math.PI) / 7),
    ];
    expect(rows).toEqual([expected.map(Math.fround), [0, 0, 0, 0, 0]]);
    const hours = [0, 6, 12].map((hour) => new Date(Date.UTC(2024, 11, 31, hour, 30)));
    expect(rowsOf(dateEncoder(), column(hours)).features).toEqual(['', 'hour sin', 'hour cos']);
  });
});
