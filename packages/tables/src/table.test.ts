import stringWidth from 'string-width';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { AnyRow, TableLike } from './row-types.ts';
import { Table } from './table.ts';
import { TableError } from './table-error.ts';

const people = () =>
  Table.fromColumns({
    age: [39, null, 25, 61],
    city: ['Oslo', 'Bergen', 'Oslo', null],
    member: [true, false, null, true],
    since: [new Date('2020-01-01'), new Date('2021-06-01'), null, new Date('2022-03-04T05:06:07Z')],
  });

describe('making', () => {
  test('from columns', () => {
    const table = people();
    expectTypeOf(table.row(0)).toEqualTypeOf<{
      age: number | null;
      city: string | null;
      member: boolean | null;
      since: Date | null;
    }>();
    expect(table.types).toEqual({
      age: 'number',
      city: 'category',
      member: 'boolean',
      since: 'date',
    });
    expect([...table][2]).toEqual({ age: 25, city: 'Oslo', member: null, since: null });
    expect(table.column('city').type).toBe('category');
    expectTypeOf(table.column('age').values).toEqualTypeOf<Float64Array>();
    // A table of known columns goes where any table does.
    expectTypeOf(table).toExtend<TableLike>();
  });

  test('from typed arrays, bigints, sentences and stored columns', () => {
    const values = Float32Array.of(1, Number.NaN);
    const table = Table.fromColumns({
      x: values,
      n: [1n, 2n],
      text: ['one sentence has so many words', 'and another has as many as it'],
      level: {
        type: 'category',
        codes: Int32Array.of(1, -1),
        levels: ['low', 'high'],
        ordered: true,
      },
    });
    expect(table.types).toEqual({ x: 'number', n: 'number', text: 'text', level: 'category' });
    expect([...table].map(({ x, level }) => [x, level])).toEqual([
      [1, 'high'],
      [null, null],
    ]);
    values[0] = 7;
    expect(table.row(0).x).toBe(1);
  });

  test('from rows', () => {
    const table = Table.fromRows([
      { a: 1, b: 'x' },
      { b: 'y' } as { a: number; b: string },
      { a: 3, b: null as never },
    ]);
    expect([...table]).toEqual([
      { a: 1, b: 'x' },
      { a: null, b: 'y' },
      { a: 3, b: null },
    ]);
    const given = Table.fromRows([{ size: 'S' }, { size: 'L' }], {
      columns: { size: { type: 'category', levels: ['S', 'M', 'L'] } },
    });
    expect(given.column('size')).toMatchObject({ ordered: true, levels: ['S', 'M', 'L'] });
    expect(Table.fromRows([]).rows).toBe(0);
  });

  test.each([
    [
      () => Table.fromColumns({ a: [1, 'x'] as never }),
      'Column "a" mixes or holds values of number and string',
    ],
    [() => Table.fromColumns({ a: [1], b: [1, 2] }), 'Column "b" has 2 rows, column "a" has 1.'],
    [
      () => Table.fromColumns({ a: [2n ** 60n] }),
      'Column "a" must hold numbers. Received: 1152921504606846976n in row 0.',
    ],
    [() => Table.fromRows([{ a: 1 }, { a: 'x' }] as object[]), 'Received: "x" in row 1.'],
    [() => Table.fromRows([{ a: { b: 1 } }]), 'Column "a" must hold values of one type'],
    [
      () => Table.fromRows([{ a: 1 }], { columns: { a: 'text' } }),
      'Column "a" must hold text. Received: 1 in row 0.',
    ],
    [() => Table.fromRows([5] as never), '`rows[0]` must be an object'],
    [
      () => Table.fromRows([{ a: 1 }], { columns: { a: 'int' as never } }),
      '`columns["a"]` must be one of',
    ],
    [
      () => new Table([...people().columns, people().columns[0]]),
      'The name "age" is given to two columns.',
    ],
    [
      () =>
        Table.fromColumns({
          a: { type: 'category', codes: Int32Array.of(2), levels: ['x'], ordered: false },
        }),
      '`columns["a"].codes` must be -1 or an index in levels. Received: 2.',
    ],
  ])('faults %#', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('parts', () => {
  test('columns', () => {
    const table = people();
    expect(table.select('city', 'age').names).toEqual(['city', 'age']);
    expect(table.drop('city').names).toEqual(['age', 'member', 'since']);
    expectTypeOf(table.drop('since', 'member', 'city').row(0)).toEqualTypeOf<{
      age: number | null;
    }>();
    expect(() => table.select('town' as 'city')).toThrow(TableError);
    expect(() => table.drop('town' as 'city')).toThrow(
      'There is no column "town". The columns are "age", "city"',
    );
    const more = table.with('age', [1, 2, 3, 4]).with('x', ['a', 'b', 'a', 'b']);
    expect(more.row(-1)).toMatchObject({ age: 4, x: 'b' });
    expect(table.row(0).age).toBe(39);
  });

  test('rows', () => {
    const table = people();
    const ages = (part: { column(name: 'age'): { values: Float64Array } }) => [
      ...part.column('age').values,
    ];
    expect(ages(table.head(2))).toEqual([39, Number.NaN]);
    expect(ages(table.slice(-2))).toEqual([25, 61]);
    expect(ages(table.slice(1, -1))).toEqual([Number.NaN, 25]);
    expect(table.slice(3, 1).rows).toBe(0);
    expect(ages(table.take([3, 0, 3]))).toEqual([61, 39, 61]);
    expect(ages(table.filter(({ city }) => city === 'Oslo'))).toEqual([39, 25]);
    expect(() => table.take([4])).toThrow(
      '`rows` must be numbers of rows from 0 to 3. Received: 4.',
    );
    expect(() => table.row(9)).toThrow('`index` must be a row of 4. Received: 9.');
  });

  test('one after the other', () => {
    const table = people();
    const other = table.take([1]).select('since', 'city', 'member', 'age') as typeof table;
    const both = table.head(1).concat(other, table.slice(3));
    expect([...both]).toEqual([table.row(0), table.row(1), table.row(3)]);
    expect(() => table.concat(table.drop('age') as never)).toThrow('There is no column "age"');
    expect(() => table.drop('age').concat(table as never)).toThrow(
      'Table 1 has a column "age"; table 0 has none.',
    );
    const text = Table.fromColumns({ x: ['a'] });
    expect(() => text.concat(Table.fromColumns({ x: [1] }) as never)).toThrow(
      'is of type number in table 1',
    );
  });

  test('categories that are joined are numbered together', () => {
    const joined = Table.concat([
      Table.fromColumns({ x: ['b', 'a'] }),
      Table.fromColumns({ x: ['a', 'c', null] }),
    ]);
    expect(joined.column('x')).toMatchObject({ levels: ['b', 'a', 'c'] });
    expect([...joined].map(({ x }) => x)).toEqual(['b', 'a', 'a', 'c', null]);
  });
});

describe('describe', () => {
  test('numbers and others', () => {
    const { columns, rows } = people().describe();
    expect(rows).toBe(4);
    const age = columns[0];
    expect(age).toMatchObject({
      type: 'number',
      missing: 1,
      distinct: 3,
      min: 25,
      median: 39,
      max: 61,
      q25: 32,
      q75: 50,
    });
    expect(age.mean).toBeCloseTo(125 / 3, 12);
    // NumPy: std([39, 25, 61], ddof=1).
    expect(age.std).toBeCloseTo(18.147543451754935, 12);
    expect(columns[1]).toEqual({
      name: 'city',
      type: 'category',
      missing: 1,
      distinct: 2,
      top: [
        { value: 'Oslo', count: 2 },
        { value: 'Bergen', count: 1 },
      ],
    });
    expect(columns[2]).toMatchObject({
      missing: 1,
      distinct: 2,
      top: [
        { value: 'true', count: 2 },
        { value: 'false', count: 1 },
      ],
    });
  });

  test('large numbers of little spread, infinite ones, none', () => {
    const values = [1e9 + 1, 1e9 + 2, 1e9 + 3];
    const [large, infinite, none] = Table.fromColumns({
      large: values,
      infinite: [Infinity, 1, -Infinity],
      none: Float64Array.of(Number.NaN, Number.NaN, Number.NaN),
    }).describe().columns;
    expect([large.mean, large.std]).toEqual([1e9 + 2, 1]);
    expect(infinite).toMatchObject({ mean: 1, min: -Infinity, median: 1, max: Infinity });
    expect(none).toEqual({ name: 'none', type: 'number', missing: 3, distinct: 0 });
  });
});

describe('trainTestSplit', () => {
  const rows = 203;
  const table = Table.fromColumns({
    id: Float64Array.from({ length: rows }, (_, i) => i),
    label: Array.from({ length: rows }, (_, i) => (i % 10 === 0 ? 'rare' : 'usual')),
    group: Array.from({ length: rows }, (_, i) => `g${Math.floor(i / 7)}`),
  });
  const ids = (part: { column(name: 'id'): { values: Float64Array } }) => [
    ...part.column('id').values,
  ];

  test('every row once, in order, by the seed', () => {
    const { train, test: held } = table.trainTestSplit({ testSize: 0.2, seed: 3 });
    expect(held.rows).toBe(41);
    expect([...ids(train), ...ids(held)].sort((a, b) => a - b)).toEqual(ids(table));
    expect(ids(held)).toEqual(ids(held).toSorted((a, b) => a - b));
    expect(ids(table.trainTestSplit({ testSize: 0.2, seed: 3 }).test)).toEqual(ids(held));
    expect(ids(table.trainTestSplit({ testSize: 0.2, seed: 4 }).test)).not.toEqual(ids(held));
    expect(table.trainTestSplit({ testSize: 50 }).test.rows).toBe(50);
  });

  test('stratified', () => {
    for (const seed of [0, 1, 2, 3]) {
      const { test: held } = table.trainTestSplit({ testSize: 0.25, stratify: 'label', seed });
      const rare = [...held].filter(({ label }) => label === 'rare').length;
      expect(Math.abs(rare - (21 * 51) / 203)).toBeLessThan(1);
    }
    expect(() => table.trainTestSplit({ stratify: 'id' })).toThrow(
      '`stratify` must be of values that have two',
    );
  });

  test('grouped, and stratified as well', () => {
    for (const stratify of [undefined, 'label' as const]) {
      const { train, test: held } = table.trainTestSplit({
        testSize: 0.3,
        groups: 'group',
        stratify,
      });
      const groups = new Set([...train].map(({ group }) => group));
      expect([...held].some(({ group }) => groups.has(group))).toBe(false);
      expect(Math.abs(held.rows - 61)).toBeLessThanOrEqual(7);
    }
    const labels = Array.from({ length: rows }, (_, i) => Math.floor(i / 100));
    const { test: held } = table.trainTestSplit({ groups: labels, testSize: 0.1 });
    expect(ids(held)).toEqual([200, 201, 202]);
  });

  test('faults', () => {
    expect(() => table.trainTestSplit({ testSize: 0 })).toThrow('`testSize` must be a share');
    expect(() => table.trainTestSplit({ groups: [1, 2] })).toThrow(
      '`groups` must be a column or a value',
    );
    expect(() => table.trainTestSplit({ groups: new Uint8Array(rows) })).toThrow(
      '`groups` must be two groups',
    );
    expect(() => table.trainTestSplit({ stratify: 'nothing' as 'id' })).toThrow(
      'There is no column "nothing"',
    );
    expect(() => table.trainTestSplit({ random: 1 } as never)).toThrow(
      'The options must be among testSize',
    );
  });
});

describe('toString', () => {
  const wide = new Table<AnyRow>(
    Table.fromColumns({
      identifier: [1, 22, 333],
      city: [
        'Zürich\n',
        '東京都',
        'a rather long name of a city that is longer than a cell may be',
      ],
      price: [1.23456789, 1e20, null],
      when: [new Date('2024-01-01'), new Date('2024-01-01T10:00:00Z'), null],
      escape: ['\u001b[31mred', '👩‍🚀👩‍🚀', 'x'],
      more: [true, false, null],
    }).columns,
  );

  test.each([60, 120])('fits %i columns', (width) => {
    const text = wide.toString({ width });
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    expect(text).toMatchSnapshot();
    const described = wide.describe().toString({ width });
    for (const line of described.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    expect(described).toMatchSnapshot();
    expect(text + described).not.toContain('\u001b');
  });

  test('says how much there is', () => {
    expect(wide.toString({ rows: 2, width: 80 })).toContain(
      '3 rows × 6 columns, the first 2 shown',
    );
    expect(new Table([]).toString()).toBe('0 rows × 0 columns');
    expect(() => wide.toString({ width: 3 })).toThrow(
      '`width` must be a whole number, 20 or above',
    );
  });
});
