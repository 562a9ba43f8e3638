import { Simd } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, it } from 'vitest';
import { normals } from './fixtures/case.ts';
import type { Matrix } from './numerics.ts';
import { simdNumerics } from './simd-numerics.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const [rows, columns, units] = [9, 21, 3];

it.each(['bfloat16', 'float16'] as const)(
  '%s rows are float32 rows of rounded numbers',
  async (type) => {
    const simd = new Simd({ threads: 1 });
    const numerics = simdNumerics(simd);
    const { blocks } = simd.memory();
    const values = normals(rows * columns, 'z');
    const half = numerics.emptyHalf!(rows, columns, type);
    const [head, bias] = [normals(units * columns, 'w'), normals(units, 'b')];
    const [w, b] = [numerics.matrix(head, units, columns), numerics.matrix(bias, 1, units)];
    await tf.setBackend('cpu');
    for (const [from, to] of [
      [0, 4],
      [4, rows],
    ]) {
      const some = tf.tensor2d(values.slice(from * columns, to * columns), [to - from, columns]);
      await numerics.put(some, half, from);
      some.dispose();
    }
    const rounded = await numerics.read(half);
    const precision = type === 'float16' ? 2 ** -11 : 2 ** -8;
    expect(
      rounded.every((z, i) => Math.abs(z - values[i]) <= precision * Math.abs(values[i])),
    ).toBe(true);
    expect(rounded).not.toEqual(values);
    const wide = numerics.matrix(rounded, rows, columns);

    // Twenty-four outputs are tiled in float32.
    const many = numerics.matrix(normals(30 * columns, 'many'), 30, columns);
    const none = numerics.zeros(1, 30);
    for (const picked of [Int32Array.of(8, 0, 3, 3, 5), { from: 2, count: 6 }]) {
      const count = picked instanceof Int32Array ? picked.length : picked.count;
      for (const [a, c, n] of [
        [w, b, units],
        [many, none, 30],
      ] as const) {
        const scores = await Promise.all([half, wide].map((z) => numerics.scores(z, picked, a, c)));
        expectNear(scores[0], scores[1]);
        const g = normals(count * n, 'g');
        const gradients = await both(half, wide, async (z) => {
          const out = numerics.zeros(n, columns);
          numerics.gradient(z, picked, g, out);
          const gradient = await numerics.read(out);
          out.dispose();
          return gradient;
        });
        expectNear(...gradients);
      }
      const origin = normals(columns, 'origin');
      const shifted = await both(half, wide, async (z) => {
        const into = numerics.zeros(count, columns);
        numerics.shift(z, picked, origin, into);
        const numbers = await numerics.read(into);
        into.dispose();
        return numbers;
      });
      expect(shifted[0]).toEqual(shifted[1]);
      for (const weights of [undefined, normals(count, 's').map(Math.abs).fill(0, 1, 2)]) {
        const sums = await both(half, wide, async (z) => {
          const moments = numerics.moments(columns, units);
          await moments.add(z, picked, normals(count * units, 'y'), weights);
          return moments.take();
        });
        expect(sums[0]).toEqual(sums[1]);
      }
    }
    for (const matrix of [half, wide, w, b, many, none]) matrix.dispose();
    numerics.zeros(1, 1).dispose();
    // What is left is scratch memory.
    expect(simd.memory().blocks).toBeLessThanOrEqual(blocks + 1);
  },
);

it('numbers that are too large are refused, and nothing is left', async () => {
  const simd = new Simd({ threads: 1 });
  const numerics = simdNumerics(simd);
  const z = numerics.emptyHalf!(1, 2, 'float16');
  const { blocks } = simd.memory();
  for (const value of [65520, -7e4]) {
    const row = tf.tensor2d([[1, value]]);
    await expect(numerics.put(row, z, 0)).rejects.toThrow(
      `Features must be at most 65504 in size for \`featureType: 'float16'\`. Received: ${value}. Scale the rows.`,
    );
    row.dispose();
  }
  expect(simd.memory().blocks).toBe(blocks);
  const largest = tf.tensor2d([[65504, -65504]]);
  await numerics.put(largest, z, 0);
  largest.dispose();
  expect(await numerics.read(z)).toEqual(Float32Array.of(65504, -65504));
  z.dispose();
});

const both = async <T>(a: Matrix, b: Matrix, of: (z: Matrix) => Promise<T>): Promise<[T, T]> => [
  await of(a),
  await of(b),
];

/** Sums may be in another order. */
function expectNear(got: Float32Array, expected: Float32Array): void {
  expect(got.length).toBe(expected.length);
  expect(
    got.every((value, i) => Math.abs(value - expected[i]) <= 1e-5 * (1 + Math.abs(expected[i]))),
  ).toBe(true);
}
