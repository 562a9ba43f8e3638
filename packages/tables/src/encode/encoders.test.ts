import { readFileSync } from 'node:fs';
import { createRandom } from '@kernel-methods/random';
import { describe, expect, test } from 'vitest';
import { type ColumnValues, columnFromValues } from '../column-from-values.ts';
import { type Column, takeColumn } from '../columns.ts';
import { toDense } from '../sparse-rows.ts';
import { booleanEncoder } from './boolean-encoder.ts';
import { categoryEncoder } from './category-encoder.ts';
import { checkColumnEncoder } from './check-column-encoder.ts';
import type { ColumnEncoder, Target } from './column-encoder.ts';
import { dateEncoder } from './date-encoder.ts';
import { numberEncoder } from './number-encoder.ts';
import { normalQuantile } from './number-transforms.ts';
import { ordinalEncoder } from './ordinal-encoder.ts';
import { targetEncoder } from './target-encoder.ts';
import { textEncoder } from './text-encoder.ts';

const random = () => createRandom(1);
const column = (values: ColumnValues) => columnFromValues('x', values);
const sample = (n: number, value: (draw: ReturnType<typeof random>, i: number) => number) => {
  const draw = random();
  return Float64Array.from({ length: n }, (_, i) => value(draw, i));
};
const rowsOf = (encoder: ColumnEncoder, values: Column, asked = values, target?: Target) => {
  const fitted = encoder.fit(values, { random: random(), target });
  const { data, shape } = toDense(fitted.transform(asked));
  const rows = Array.from({ length: shape[0] }, (_, i) => [
    ...data.subarray(i * shape[1], (i + 1) * shape[1]),
  ]);
  return { features: fitted.features, rows };
};

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

