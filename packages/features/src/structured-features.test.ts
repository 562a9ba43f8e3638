import {
  describeOnBackends,
  expectNoLeak,
  maxAbsDifference,
  pointsFor,
} from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { structuredFeatures, walshHadamard } from './index.ts';

const odd = (bits: number) => bits.toString(2).replaceAll('0', '').length % 2 === 1;

describeOnBackends('walshHadamard', () => {
  it.each([
    [3, 1],
    [4, 2],
    [3, 64],
    [2, 128],
    [2, 1024],
  ])('transforms each of %s rows of %s numbers', (rows, length) => {
    const values = pointsFor(rows, length, 1);
    const expected = Array.from({ length: rows * length }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < length; j++) {
        const value = values[i - (i % length) + j];
        sum += odd((i % length) & j) ? -value : value;
      }
      return sum;
    });
    const got = tf.tidy(() => walshHadamard(tf.tensor2d(values, [rows, length])).dataSync());
    expect(maxAbsDifference(got, expected)).toBeLessThan(1e-5);
  });

  it('is its own gradient, twice as well', () => {
    tf.tidy(() => {
      const [x, dy] = [1, 2].map((seed) => tf.tensor2d(pointsFor(3, 16, seed), [3, 16]));
      const gradient = tf.grad((at) => walshHadamard(at as tf.Tensor2D))(x, dy);
      const expected = walshHadamard(dy).dataSync();
      expect(maxAbsDifference(gradient.dataSync(), expected)).toBeLessThan(1e-5);
    });
  });

  it.each([0, 3, 12])('refuses rows of %s numbers, and leaves nothing behind', async (length) => {
    const x = tf.zeros([2, length]) as tf.Tensor2D;
    await expectNoLeak(() => {
      expect(() => walshHadamard(x)).toThrow(
        `\`x\` must have rows whose length is a power of 2. Received shape: [2,${length}].`,
      );
    });
    x.dispose();
  });
});

describeOnBackends('structuredFeatures', () => {
  const [n, d, p, D] = [4, 6, 8, 11];
  const inputs = () =>
    [
      tf.tensor2d(pointsFor(n, d, 1), [n, d]),
      tf.tensor3d(pointsFor(6, p, 2), [3, 2, p]),
      tf.tensor1d(pointsFor(D, 1, 3)),
      tf.tensor1d(pointsFor(D, 1, 4)),
    ] as const;

  /** By the definition, in float64. */
  function oracle([x, signs, lengths, bias]: Float64Array[], factor: number): Float64Array {
    return Float64Array.from({ length: n * D }, (_, at) => {
      const [i, j] = [Math.floor(at / D), at % D];
      let row = Float64Array.from({ length: p }, (_, k) => (k < d ? x[i * d + k] : 0));
      for (let round = 0; round < 3; round++) {
        const signed = row.map((v, k) => v * signs[(round * 2 + Math.floor(j / p)) * p + k]);
        row = row.map((_, k) => signed.reduce((sum, v, l) => sum + (odd(k & l) ? -v : v), 0));
      }
      return factor * Math.cos(row[j % p] * lengths[j] + bias[j]);
    });
  }

  it('has the values and gradients of its definition', async () => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const tensors = inputs();
        const weights = pointsFor(n, D, 5);
        const numbers = tensors.map((tensor) => Float64Array.from(tensor.dataSync()));
        const values = structuredFeatures(...tensors, 0.5).dataSync();
        expect(maxAbsDifference(values, oracle(numbers, 0.5))).toBeLessThan(5e-5);
        const [x, signs, lengths, bias] = tensors;
        const places = [0, 2, 3];
        const gradients = tf.grads((...at) => {
          const [a, b, c] = at as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
          const values = structuredFeatures(a, signs, b, c, 0.5);
          return tf.sum(tf.mul(values, tf.tensor2d(weights, [n, D])));
        })([x, lengths, bias]);
        gradients.forEach((gradient, i) => {
          const place = places[i];
          const expected = numbers[place].map((value, k) => {
            const moved = [1e-6, -1e-6].map((step) => {
              const copy = numbers.map((own) => own.slice());
              copy[place][k] = value + step;
              return oracle(copy, 0.5).reduce((sum, v, i) => sum + v * weights[i], 0);
            });
            return (moved[0] - moved[1]) / 2e-6;
          });
          const size = Math.max(1, ...expected.map(Math.abs));
          expect(maxAbsDifference(gradient.dataSync(), expected) / size).toBeLessThan(1e-4);
        });
      }),
    );
  });
});
