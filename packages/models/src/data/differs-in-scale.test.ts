import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { differsInScale } from './differs-in-scale.ts';
import { arraySource } from './row-source.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { normal, uniform } = createRandom(4);
const rows = (count: number, row: () => number[]) => Array.from({ length: count }, row);
const differs = (x: number[][], shape: number[] = [x[0].length]) =>
  differsInScale(arraySource(Float32Array.from(x.flat()), [x.length, ...shape]));

describe('differsInScale', () => {
  it.each<[string, number[][], boolean]>([
    ['numbers of different units', rows(50, () => [normal(), 1000 * normal(), 3]), true],
    ['numbers of like units', rows(50, () => [normal(), 5 * normal()]), false],
    [
      'a large number beside flags',
      rows(50, () => [900 * normal(), uniform() > 0.5 ? 1 : 0]),
      true,
    ],
    [
      'a standardized number beside a rare flag',
      Array.from({ length: 400 }, (_, i) => [normal(), i === 7 ? 1 : 0]),
      false,
    ],
    ['one column', rows(20, () => [1e6 * normal()]), false],
    ['columns that do not vary, but for one', rows(20, () => [1, 1e6 * normal(), 2]), false],
    [
      'pixels, some seldom lit',
      Array.from({ length: 80 }, (_, i) =>
        Array.from({ length: 64 }, (_, j) => (j < 20 ? (i === j ? 2 : 0) : 16 * uniform())),
      ),
      false,
    ],
    [
      'many columns of which few are large',
      rows(80, () => Array.from({ length: 64 }, (_, j) => (j < 4 ? 1000 : 1) * normal())),
      true,
    ],
    [
      'rows of length 1',
      rows(40, () => {
        const row = Array.from({ length: 40 }, (_, j) => normal() / (j + 1) ** 2);
        return row.map((v) => v / Math.hypot(...row));
      }),
      false,
    ],
  ])('tells %s', async (_, x, expected) => {
    expect(await differs(x)).toBe(expected);
  });

  it('lets rows that are no vectors be', async () => {
    const x = rows(30, () => [normal(), 1000 * normal(), normal(), 1000 * normal()]);
    expect(await differs(x)).toBe(true);
    expect(await differs(x, [2, 2])).toBe(false);
  });
});
