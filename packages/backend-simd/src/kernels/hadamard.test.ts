import * as tf from '@tensorflow/tfjs-core';
import '../index.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeOnThreads } from '../fixtures/arbitraries.ts';

describeOnThreads('WalshHadamard', () => {
  beforeAll(() => void tf.setBackend('simd'));
  const transform = (x: tf.Tensor) => tf.engine().runKernel('WalshHadamard', { x }) as tf.Tensor;

  it.each([
    [1, 1],
    [7, 2],
    [5, 8],
    [3, 64],
    [0, 4],
  ])('transforms each of %s rows of %s numbers, and leaves its input', (rows, length) => {
    tf.tidy(() => {
      const x = tf.randomUniform([rows, length], -1, 1, 'float32', 3);
      const values = x.dataSync();
      const got = transform(x);
      expect(got.shape).toEqual([rows, length]);
      const data = got.dataSync();
      const odd = (bits: number) => bits.toString(2).replaceAll('0', '').length % 2 === 1;
      for (let i = 0; i < rows * length; i++) {
        let sum = 0;
        for (let j = 0; j < length; j++) {
          const value = values[i - (i % length) + j];
          sum += odd((i % length) & j) ? -value : value;
        }
        expect(Math.abs(data[i] - sum)).toBeLessThan(1e-5);
      }
      expect(x.dataSync()).toEqual(values);
    });
  });

  it('takes what a kernel of tfjs made', () => {
    tf.tidy(() => {
      const x = tf.cumsum(tf.ones([2, 4]), 1);
      expect(Array.from(transform(x).dataSync())).toEqual([10, -2, -4, 0, 10, -2, -4, 0]);
    });
  });
});

describeOnThreads('StructuredFeatures', () => {
  beforeAll(() => void tf.setBackend('simd'));

  it.each([
    [0, 5, 2, 8, 11],
    [3, 8, 1, 8, 8],
    [90, 50, 3, 64, 150],
    [40, 900, 8, 1024, 8000], // several tiles
  ])('%s rows of %s numbers, %s blocks of %s, %s features', (n, d, blocks, length, features) => {
    tf.tidy(() => {
      const uniform = (shape: number[], seed: number) =>
        tf.randomUniform(shape, -1, 1, 'float32', seed);
      const x = uniform([n, d], 1);
      const signs = tf.sign(uniform([3, blocks, length], 2));
      const lengths = tf.div(uniform([features], 3), length ** 1.5);
      const bias = uniform([features], 4);
      let all: tf.Tensor = tf.reshape(
        tf.pad(x, [
          [0, 0],
          [0, length - d],
        ]),
        [n, 1, length],
      );
      for (const round of tf.split(signs, 3)) {
        const signed = tf.reshape(tf.mul(all, round), [n * blocks, length]);
        const transformed = tf.engine().runKernel('WalshHadamard', { x: signed }) as tf.Tensor;
        all = tf.reshape(transformed, [n, blocks, length]);
      }
      const flat = tf.slice(tf.reshape(all, [n, blocks * length]), [0, 0], [n, features]);
      const angles = tf.add(tf.mul(flat, lengths), bias);
      const got = tf
        .engine()
        .runKernel('StructuredFeatures', { x, signs, lengths, bias }, { factor: 0.5 }) as tf.Tensor;
      expect(got.shape).toEqual([n, features]);
      const want = tf.mul(tf.cos(angles), 0.5);
      const difference = tf.max(tf.abs(tf.sub(got, want))).dataSync()[0];
      expect(n === 0 || difference < 1e-5).toBe(true);
    });
  });
});

describe('WalshHadamard', () => {
  it('refuses rows whose length is no power of 2, and leaves nothing behind', () => {
    const x = tf.ones([2, 6]);
    const before = tf.memory().numTensors;
    expect(() => tf.engine().runKernel('WalshHadamard', { x })).toThrow(
      '`length` must be a power of 2. Received: 6.',
    );
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
