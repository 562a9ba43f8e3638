import { describe, expect, expectTypeOf, test } from 'vitest';
import { isSparse, toDense } from '../sparse-rows.ts';
import { Table } from '../table.ts';
import { categoryEncoder } from './category-encoder.ts';
import type { ColumnEncoder, Json } from './column-encoder.ts';
import { numberEncoder } from './number-encoder.ts';
import { ordinalEncoder } from './ordinal-encoder.ts';
import { TableEncoder, tableEncoder } from './table-encoder.ts';
import { targetEncoder } from './target-encoder.ts';
import { textEncoder } from './text-encoder.ts';

const n = 40;
const of = <T>(value: (i: number) => T) => Array.from({ length: n }, (_, i) => value(i));
const people = Table.fromColumns({
  row: of((i) => i + 1),
  age: of((i) => (i % 9 === 4 ? null : 20 + ((i * 7) % 50))),
  job: of((i) => (i % 13 === 5 ? null : ['clerk', 'smith', 'cook'][i % 3])),
  email: of((i) => `u${i}@example.com`),
  country: of(() => 'NO'),
  married: of((i) => i % 4 === 0),
  joined: of((i) => new Date(Date.UTC(2020, i % 24, 1 + (i % 20)))),
  note: of((i) => `likes ${['tea', 'coffee', 'water'][i % 3]} and long walks number ${i}`),
  income: of((i) => (i % 3 === 0 ? 'high' : 'low')),
});

