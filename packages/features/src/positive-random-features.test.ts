import { createRandom } from '@kernel-methods/random';
import { describeFeatureMap, describeOnBackends } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { meanAndError, slope, worst } from './fixtures/approximation.ts';
import { softmaxPairs } from './fixtures/softmax-pairs.ts';
import { positiveRandomFeatures, softmaxKernel } from './index.ts';

const [inputDim, outputDim] = [50, 60];

for (const [projection, normalize] of [
  ['single', false],
  ['single', true],
  ['pair', true],
] as const) {
  describeFeatureMap(`positiveRandomFeatures, ${projection}, normalize ${normalize}`, {
    create: (config) =>
      positiveRandomFeatures({ ...config, outputDim, scale: 1.3, projection, normalize }),
    inputDim,
    outputDim,
    oracle([sigma, matrix], row) {
      const count = projection === 'pair' ? outputDim / 2 : outputDim;
      let squares = 0;
      for (let i = 0; i < inputDim; i++) squares += (row[i] / sigma[0]) ** 2;
      return Float64Array.from({ length: outputDim }, (_, j) => {
        let product = 0;
        for (let i = 0; i < inputDim; i++) {
          product += (row[i] * matrix[i * count + (j % count)]) / sigma[0];
        }
        const exponent = (j < count ? product : -product) - squares / 2;
        return Math.exp(exponent) / (normalize ? Math.sqrt(outputDim) : 1);
      });
    },
    rowTolerance: 1e-5,
    gradientTolerance: 1e-3,
  });
}

interface Setting {
  scale?: number;
  draw?: string;
  projection?: 'single' | 'pair';
  outputDim: number;
}

/** Relative errors of K for each pair of rows: one per seed. Rows have a length near 0.6. */
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
  it.each(
    ['independent', 'orthogonal', 'quasiRandom', 'fastfood'].flatMap((draw) => [
      [draw, 'single'] as const,
      [draw, 'pair'] as const,
    ]),
  )('are unbiased, %s, %s', (draw, projection) => {
    expect(noBias(relativeErrors({ draw, projection, outputDim: 8 }, 300))).toBeLessThan(4.5);
  });

  it.each([Math.SQRT2, Math.SQRT1_2])('would be found out with the scale × %s', (factor) => {
    for (const projection of ['single', 'pair'] as const) {
      const setting = { scale: factor, draw: 'independent', projection, outputDim: 8 };
      expect(noBias(relativeErrors(setting, 300))).toBeGreaterThan(7);
    }
  });

  // ‖x + y‖ = σ: further out the tail is so long that a few hundred draws do not show its variance.
  const z = 1;
  const variances = { single: Math.expm1(z), pair: Math.expm1(z) * -Math.expm1(-z) };
  const widths = [32, 128, 512]; // Whole blocks of 16, of pairs too.

  /** D × the mean square of relative errors, and its standard error, for each width D. */
  function squaresOf(draw: string, projection: 'single' | 'pair'): [number, number][] {
    const known = measured.get(draw + projection);
    if (known) return known;
    const { x, y, exact } = softmaxPairs(16, z);
    const found = widths.map((outputDim, at) =>
      meanAndError(
        Array.from({ length: 150 }, (_, i) => {
          const config = { draw, projection, outputDim, normalize: true, seed: 1000 * at + i };
          const layer = positiveRandomFeatures(config);
          const got = tf.tidy(() => {
            const [a, b] = [x, y].map((rows) => layer.apply(tf.tensor2d(rows)) as tf.Tensor);
            return tf.sum(tf.mul(a, b), 1).dataSync();
          });
          layer.dispose();
          const squares = exact.map((k, pair) => (got[pair] / k - 1) ** 2);
          return (outputDim * squares.reduce((a, b) => a + b)) / squares.length;
        }),
      ),
    );
    measured.set(draw + projection, found);
    return found;
  }
  const measured = new Map<string, [number, number][]>();

  it.each(['single', 'pair'] as const)('have the variance of theory, %s', (projection) => {
    for (const [mean, error] of squaresOf('independent', projection)) {
      expect(Math.abs(mean / variances[projection] - 1)).toBeLessThan(
        (4 * error) / variances[projection],
      );
      expect((4 * error) / variances[projection]).toBeLessThan(0.4);
    }
    // So that the two can be told apart.
    expect(variances.pair / variances.single).toBeLessThan(0.65);
  });

  it.each([
    ['independent', 'single'],
    ['independent', 'pair'],
    ['orthogonal', 'single'],
    ['orthogonal', 'pair'],
  ] as const)('have an error that falls as 1 / √D, %s, %s', (draw, projection) => {
    const squares = squaresOf(draw, projection);
    const logs = widths.map(Math.log);
    // Of the root mean square error, so −1/2 and half the slope of D × its square.
    const found =
      slope(
        logs,
        squares.map(([mean]) => Math.log(mean)),
      ) /
        2 -
      0.5;
    const unit = (at: number) =>
      slope(
        logs,
        logs.map((_, i) => Number(i === at)),
      );
    const error = Math.hypot(...squares.map(([mean, own], at) => (unit(at) * own) / mean / 2));
    expect(Math.abs(found + 0.5)).toBeLessThan(3.5 * error);
    // −0.4 and −0.6 are outside.
    expect(3.5 * error).toBeLessThan(0.1);
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
    [
      { outputDim: 5, projection: 'pair' },
      "`outputDim` must be even where `projection` is 'pair'. Received: 5.",
    ],
    [{ outputDim: 4, projection: 'cosine' }, "`projection` must be 'single' or 'pair'."],
    [{ outputDim: 4, draw: 'sobol' }, "`draw` must be one of 'independent'"],
  ])('refuses %o', (config, message) => {
    expect(() => positiveRandomFeatures(config as never)).toThrow(message);
  });
});
