import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { arcCosine } from './arc-cosine.ts';
import { arcCosineFeatures } from './arc-cosine-features.ts';
import type { Kernel } from './kernel.ts';
import { polynomial } from './polynomial.ts';
import { skewedChi2 } from './skewed-chi2.ts';
import { skewedChi2Features } from './skewed-chi2-features.ts';
import { tensorSketch } from './tensor-sketch.ts';

const sumOf = (x: ArrayLike<number>, of: (value: number, i: number) => number) =>
  Array.from(x, of).reduce((sum, value) => sum + value, 0);

describe('random features of these kernels', () => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  type Make = (config: { outputDim: number; seed: number }) => layers.Layer;
  const cases: [string, Make, Kernel, Kernel, boolean][] = [
    ...([0, 1, 2] as const).map((degree): (typeof cases)[number] => [
      `arc-cosine of degree ${degree}`,
      (config) => arcCosineFeatures({ ...config, degree }),
      arcCosine({ degree }),
      arcCosine({ degree: degree === 1 ? 0 : 1 }),
      false,
    ]),
    [
      'tensor sketch of degree 2',
      (config) => tensorSketch({ ...config, coef0: 0.5 }),
      polynomial({ coef0: 0.5 }),
      polynomial({ coef0: 0.5, gamma: Math.SQRT2 }),
      false,
    ],
    [
      'tensor sketch of degree 3',
      (config) => tensorSketch({ ...config, degree: 3, gamma: 0.7, coef0: 0 }),
      polynomial({ degree: 3, gamma: 0.7, coef0: 0 }),
      polynomial({ degree: 3, gamma: 0.7 / Math.SQRT2, coef0: 0 }),
      false,
    ],
    [
      'skewed χ²',
      (config) => skewedChi2Features({ ...config, skew: 0.1 }),
      skewedChi2({ skew: 0.1 }),
      skewedChi2({ skew: 0.2 }),
      true,
    ],
  ];

  /** Pairs of points with all angles between them, or ratios, and the products of their features. */
  const setUp = (isPositive: boolean) => {
    const { normal } = createRandom(3).stream('points');
    const d = 4;
    const [x, y]: number[][][] = [[], []];
    for (let i = 0; i < 12; i++) {
      const point = Array.from({ length: d }, () => normal() / 2);
      const mix = i / 11;
      const other = point.map((value) => mix * value + (1 - mix) * (normal() / 2));
      x.push(isPositive ? point.map((v) => Math.exp(3 * v)) : point);
      y.push(isPositive ? other.map((v) => Math.exp(3 * v)) : other);
    }
    return { x, y };
  };
  const products = (make: Make, x: number[][], y: number[][], outputDim: number, seed: number) => {
    const layer = make({ outputDim, seed });
    const values = tf.tidy(() => {
      const [a, b] = tf.split(layer.apply(tf.tensor2d([...x, ...y])) as tf.Tensor, 2);
      return Array.from(tf.sum(tf.mul(a, b), 1).dataSync());
    });
    layer.dispose();
    return values;
  };
  const exactly = (kernel: Kernel, x: number[][], y: number[][]) =>
    tf.tidy(() => {
      const gram = kernel.evaluate(tf.tensor2d(x), tf.tensor2d(y)).dataSync();
      return x.map((_, i) => gram[i * x.length + i]);
    });
  const meanAndError = (values: number[]) => {
    const mean = sumOf(values, (v) => v) / values.length;
    const variance = sumOf(values, (v) => (v - mean) ** 2) / (values.length - 1);
    return [mean, Math.sqrt(variance / values.length)];
  };

  it.each(cases)(
    'are unbiased, and would be found out if they were another kernel: %s',
    (_, make, kernel, other, isPositive) => {
      const { x, y } = setUp(isPositive);
      const draws = Array.from({ length: 250 }, (_, seed) => products(make, x, y, 64, seed));
      const worst = (exact: number[]) =>
        Math.max(
          ...exact.map((k, pair) => {
            const [mean, error] = meanAndError(draws.map((draw) => draw[pair]));
            return Math.abs(mean - k) / error;
          }),
        );
      // 12 pairs beyond 4.5 standard errors: 1 in 10,000 for a right map, and the seeds are fixed.
      const exact = exactly(kernel, x, y);
      expect(Math.max(...exact) / Math.min(...exact.map(Math.abs))).toBeGreaterThan(3);
      expect(worst(exact)).toBeLessThan(4.5);
      expect(worst(exactly(other, x, y))).toBeGreaterThan(7);
    },
  );

  it.each(cases)('come nearer as 1 / √D: %s', (_, make, kernel, _other, isPositive) => {
    const { x, y } = setUp(isPositive);
    const exact = exactly(kernel, x, y);
    const [few, many] = [32, 512].map((D) =>
      meanAndError(
        Array.from({ length: 120 }, (_, seed) => {
          const values = products(make, x, y, D, seed);
          return sumOf(values, (value, i) => (value - exact[i]) ** 2);
        }),
      ),
    );
    const slope = Math.log(many[0] / few[0]) / 2 / Math.log(16);
    const error = Math.hypot(many[1] / many[0], few[1] / few[0]) / 2 / Math.log(16);
    expect(Math.abs(slope + 0.5)).toBeLessThan(4 * error);
    expect(4 * error).toBeLessThan(0.3);
  });
});