describe('tableEncoder', () => {
  test('codes every type, and tells what it left out', () => {
    const encoder = tableEncoder({ texts: 'drop' }).fit(people, { target: 'income' });
    expect(encoder.featureNames).toEqual([
      'age',
      'age missing',
      'job=clerk',
      'job=cook',
      'job=smith',
      'job missing',
      'married',
      'joined',
      'joined month sin',
      'joined month cos',
      'joined day sin',
      'joined day cos',
      'joined weekday sin',
      'joined weekday cos',
    ]);
    expect(encoder.featureColumns.slice(0, 3)).toEqual(['age', 'age', 'job']);
    expect(encoder.columns).toEqual({
      age: 'number',
      job: 'category',
      married: 'boolean',
      joined: 'date',
    });
    expect(encoder.remarks).toEqual([
      {
        column: 'row',
        code: 'identifier',
        message: '"row" numbers the rows: it is taken for an identifier and left out.',
      },
      {
        column: 'email',
        code: 'identifier',
        message: '"email" differs in every row: it is taken for an identifier and left out.',
      },
      {
        column: 'country',
        code: 'constant',
        message: '"country" is the same in all rows and is left out.',
      },
    ]);
    const rows = encoder.transform(people);
    expect(rows.shape).toEqual([n, encoder.width]);
    expect(isSparse(rows)).toBe(false);
  });

  test('text makes wide rows sparse', () => {
    const words = (i: number) =>
      Array.from({ length: 8 }, (_, k) => `${'abcdefgh'[k]}${i}x${k * i}`);
    const table = people.with(
      'note',
      of((i) => words(i).join(' ')),
    );
    const encoder = tableEncoder();
    const rows = encoder.fitTransform(table, { target: 'income' });
    expect(encoder.sparse && isSparse(rows)).toBe(true);
    const dense = tableEncoder({ sparse: false }).fitTransform(table, { target: 'income' });
    expect(toDense(rows)).toEqual(dense);
  });

  test('rows as objects are coded as in a table', () => {
    const encoder = tableEncoder({ sparse: false }).fit(people, { target: 'income' });
    const whole = toDense(encoder.transform(people));
    const list = [...people];
    expect(encoder.transform(list)).toEqual(whole);
    const one = toDense(encoder.transform(list[7]));
    expect(one.shape).toEqual([1, encoder.width]);
    expect(one.data).toEqual(whole.data.subarray(7 * encoder.width, 8 * encoder.width));
    expect(encoder.transform([]).shape).toEqual([0, encoder.width]);
    // What a service gets as JSON.
    const parsed = JSON.parse(JSON.stringify(list)) as object[];
    expect(encoder.transform(parsed)).toEqual(whole);
  });

  test('a row that lacks a column or has another type is told so', () => {
    const encoder = tableEncoder({ texts: 'drop' }).fit(people, { target: 'income' });
    const row = people.row(0);
    const { age, ...without } = row;
    expect(age).toBe(20);
    expect(() => encoder.transform(without)).toThrow(
      'The row lacks the column "age". A value that is missing is null.',
    );
    expect(() => encoder.transform([row, { ...row, job: undefined }])).toThrow(
      'Row 1 lacks the column "job"',
    );
    const wrong = () => encoder.transform([row, row, { ...row, age: '39' }]);
    expect(wrong).toThrow('Column "age" must hold numbers. Received: "39" in row 2.');
    expect(() => encoder.transform({ ...row, married: 1 })).toThrow(
      'Column "married" must hold true or false',
    );
    expect(() => encoder.transform({ ...row, joined: 'soon' })).toThrow(
      'Column "joined" must hold dates. Received: "soon"',
    );
    expect(() => encoder.transform([5] as never)).toThrow('`rows[0]` must be a table or an object');
    expect(() => encoder.transform(people.drop('job'))).toThrow(
      'The table lacks the column "job".',
    );
    const other = people.drop('age').with(
      'age',
      of(() => 'old'),
    );
    expect(() => encoder.transform(other)).toThrow(
      'Column "age" must be of type number, as when the encoder was fitted. Received: category.',
    );
    const blank = people.drop('age').with('age', of(() => null) as null[]);
    expect(encoder.transform(blank).shape[0]).toBe(n);
    // What is inherited is no column.
    expect(() => encoder.transform(Object.create(row) as object)).toThrow('lacks the column');
  });

  test('is saved and loaded to the bit', () => {
    for (const target of ['income', undefined]) {
      const encoder = tableEncoder({
        columns: { job: targetEncoder() },
        categories: categoryEncoder({ minCount: 3 }),
      });
      if (target === undefined) {
        expect(() => encoder.fit(people)).toThrow('`target` must be given');
        continue;
      }
      encoder.fit(people, { target });
      const json = JSON.stringify(encoder);
      const loaded = TableEncoder.fromJSON(JSON.parse(json) as Json);
      expect(loaded.transform(people)).toEqual(encoder.transform(people));
      expect([loaded.featureNames, loaded.remarks, loaded.sparse]).toEqual([
        encoder.featureNames,
        encoder.remarks,
        encoder.sparse,
      ]);
      expect(JSON.stringify(loaded)).toBe(json);
      expect(loaded.fit(people, { target: 'income' }).transform(people)).toEqual(
        encoder.clone().fit(people, { target: 'income' }).transform(people),
      );
    }
    expect(() => TableEncoder.fromJSON({ format: 'other' })).toThrow(
      '`json` must be what a table encoder',
    );
  });

  test('learns again, and its copy learns anew', () => {
    const encoder = tableEncoder({ seed: 3, columns: { job: targetEncoder() } });
    const first = encoder.fitTransform(people, { target: 'income' });
    expect(encoder.fitTransform(people, { target: 'income' })).toEqual(first);
    expect(encoder.clone().fitTransform(people, { target: 'income' })).toEqual(first);
    expect(encoder.clone().isFitted).toBe(false);
    const other = tableEncoder({ seed: 4, columns: { job: targetEncoder() } });
    expect(other.fitTransform(people, { target: 'income' })).not.toEqual(first);
    expect(other.transform(people)).toEqual(encoder.transform(people));
    const part = people.take([...Array(20).keys()]);
    encoder.fit(part.select('age', 'job'), {
      target:
        part.column('income').type === 'category' ? [...part].map(({ income }) => income!) : [],
    });
    expect(encoder.columns).toEqual({ age: 'number', job: 'category' });
  });

  test('a column coded by the target depends on its own name alone', () => {
    const options = { columns: { job: targetEncoder() }, sparse: false } as const;
    const both = tableEncoder(options).fitTransform(people.select('age', 'job', 'income'), {
      target: 'income',
    });
    const alone = tableEncoder(options).fitTransform(people.select('job', 'income'), {
      target: 'income',
    });
    const job = toDense(both).data.filter((_, i) => i % 3 === 2);
    expect(job).toEqual(toDense(alone).data);
  });

  test('an encoder of one’s own', () => {
    const length: ColumnEncoder = {
      kind: 'length',
      accepts: ['text', 'category'],
      fit: () => length.fromJSON(null),
      fromJSON: () => ({
        features: ['length'],
        transform(column) {
          const values = column.type === 'text' ? column.values : [];
          return {
            data: Float32Array.from(values, (text) => text?.length ?? 0),
            shape: [values.length, 1],
          };
        },
        toJSON: () => null,
      }),
    };
    const encoder = tableEncoder({ texts: length }).fit(people.select('note', 'married'));
    expect(encoder.featureNames).toEqual(['married', 'note length'].sort().reverse());
    const json = JSON.parse(JSON.stringify(encoder)) as Json;
    expect(() => TableEncoder.fromJSON(json)).toThrow(
      '`encoders` must hold one of the kind "length"',
    );
    const loaded = TableEncoder.fromJSON(json, { encoders: [length] });
    expect(loaded.transform(people)).toEqual(encoder.transform(people));
    expect(() => tableEncoder({ columns: { age: length } }).fit(people)).toThrow(
      'Column "age" is of type number; the encoder "length" takes text, category.',
    );
  });

  test('ordered categories, and numbers that are codes', () => {
    const table = Table.fromRows(
      of((i) => ({ size: ['S', 'M', 'L'][i % 3], code: i % 2 })),
      { columns: { size: { type: 'category', levels: ['S', 'M', 'L'] } } },
    );
    const encoder = tableEncoder({ columns: { code: categoryEncoder() } }).fit(table);
    expect(encoder.featureNames).toEqual(['size', 'code=0', 'code=1']);
    expect(encoder.transform({ size: 'M', code: 1 }).shape).toEqual([1, 3]);
    const given = tableEncoder({
      columns: { size: ordinalEncoder({ levels: ['L', 'M', 'S'] }) },
    }).fit(table);
    expect(given.featureNames[0]).toBe('size');
  });

  test('names a type can be learned as: text and category are one', () => {
    const table = people.select('note', 'age');
    const encoder = tableEncoder({ texts: textEncoder({ hashed: 64 }) }).fit(table);
    const names = table.with(
      'note',
      of((i) => `tea${i % 2}`),
    );
    expect(encoder.transform(names).shape).toEqual([n, 130]);
  });

  test('faults', () => {
    expect(() => tableEncoder().transform(people)).toThrow('call `fit` first');
    expect(() => tableEncoder({ numbers: 5 as never })).toThrow(
      "`numbers` must be 'drop' or a column encoder",
    );
    expect(() => tableEncoder({ number: numberEncoder() } as never)).toThrow(
      "Received: number. Did you mean 'numbers'?",
    );
    expect(() => tableEncoder({ seed: -1 })).toThrow('`seed` must be a whole number');
    expect(() => tableEncoder({ columns: { town: 'drop' } }).fit(people)).toThrow(
      'There is no column "town"',
    );
    expect(() => tableEncoder().fit(people.select('country'))).toThrow(
      'No column is left to learn from. "country" is the same',
    );
    expect(() => tableEncoder().fit(people.slice(0, 0))).toThrow(
      'There are no rows to learn from.',
    );
    expect(() => tableEncoder().fit(people, { target: [1, 2] })).toThrow(
      '`target` must be a column or a value for each of 40 rows. Received: 2.',
    );
    expect(() => tableEncoder().fit(people, { target: 'pay' })).toThrow('There is no column "pay"');
    expect(() => tableEncoder().fit(people, { target: 'joined' })).toThrow(
      '`target` must be a column of numbers or classes',
    );
    expectTypeOf(tableEncoder().fit).toBeCallableWith(people);
  });
});
