import '@tensorflow/tfjs-backend-cpu';
import '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fastfoodDraw } from './fastfood-draw.ts';
import { identity } from './identity.ts';
import { randomFourierFeatures } from './random-fourier-features.ts';
import { isSparseBlock, type SparseBlock, sparseMatMul, toDenseBlock } from './sparse-block.ts';
import { standardize } from './standardize.ts';
import { tensorSketch } from './tensor-sketch.ts';

// tfjs's greeting on the console would fail the test.
beforeAll(() => tf.enableProdMode());

/** Four rows of five columns, the second and the last one empty. */
const block = (): SparseBlock => ({
  indptr: Uint32Array.of(0, 2, 2, 5, 5),
  indices: Uint32Array.of(1, 4, 0, 2, 3),
  values: tf.tensor1d([0.5, -2, 1, 3, -0.25]),
  shape: [4, 5],
});

const near = (a: tf.Tensor, b: tf.Tensor) =>
  expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]).toBeLessThan(5e-6);

const maps = {
  'random Fourier features': randomFourierFeatures({ outputDim: 8, scale: 2, seed: 1 }),
  'pairs of them, a scale per column': randomFourierFeatures({
    ...{ outputDim: 8, scale: [1, 2, 3, 4, 5], projection: 'pair', normalize: true },
  }),
  TensorSketch: tensorSketch({ outputDim: 7, degree: 3, coef0: 0.5, gamma: 0.7 }),
  'the identity': identity(),
};

describe.each(['cpu', 'simd'])('sparse rows, %s', (backend) => {
  it('are multiplied as dense rows are, and nothing is left behind', async () => {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const matrix = tf.randomUniform<tf.Rank.R2>([5, 3], -1, 1, 'float32', 4);
      near(sparseMatMul(block(), matrix), tf.matMul(toDenseBlock(block()), matrix));
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(() => sparseMatMul(block(), tf.ones([4, 3]))).toThrow(
      '`matrix` must have 5 rows, as `rows` have columns. Received: 4.',
    );
  });

  it.each(Object.entries(maps))('go through %s as dense rows do', async (_, map) => {
    await tf.setBackend(backend);
    tf.tidy(() => {
      const dense = map.apply(toDenseBlock(block())) as tf.Tensor;
      const rows = map.applySparse(block());
      if (rows === undefined) expect.fail('The map did not take sparse rows.');
      near(isSparseBlock(rows) ? toDenseBlock(rows) : rows, dense);
    });
  });

  it('are standardized without their mean, and stay sparse', async () => {
    await tf.setBackend(backend);
    const [one, two] = [standardize({ center: false }), standardize({ center: false })];
    await one.fit(toDenseBlock(block()));
    await two.fitSparse(block());
    tf.tidy(() => {
      const rows = two.applySparse(block()) as SparseBlock;
      expect([...rows.indices]).toEqual([1, 4, 0, 2, 3]);
      near(toDenseBlock(rows), one.apply(toDenseBlock(block())) as tf.Tensor);
      expect(rows.values.dataSync()[3]).toBeCloseTo(3 / Math.sqrt((2.25 ** 2 + 3 * 0.75 ** 2) / 4));
    });
  });
});

it('are refused where zeros count', async () => {
  const fastfood = randomFourierFeatures({ outputDim: 8, draw: fastfoodDraw, scale: 1 });
  fastfood.apply(toDenseBlock(block()));
  expect(fastfood.applySparse(block())).toBeUndefined();
  const centred = standardize();
  await centred.fit(toDenseBlock(block()));
  expect(centred.applySparse(block())).toBeUndefined();
  await expect(centred.fitSparse(block())).rejects.toThrow(
    '`center` must be false for sparse rows. Received: true.',
  );
});
