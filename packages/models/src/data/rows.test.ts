import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { realTargets } from './labels.ts';
import { toRows } from './rows.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

it.each<[unknown, string]>([
  [
    [
      [1, 2],
      [null, 2],
    ],
    '`x` must hold numbers. Received: null in row 1, column 0.',
  ],
  [[[1, '2']], '`x` must hold numbers. Received: string in row 0, column 1.'],
  [[[1, 2n]], '`x` must hold numbers. Received: bigint in row 0, column 1.'],
  [{ data: new BigInt64Array(2), shape: [1, 2] }, '`x` must hold numbers. Received: bigint'],
  [[[1, 1e39]], 'finite as float32. Received: 1e+39 in row 0, column 1.'],
  [
    Object.assign(new Array(2), { 1: [1, 2] }),
    '`x` must hold a row of numbers, or an object, for each row. Received: undefined in row 0.',
  ],
  [[null, [1, 2]], 'for each row. Received: null in row 0.'],
  [
    Object.assign(new Array(3), { 0: [1], 2: [1] }),
    'of one width, 1 as the first. Received: undefined in row 1.',
  ],
  [
    [Object.assign(new Array(2), { 1: 1 })],
    '`x` must hold numbers. Received: undefined in row 0, column 0.',
  ],
  [[[1], null], 'rows of one width, 1 as the first. Received: null in row 1.'],
  [{ data: null, shape: [1, 2] }, '`x` must be { data, shape } with an array of numbers'],
  [{ data: [1], shape: null }, '`x` must be { data, shape } with an array of numbers'],
  [Object.create(null), '`x` must be { data, shape }, an array of rows'],
])('refuses %o', async (x, message) => {
  await expect(expectNoLeak(() => toRows(x as never, 'x'))).rejects.toThrow(message);
});

it('refuses tensors that are disposed of or hold no real numbers', async () => {
  const gone = tf.tensor2d([[1]]);
  gone.dispose();
  await expect(toRows(gone, 'x')).rejects.toThrow('`x` must be a tensor that is not disposed.');
  const words = tf.tensor2d([['a']]);
  await expect(toRows(words, 'x')).rejects.toThrow('`x` must hold real numbers.');
  words.dispose();
});

it('takes no hole for a row of zeros', async () => {
  const holed: number[][] = [[1, 2]];
  holed[2] = [3, 4];
  await expect(toRows(holed, 'x')).rejects.toThrow('must have rows of one width, 2 as the first');
  await expect(toRows([[1, 2], new Array(2)], 'x')).rejects.toThrow('must hold numbers');
  await expect(realTargets(holed, 'y')).rejects.toThrow('must have rows of one width');
});

it('finds the value in a tensor that is looked at part by part', async () => {
  const values = new Float32Array(1100 * 1000);
  values[1_099_998] = Number.NaN;
  const x = tf.tensor2d(values, [1100, 1000]);
  await expect(expectNoLeak(() => toRows(x, 'x'))).rejects.toThrow('NaN in row 1099, column 998.');
  x.dispose();
});
