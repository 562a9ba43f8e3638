import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { gaussian, laplacian, randomFourierFeatures, type ShiftInvariantKernel } from './index.ts';

const inputDim = 4;
const levels = [0.1, 0.3, 0.5, 0.7, 0.9];
const directions = 6;
const pairs = levels.length * directions;

/** Both in units of the scale: the distance that gives K, and the length it is measured in. */
const kernels = {
  gaussian: {
    make: gaussian,
    distance: (k: number) => Math.sqrt(-2 * Math.log(k)),
    length: (v: number[]) => Math.hypot(...v),
  },
  laplacian: {
    make: laplacian,
    distance: (k: number) => -Math.log(k),
    length: (v: number[]) => v.reduce((sum, x) => sum + Math.abs(x), 0),
  },
};

/** Pairs of points whose kernel goes from 0.1 to 0.9, for the scale σ. */
function pairsOfPoints({ distance, length }: (typeof kernels)['gaussian'], sigma: number) {
  const { normal } = createRandom(1).stream('points');
  const draw = () => Array.from({ length: inputDim }, normal);
  const [x, y, exact]: [number[][], number[][], number[]] = [[], [], []];
  for (const k of levels) {
    for (let i = 0; i < directions; i++) {
      const [point, direction] = [draw(), draw()];
      const step = (sigma * distance(k)) / length(direction);
      x.push(point);
      y.push(point.map((value, j) => value + step * direction[j]));
      exact.push(k);
    }
  }
  return { x, y, exact };
}

/** Per pair the numbers whose mean approximates the kernel: D products, from one draw of D. */
function products(
  kernel: ShiftInvariantKernel,
  x: number[][],
  y: number[][],
  D: number,
  seed: number,
) {
  const layer = randomFourierFeatures({
    kernelInitializer: kernel,
    outputDim: D,
    seed,
    normalize: true,
  });
  const values = tf.tidy(() => {
    const [a, b] = [x, y].map((points) => layer.apply(tf.tensor2d(points)) as tf.Tensor);
    return tf.mul(tf.mul(a, b), D).dataSync();
  });
  layer.dispose();
  return Array.from({ length: x.length }, (_, i) => values.slice(i * D, (i + 1) * D));
}

function meanAndError(values: ArrayLike<number>): [number, number] {
  const all = Array.from(values);
  const mean = all.reduce((sum, v) => sum + v, 0) / all.length;
  const variance = all.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (all.length - 1);
  return [mean, Math.sqrt(variance / all.length)];
}

/** The largest distance from the exact kernel over all pairs, in standard errors. */
const worst = (samples: ArrayLike<number>[], exact: number[]) =>
  Math.max(
    ...samples.map((values, i) => {
      const [mean, error] = meanAndError(values);
      return Math.abs(mean - exact[i]) / error;
    }),
  );

// 30 pairs beyond 4.5 standard errors: 2 in 10,000 for a right map, and the seeds are fixed.
const limit = 4.5;

describe.each(Object.entries(kernels))('random Fourier features of the %s kernel', (_, spec) => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
  });

  it.each([0.5, 1, 3])('approximate it where it spans 0.1 to 0.9, scale %s', (scale) => {
    const { x, y, exact } = pairsOfPoints(spec, scale);
    const kernel = spec.make({ scale });
    const gram = tf.tidy(() => kernel.evaluate(tf.tensor2d(x), tf.tensor2d(y)).dataSync());
    exact.forEach((k, i) => {
      expect(gram[i * pairs + i]).toBeCloseTo(k, 5);
    });
    expect(worst(products(kernel, x, y, 4000, 0), exact)).toBeLessThan(limit);
  });

  it.each([Math.SQRT2, Math.SQRT1_2])('would be found out with the scale × %s', (factor) => {
    const { x, y, exact } = pairsOfPoints(spec, 2);
    const samples = products(spec.make({ scale: 2 * factor }), x, y, 4000, 0);
    expect(worst(samples, exact)).toBeGreaterThan(1.5 * limit);
  });

  it('are unbiased: the mean over seeds of small maps is the kernel', () => {
    const { x, y, exact } = pairsOfPoints(spec, 1);
    const draws = Array.from({ length: 300 }, (_, seed) =>
      products(spec.make({ scale: 1 }), x, y, 8, seed).map((values) => meanAndError(values)[0]),
    );
    const bySeed = exact.map((_, pair) => draws.map((draw) => draw[pair]));
    expect(worst(bySeed, exact)).toBeLessThan(limit);
  });
});
