import { createRandom } from '@kernel-methods/random';
import { show } from '../check.ts';
import { type Column, columnLength, takeColumn } from '../columns.ts';
import { type EncodedRows, toDense } from '../sparse-rows.ts';
import type { ColumnEncoder, Target } from './column-encoder.ts';

/**
 * Checks that a column encoder keeps the contract of `ColumnEncoder` on columns that you give.
 * Include columns with missing values and with few rows.
 *
 * @param target for encoders that learn from a target: it has the same rows as the column.
 * @throws Error that says what does not hold.
 *
 * @example
 * test('myEncoder', () => checkColumnEncoder(myEncoder(), column));
 */
export function checkColumnEncoder(
  encoder: ColumnEncoder,
  column: Column,
  { target }: { target?: Target } = {},
): void {
  const where = `Encoder ${show(encoder.kind)} on column ${show(column.name)}`;
  const hold = (holds: boolean, rule: string) => {
    if (!holds) throw new Error(`${where}: ${rule}.`);
  };
  const rows = columnLength(column);
  const context = () => ({ target, random: createRandom(7).stream(column.name) });
  hold(
    encoder.accepts.includes(column.type),
    `accepts ${encoder.accepts.join(', ')}, not ${column.type}`,
  );
  const copy = snapshot(column);
  const fitted = encoder.fit(column, context());
  hold(snapshot(column) === copy, '`fit` must not change the column');

  const { features } = fitted;
  hold(new Set(features).size === features.length, 'features must have distinct names');
  const coded = fitted.transform(column);
  hold(snapshot(column) === copy, '`transform` must not change the column');
  hold(
    coded.shape[0] === rows,
    `\`transform\` must give a row for each of ${rows}, not ${coded.shape[0]}`,
  );
  hold(
    coded.shape[1] === features.length,
    `rows must have a number for each of ${features.length} features, not ${coded.shape[1]}`,
  );
  const dense = toDense(coded).data;
  hold(dense.length === rows * features.length, 'the data must be as long as the shape says');
  hold(dense.every(Number.isFinite), 'numbers must be finite');

  const again = encoder.fit(column, context());
  hold(equal(again.transform(column), coded), 'two fits on one column must code alike');
  hold(same(again.toJSON(), fitted.toJSON()), 'two fits on one column must be saved alike');
  hold(equal(fitted.transform(column), coded), '`fit` must not change what another fit gave');

  const json = JSON.stringify(fitted.toJSON());
  const loaded = encoder.fromJSON(JSON.parse(json));
  hold(
    equal(loaded.transform(column), coded),
    'rows coded after `fromJSON` must be equal to the bit',
  );
  hold(same(loaded.features, features), 'features must be the same after `fromJSON`');
  hold(JSON.stringify(loaded.toJSON()) === json, '`toJSON` must be the same after `fromJSON`');

  const width = features.length;
  for (const order of [
    reversed(rows),
    Uint32Array.of(rows - 1),
    Uint32Array.of(0, 0),
    new Uint32Array(0),
  ]) {
    const part = fitted.transform(takeColumn(column, order));
    hold(part.shape[0] === order.length, `${order.length} rows must be coded as ${order.length}`);
    const data = toDense(part).data;
    for (let i = 0; i < order.length; i++) {
      for (let k = 0; k < width; k++) {
        const alone = Object.is(data[i * width + k], dense[order[i] * width + k]);
        hold(alone, `row ${order[i]} must be coded alike whichever rows it is with`);
      }
    }
  }
  const missing = toDense(fitted.transform(allMissing(column, 3)));
  hold(missing.data.every(Number.isFinite), 'missing values must be coded by finite numbers');
  hold(missing.data.length === 3 * width, 'missing values must be coded as any');
  const unseen = toDense(fitted.transform(neverSeen(column)));
  hold(
    unseen.data.every(Number.isFinite),
    'values that were not seen must be coded by finite numbers',
  );

  const blank = encoder.fit(allMissing(column, rows), context());
  const width2 = blank.features.length;
  const data = toDense(blank.transform(column)).data;
  hold(data.length === rows * width2, 'a fit on missing values alone must code others');
  hold(
    data.every(Number.isFinite),
    'a fit on missing values alone must code others by finite numbers',
  );

  if (!encoder.fitTransform) return;
  const both = encoder.fitTransform(column, context());
  hold(same(both.fitted.toJSON(), fitted.toJSON()), '`fitTransform` must learn what `fit` does');
  hold(
    both.rows.shape[0] === rows && both.rows.shape[1] === width,
    '`fitTransform` must give rows of the same shape',
  );
  hold(toDense(both.rows).data.every(Number.isFinite), '`fitTransform` must give finite numbers');
  const twice = encoder.fitTransform(column, context());
  hold(
    equal(twice.rows, both.rows),
    '`fitTransform` must give the same for the same random numbers',
  );
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function equal(a: EncodedRows, b: EncodedRows): boolean {
  const [x, y] = [toDense(a).data, toDense(b).data];
  return x.length === y.length && x.every((value, i) => Object.is(value, y[i]));
}

const snapshot = (column: Column) =>
  JSON.stringify(column, (_, value) =>
    ArrayBuffer.isView(value) ? Array.from(value as Uint8Array, String) : value,
  );

const reversed = (rows: number) => Uint32Array.from({ length: rows }, (_, i) => rows - 1 - i);

function allMissing(column: Column, rows: number): Column {
  const { name } = column;
  switch (column.type) {
    case 'number':
    case 'date':
      return { type: column.type, name, values: new Float64Array(rows).fill(Number.NaN) };
    case 'boolean':
      return { type: 'boolean', name, values: new Uint8Array(rows).fill(2) };
    case 'category':
      return { ...column, codes: new Int32Array(rows).fill(-1) };
    case 'text':
      return { type: 'text', name, values: new Array<null>(rows).fill(null) };
  }
}

function neverSeen(column: Column): Column {
  const { name } = column;
  switch (column.type) {
    case 'number':
      return {
        type: 'number',
        name,
        values: Float64Array.of(1e308, -1e308, Infinity, -Infinity, -0, 5e-324),
      };
    case 'date':
      return { type: 'date', name, values: Float64Array.of(-8.64e15, 8.64e15, 0) };
    case 'boolean':
      return { type: 'boolean', name, values: Uint8Array.of(0, 1, 2) };
    case 'category':
      return {
        ...column,
        codes: Int32Array.of(0, 1, 2),
        levels: ['\u0000 never seen', '', '__proto__'],
      };
    case 'text':
      return {
        type: 'text',
        name,
        values: ['', '\ud800', '__proto__ constructor', '👩‍🚀 ﬁ İ', 'x'.repeat(5000)],
      };
  }
}
