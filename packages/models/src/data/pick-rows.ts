import type { SparseRows } from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import { valuesOf } from '../numerics/picked.ts';
import { pickedSparseRows } from '../numerics/sparse-rows.ts';
import type { TargetsLike } from './labels.ts';
import { isNumericArray, type NumericArray, notRows, type RowsLike } from './rows.ts';
import { isTableRows, type NamedRows, type TableRows, tableOf } from './tables.ts';

/** Some rows of `x`, in the form in which it was given; those of a tensor as an array. */
export async function pickRows(
  x: RowsLike | TableRows,
  picked: Int32Array,
): Promise<RowsLike | TableRows> {
  if (x instanceof tf.Tensor) return pickNumbers(await read(x), picked);
  if (isNumericArray(x)) return pickNumbers(x, picked);
  if ('indptr' in x) return pickedSparseRows(x, picked);
  if (isTableRows(x)) return (await tableOf(x, 'x')).take(picked);
  return Array.from(picked, (row) => x[row]);
}

/** Some of the targets; the name of a column stays what it is. */
export async function pickTargets(
  y: TargetsLike | string,
  picked: Int32Array,
): Promise<TargetsLike | string> {
  if (typeof y === 'string') return y;
  if (y instanceof tf.Tensor) return pickNumbers(await read(y), picked);
  if (isNumericArray(y)) return pickNumbers(y, picked);
  const all = y as ArrayLike<number>;
  return Array.from(picked, (row) => all[row]);
}

/** The number of rows of `x`; one object is one. @throws TypeError unless it holds rows. */
export async function countRows(x: RowsLike | NamedRows): Promise<number> {
  if (typeof x !== 'object' || x === null) throw notRows(x, 'x');
  if (x instanceof tf.Tensor || isNumericArray(x)) return x.shape[0];
  if ('indptr' in x) return (x as SparseRows).shape[0];
  if (isTableRows(x)) return (await tableOf(x, 'x')).rows;
  return Array.isArray(x) ? x.length : 1;
}

const read = async (x: tf.Tensor): Promise<NumericArray> => ({
  data: (await x.data()) as ArrayLike<number>,
  shape: x.shape,
});

function pickNumbers({ data, shape }: NumericArray, picked: Int32Array): NumericArray {
  const [rows, ...rest] = shape;
  return { data: valuesOf(data, picked, data.length / rows), shape: [picked.length, ...rest] };
}