describe('numbers', () => {
  test('are centred and scaled, missing ones the median and marked', () => {
    const values = column([1, 2, 3, null, 6]);
    const { features, rows } = rowsOf(numberEncoder({ transform: 'none' }), values);
    expect(features).toEqual(['', 'missing']);
    const std = Math.sqrt((4 + 1 + 0 + 9) / 4);
    expect(rows).toEqual(
      [
        [-2, 0],
        [-1, 0],
        [0, 0],
        [-0.5, 1],
        [3, 0],
      ].map(([z, m]) => [Math.fround(z / std), m]),
    );
  });

  test('few blanks are not marked', () => {
    const few = sample(100, (draw, i) => (i < 4 ? Number.NaN : draw.normal()));
    expect(rowsOf(numberEncoder(), column(few)).features).toEqual(['']);
    expect(rowsOf(numberEncoder({ indicator: true }), column(few)).features).toEqual([
      '',
      'missing',
    ]);
  });

  test('keep their digits far from 0', () => {
    const far = column([1e9 + 1, 1e9 + 2, 1e9 + 3]);
    const { rows } = rowsOf(numberEncoder({ transform: 'none' }), far);
    expect(rows.flat()).toEqual([-1, 0, 1].map((z) => Math.fround(z / Math.sqrt(2 / 3))));
  });

  test('what is far out is put at the end', () => {
    const values = column(sample(200, (draw) => draw.normal()));
    const asked = column([1e6, -1e6, Infinity, -Infinity]);
    expect(rowsOf(numberEncoder(), values, asked).rows.flat()).toEqual([5, -5, 5, -5]);
    expect(rowsOf(numberEncoder({ clip: 3 }), values, asked).rows.flat()).toEqual([3, -3, 3, -3]);
  });

  const typeOf = (values: Float64Array) => {
    const state = numberEncoder().fit(column(values), { random: random() }).toJSON() as {
      transform: { type: string };
    };
    return state.transform.type;
  };
  test.each([
    ['normal', 'none', (draw: ReturnType<typeof random>) => 40 + 9 * draw.normal()],
    ['uniform', 'none', (draw: ReturnType<typeof random>) => draw.uniform()],
    ['lognormal', 'log', (draw: ReturnType<typeof random>) => Math.exp(2 * draw.normal())],
    [
      'lognormal, turned over',
      'log',
      (draw: ReturnType<typeof random>) => 9 - Math.exp(draw.normal()),
    ],
    ['Cauchy', 'log', (draw: ReturnType<typeof random>) => draw.cauchy()],
    [
      'zero in most rows',
      'log',
      (draw: ReturnType<typeof random>) => (draw.uniform() < 0.8 ? 0 : Math.exp(7 + draw.normal())),
    ],
    [
      'doubly exponential',
      'quantile',
      (draw: ReturnType<typeof random>) => Math.exp(Math.exp(2 * draw.normal())),
    ],
  ] as const)('%s ones go through %s', (_, type, value) => {
    expect(typeOf(sample(3000, value))).toBe(type);
  });

  test('quantiles make any distribution normal', () => {
    const values = column(sample(2000, (draw) => Math.exp(3 * draw.uniform()) ** 2));
    const { rows } = rowsOf(numberEncoder({ transform: 'quantile' }), values);
    const sorted = rows.flat().sort((a, b) => a - b);
    for (const share of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      // 0.04: the grid of 200 steps, and the deviation of a normal cut at 0.001.
      expect(Math.abs(sorted[Math.floor(share * 2000)] - normalQuantile(share))).toBeLessThan(0.04);
    }
  });

  test('the normal quantile', () => {
    // scipy.stats.norm.ppf
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 7);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 7);
    expect(normalQuantile(0.99)).toBeCloseTo(2.3263478740408408, 7);
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

const sklearn = JSON.parse(readFileSync(new URL('../fixtures/text.json', import.meta.url), 'utf8'));

describe('coding by the target', () => {
  test.each(['numbers', 'binary', 'classes'])('%s as in scikit-learn', (name) => {
    const { y, codes } = sklearn.targets[name] as { y: (number | string)[]; codes: number[][] };
    const levels = [...new Set(y as string[])].sort();
    const target: Target =
      name === 'numbers'
        ? { type: 'number', values: Float64Array.from(y as number[]) }
        : {
            type: 'class',
            codes: Int32Array.from(y, (one) => levels.indexOf(one as string)),
            classes: levels.length,
          };
    const fitted = targetEncoder().fit(column(sklearn.categories), { random: random(), target });
    const { unseen, deviations } = fitted.toJSON() as { unseen: number[]; deviations: number[] };
    const { data } = toDense(fitted.transform(column(sklearn.ask)));
    const width = unseen.length;
    codes.flat().forEach((code, i) => {
      expect(data[i] * deviations[i % width] + unseen[i % width]).toBeCloseTo(code, 6);
    });
  });

  test('a row’s own target does not show in its code', () => {
    // Labels at random over many levels: coded by their own rows they look as if levels told them.
    const draw = random();
    const rows = 600;
    const codes = Int32Array.from({ length: rows }, () => draw.integer(2));
    const values = column(Array.from({ length: rows }, () => `n${draw.integer(200)}`));
    const target: Target = { type: 'class', codes, classes: 2 };
    const correlation = (data: Float32Array) => {
      const mean = data.reduce((sum, value) => sum + value, 0) / rows;
      const share = codes.reduce((sum, code) => sum + code, 0) / rows;
      let [xy, xx, yy] = [0, 0, 0];
      data.forEach((value, i) => {
        xy += (value - mean) * (codes[i] - share);
        xx += (value - mean) ** 2;
        yy += (codes[i] - share) ** 2;
      });
      return xy / Math.sqrt(xx * yy);
    };
    const context = { target, random: random() };
    const { fitted, rows: honest } = targetEncoder().fitTransform!(values, context);
    expect(correlation(toDense(fitted.transform(values)).data)).toBeGreaterThan(0.4);
    // Three standard errors of a correlation of 600 rows.
    expect(Math.abs(correlation(toDense(honest).data))).toBeLessThan(3 / Math.sqrt(rows));
  });

  test('rows without a target count for nothing', () => {
    const values = column(['a', 'a', 'b', 'b', 'a']);
    const y: Target = { type: 'number', values: Float64Array.of(1, 2, 5, 6, Number.NaN) };
    const without: Target = { type: 'number', values: y.values.slice(0, 4) };
    const state = targetEncoder().fit(values, { random: random(), target: y }).toJSON() as object;
    const other = targetEncoder()
      .fit(takeColumn(values, [0, 1, 2, 3]), { random: random(), target: without })
      .toJSON() as object;
    expect({ ...state, deviations: 0 }).toEqual({ ...other, deviations: 0 });
    expect(() => targetEncoder().fit(values, { random: random() })).toThrow(
      '`target` must be given',
    );
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

interface Case {
  options: Record<string, unknown>;
  terms: string[];
  rows: number[][];
  values: number[][];
  newRows: number[][];
  newValues: number[][];
}

describe('text as in scikit-learn', () => {
  test.each(sklearn.cases as Case[])(
    '$options',
    ({ options, terms, rows, values, newRows, newValues }) => {
      const lengths = (options.ngram_range as [number, number] | undefined) ?? [1, 1];
      const pieces = options.analyzer === 'char_wb';
      const encoder = textEncoder({
        words: pieces ? false : lengths,
        characters: pieces ? lengths : false,
        sublinear: options.sublinear_tf === true,
        idf: options.use_idf !== false,
        minDocuments: (options.min_df as number | undefined) ?? 1,
        maxTerms: (options.max_features as number | undefined) ?? 1e6,
        lowercase: options.lowercase !== false,
        normalize: false,
      });
      const textColumn = (texts: string[]): Column => ({ type: 'text', name: 'x', values: texts });
      const { fitted, rows: own } = encoder.fitTransform!(textColumn(sklearn.texts), {
        random: random(),
      });
      const found = fitted.features.map(
        (feature) => JSON.parse(feature.replace(/^(word|piece) /, '')) as string,
      );
      expect([...found].sort()).toEqual([...terms].sort());
      for (const [coded, indices, numbers] of [
        [own, rows, values],
        [fitted.transform(textColumn(sklearn.texts)), rows, values],
        [fitted.transform(textColumn(sklearn.new)), newRows, newValues],
      ] as const) {
        const dense = toDense(coded);
        indices.forEach((row, i) => {
          const expected = new Map(row.map((at, k) => [terms[at], numbers[i][k]]));
          found.forEach((term, k) => {
            expect(dense.data[i * terms.length + k], `${term} in ${i}`).toBeCloseTo(
              expected.get(term) ?? 0,
              6,
            );
          });
        });
      }
    },
  );
});

describe('text', () => {
  const encode = (texts: (string | null)[], options = {}) =>
    rowsOf(textEncoder(options), { type: 'text', name: 'x', values: texts });

  test('is the same in any of Unicode’s forms, and in capitals', () => {
    const { rows } = encode(['café ﬁne', 'CAFE\u0301 FINE', 'other words']);
    expect(rows[0]).toEqual(rows[1]);
    const plain = encode(['café ﬁne', 'CAFE\u0301 FINE', 'other words'], { normalize: false });
    expect(plain.rows[0]).not.toEqual(plain.rows[1]);
  });

  test('hashed terms are what a vocabulary would count, added up where they meet', () => {
    const texts = ['a cat and a dog', 'the dog sat', null];
    const { rows } = encode(texts, {
      hashed: 1 << 16,
      idf: false,
      sublinear: false,
      characters: false,
    });
    const wide = encode(texts, { idf: false, sublinear: false, characters: false });
    rows.forEach((row, i) => {
      expect(row.filter(Boolean).sort()).toEqual(wide.rows[i].filter(Boolean).sort());
    });
  });

  test('options', () => {
    expect(() => textEncoder({ words: false, characters: false })).toThrow(
      '`words` must be lengths',
    );
    expect(() => textEncoder({ words: [2, 1] })).toThrow('`words` must be false, or the shortest');
    expect(() => textEncoder({ hashed: 0 })).toThrow('`hashed` must be a whole number');
    expect(() => textEncoder({ ngrams: 2 } as never)).toThrow('The options must be among words');
  });
});
