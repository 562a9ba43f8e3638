import { createRandom } from '@kernel-methods/random';
import { describeFeatureMap, describeOnBackends } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
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

/** Estimates of K for each pair of rows, one a seed, in units of K. */
function estimates(scale: number, draw: string, D: number, seeds: number): Float64Array[] {
  const { normal } = createRandom(7);
  const points = Array.from({ length: 12 }, () => Array.from({ length: 4 }, () => normal() / 3));
  const [x, y] = [tf.tensor2d(points.slice(0, 6)), tf.tensor2d(points.slice(6))];
  const exact = tf.tidy(() => softmaxKernel().evaluate(x, y).dataSync());
  const draws = Array.from({ length: seeds }, (_, seed) => {
    const layer = positiveRandomFeatures({ outputDim: D, scale, draw, normalize: true, seed });
    const gram = tf.tidy(() =>
      tf
        .matMul(layer.apply(x) as tf.Tensor2D, layer.apply(y) as tf.Tensor2D, false, true)
        .dataSync(),
    );
    layer.dispose();
    return gram;
  });
  tf.dispose([x, y]);
  return Array.from(exact, (k, pair) => Float64Array.from(draws, (gram) => gram[pair] / k - 1));
}

const worst = (errors: Float64Array[]) =>
  Math.max(
    ...errors.map((values) => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
      return Math.abs(mean) / Math.sqrt(variance / values.length);
    }),
  );
describeOnBackends('positive random features', () => {
  it.each(['independent', 'orthogonal', 'quasiRandom'])('are unbiased, %s', (draw) => {
    expect(worst(estimates(1, draw, 8, 300))).toBeLessThan(4.5);
  });

  it.each([Math.SQRT2, Math.SQRT1_2])('would be found out with the scale × %s', (factor) => {
    expect(worst(estimates(factor, 'independent', 8, 300))).toBeGreaterThan(7);
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
