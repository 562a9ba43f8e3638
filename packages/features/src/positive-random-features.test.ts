import { createRandom } from '@kernel-methods/random';
import { describeFeatureMap, describeOnBackends } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { meanAndError, worst } from './fixtures/approximation.ts';
import { positiveRandomFeatures, softmaxKernel } from './index.ts';

const [inputDim, outputDim] = [50, 60];

for (const normalize of [false, true]) {
  describeFeatureMap(`positiveRandomFeatures, normalize ${normalize}`, {
    create: (config) => positiveRandomFeatures({ ...config, outputDim, scale: 1.3, normalize }),
    inputDim,
    outputDim,
    oracle([sigma, matrix], row) {
      let squares = 0;
      for (let i = 0; i < inputDim; i++) squares += (row[i] / sigma[0]) ** 2;
      return Float64Array.from({ length: outputDim }, (_, j) => {
        let product = 0;
        for (let i = 0; i < inputDim; i++) {
          product += (row[i] * matrix[i * outputDim + j]) / sigma[0];
        }
        return Math.exp(product - squares / 2) / (normalize ? Math.sqrt(outputDim) : 1);
      });
    },
    rowTolerance: 1e-5,
    gradientTolerance: 1e-3,
  });
}

interface Setting {
  scale?: number;
  draw?: string;
  outputDim: number;
}

/** Relative errors of K for each pair of rows: one a seed. Rows have a length near 0.6. */
function relativeErrors(setting: Setting, seeds: number, dimensions = 4): Float64Array[] {
  const { normal } = createRandom(7);
  const spread = 0.6 / Math.sqrt(dimensions);
  const points = Array.from({ length: 12 }, () =>
    Array.from({ length: dimensions }, () => spread * normal()),
  );
  const [x, y] = [tf.tensor2d(points.slice(0, 6)), tf.tensor2d(points.slice(6))];
  const exact = tf.tidy(() => softmaxKernel().evaluate(x, y).dataSync());
  const draws = Array.from({ length: seeds }, (_, seed) => {
    const layer = positiveRandomFeatures({ ...setting, normalize: true, seed });
    const gram = tf.tidy(() => {
      const [a, b] = [x, y].map((rows) => layer.apply(rows) as tf.Tensor2D);
      return tf.matMul(a, tf.transpose(b)).dataSync();
    });
    layer.dispose();
    return gram;
  });
  tf.dispose([x, y]);
  return Array.from(exact, (k, pair) => Float64Array.from(draws, (gram) => gram[pair] / k - 1));
}

const noBias = (errors: Float64Array[]) =>
  worst(
    errors,
    errors.map(() => 0),
  );

describeOnBackends('positive random features', () => {
  it.each(['independent', 'orthogonal', 'quasiRandom'])('are unbiased, %s', (draw) => {
    expect(noBias(relativeErrors({ draw, outputDim: 8 }, 300))).toBeLessThan(4.5);
  });

  it.each([Math.SQRT2, Math.SQRT1_2])('would be found out with the scale × %s', (factor) => {
    expect(
      noBias(relativeErrors({ scale: factor, draw: 'independent', outputDim: 8 }, 300)),
    ).toBeGreaterThan(7);
  });

  it('are better at right angles', () => {
    const seeds = 300;
    const [own, independent] = ['orthogonal', 'independent'].map((draw) => {
      const errors = relativeErrors({ draw, outputDim: 16 }, seeds, 16);
      return Array.from({ length: seeds }, (_, seed) =>
        Math.log(errors.reduce((sum, values) => sum + values[seed] ** 2, 0)),
      );
    });
    const [mean, error] = meanAndError(own.map((value, seed) => value - independent[seed]));
    expect(mean + 3 * error).toBeLessThan(Math.log(0.95));
  });
}, ['simd']);

describe('positiveRandomFeatures', () => {
  it.each([
    [{ outputDim: 0 }, '`outputDim` must be a whole number, 1 or above. Received: 0.'],
    [{ outputDim: 4, scale: -1 }, '`scale` must be a positive finite number. Received: -1.'],
    [{ outputDim: 4, kernel: 1 }, '`config` must have no settings but'],
    [{ outputDim: 4, draw: 'sobol' }, "`draw` must be one of 'independent'"],
  ])('refuses %o', (config, message) => {
    expect(() => positiveRandomFeatures(config as never)).toThrow(message);
  });
});
