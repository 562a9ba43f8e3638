import { createRandom } from '@kernel-methods/random';
import { describe, expect, test } from 'vitest';
import { Table } from '../table.ts';
import { categoryEncoder } from './category-encoder.ts';
import type { ColumnEncoder, Json } from './column-encoder.ts';
import { numberEncoder } from './number-encoder.ts';
import { ordinalEncoder } from './ordinal-encoder.ts';
import { TableEncoder, tableEncoder } from './table-encoder.ts';
import { targetEncoder } from './target-encoder.ts';
import { textEncoder } from './text-encoder.ts';

const random = createRandom(4);
const rows = Array.from({ length: 60 }, (_, i) => ({
  age: i % 7 === 1 ? null : random.normal(),
  skewed: Math.exp(2 * random.normal()),
  size: ['S', 'M', 'L'][i % 3],
  city: `c${random.integer(6)}`,
  zip: `z${random.integer(9)}`,
  member: i % 5 === 0 ? null : i % 2 === 0,
  born: i % 6 === 1 ? null : new Date(Date.UTC(2020, i, i)),
  note: `Note ${i % 7} of ${random.integer(20)} words`,
  pay: random.normal(),
}));
const columns = { note: 'text', size: 'category', city: 'category', zip: 'category' } as const;
const table = Table.fromRows(rows, { columns });
const options = {
  columns: {
    size: ordinalEncoder({ levels: ['S', 'M', 'L'] }),
    zip: targetEncoder({ folds: 3 }),
    skewed: numberEncoder({ transform: 'quantile', clip: Number.POSITIVE_INFINITY }),
    born: 'drop',
  },
  numbers: numberEncoder({ transform: 'log', clip: 2 }),
  categories: categoryEncoder({ minCount: 3, maxLevels: Number.POSITIVE_INFINITY }),
  texts: textEncoder({ words: [1, 1], characters: false, maxTerms: 8 }),
  sparse: false,
  seed: 5,
} as const;

// biome-ignore lint/suspicious/noExplicitAny: what is damaged has no type
type Any = any;
const throughJson = (encoder: TableEncoder): Any => JSON.parse(JSON.stringify(encoder));

describe('a table encoder as JSON', () => {
  test.each([
    ['with options of its own', options],
    ['with defaults', {}],
  ])('can be fitted again as it was: %s', (_, given) => {
    const target = 'pay';
    const encoder = tableEncoder(given).fit(table.slice(0, 30), { target });
    const expected = tableEncoder(given).fitTransform(table, { target });
    const loaded = TableEncoder.fromJSON(throughJson(encoder));
    expect(loaded.transform(table)).toEqual(encoder.transform(table));
    expect(throughJson(loaded)).toEqual(throughJson(encoder));
    expect(loaded.clone().fitTransform(table, { target })).toEqual(expected);
    expect(loaded.fitTransform(table, { target })).toEqual(expected);
    // Not fitted, it is its options.
    const blank = TableEncoder.fromJSON(throughJson(tableEncoder(given)));
    expect(blank.isFitted).toBe(false);
    expect(blank.fitTransform(table, { target })).toEqual(expected);
  });

  test('knows encoders of one’s own by their kind', () => {
    const own: ColumnEncoder = { ...numberEncoder({ clip: 1 }), kind: 'mine', options: undefined };
    const json = throughJson(tableEncoder({ numbers: own }).fit(table));
    expect(() => TableEncoder.fromJSON(json)).toThrow(
      '`encoders` must hold one of the kind "mine". Received: none.',
    );
    const loaded = TableEncoder.fromJSON(json, { encoders: [own] });
    expect(loaded.clone().fit(table).transform(table)).toEqual(loaded.transform(table));
  });

  test('without its options, as they were not saved once, only codes rows', () => {
    const encoder = tableEncoder().fit(table);
    const { options: _, ...json } = throughJson(encoder);
    const loaded = TableEncoder.fromJSON(json);
    expect(loaded.transform(table)).toEqual(encoder.transform(table));
    expect(() => loaded.clone()).toThrow('saved without its options');
  });
});

describe('a damaged table encoder', () => {
  const encoder = tableEncoder(options).fit(table, { target: 'pay' });
  const plain = tableEncoder().fit(table);
  const odd: readonly Json[] = [
    null,
    true,
    '',
    'x',
    -1,
    0.5,
    1e9,
    [],
    {},
    [null],
    [[]],
    ['x', 'x'],
  ];

  /** Every place of some JSON, with what sets it. */
  function* places(value: Any, path: readonly string[]): Generator<readonly string[]> {
    yield path;
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value).slice(0, 3)) yield* places(value[key], [...path, key]);
  }

  test.each([
    ['of all kinds', encoder],
    ['of the defaults', plain],
  ])(
    'codes rows by finite numbers, or is refused by an error that tells the rule: %s',
    (_, whole) => {
      const json = throughJson(whole);
      let refused = 0;
      for (const path of places(json, [])) {
        if (path.length === 0) continue;
        for (const value of [...odd, undefined]) {
          const copy = structuredClone(json);
          const holder = path.slice(0, -1).reduce((one, key) => one[key], copy);
          const last = path.at(-1) as string;
          if (value === undefined) delete holder[last];
          else holder[last] = structuredClone(value);
          const what = `${path.join('.')} = ${JSON.stringify(value)}`;
          let loaded: TableEncoder;
          try {
            loaded = TableEncoder.fromJSON(copy);
          } catch (error) {
            // An error of ours says what must be; those of JavaScript do not.
            expect((error as Error).message, what).toMatch(/ must /);
            refused++;
            continue;
          }
          if (!loaded.isFitted || Object.keys(loaded.columns).some((name) => !table.has(name)))
            continue;
          if (
            Object.entries(loaded.columns).some(
              ([n, type]) => table.column(n as 'age').type !== type,
            )
          ) {
            continue;
          }
          const coded = loaded.transform(table);
          const numbers = 'indptr' in coded ? coded.values : coded.data;
          expect(coded.shape, what).toEqual([60, loaded.width]);
          expect(numbers.every(Number.isFinite), what).toBe(true);
        }
      }
      expect(refused).toBeGreaterThan(30);
    },
  );
});
