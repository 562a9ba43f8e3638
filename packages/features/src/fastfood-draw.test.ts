import { createRandom } from '@kernel-methods/random';
import {
  describeFeatureMap,
  describeOnBackends,
  expectNoLeak,
  maxAbsDifference,
  pointsFor,
} from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { meanAndError } from './fixtures/approximation.ts';
import { fastfoodDraw, gaussian, matern, randomFourierFeatures } from './index.ts';

/** The frequencies that weights stand for, one per row, by the definition and in float64. */
function frequenciesOf(
  [signs, order, gains, lengths]: ArrayLike<number>[],
  inputDim: number,
  p: number,
): Float64Array[] {
  const odd = Array.from(
    { length: p },
    (_, bits) => bits.toString(2).replaceAll('0', '').length % 2,
  );
  const h = (i: number, j: number) => 1 - 2 * odd[i & j];
  return Array.from(lengths, (length, j) => {
    if (length === 0) return new Float64Array(inputDim);
    const start = j - (j % p);
    return Float64Array.from({ length: inputDim }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < p; k++) {
        sum += h(j % p, k) * gains[start + k] * h(order[start + k] - start, i);
      }
      return length * sum * signs[start + i];
    });
  });
}

// Three blocks, the last of them cut off.
const [inputDim, outputDim, p] = [50, 150, 64];

const known = new WeakMap<Float64Array[], Float64Array[]>();
for (const projection of ['cosine', 'pair'] as const) {
  describeFeatureMap(`randomFourierFeatures, fastfood draw, ${projection}`, {
    create: (config) =>
      randomFourierFeatures({ ...config, outputDim, projection, draw: 'fastfood' }),
    inputDim,
    outputDim,
    oracle(weights, row) {
      const [sigma, ...own] = weights;
      const w = known.get(weights) ?? frequenciesOf(own.slice(0, 4), inputDim, p);
      known.set(weights, w);
      const angles = w.map((frequency) =>
        frequency.reduce((sum, value, i) => sum + (value * row[i]) / sigma[0], 0),
      );
      if (projection === 'cosine') {
        return Float64Array.from(angles, (angle, j) => Math.cos(angle + weights[5][j]));
      }
      return Float64Array.from([...angles.map(Math.cos), ...angles.map(Math.sin)]);
    },
    rowTolerance: 2e-6,
    gradientTolerance: 1e-3,
  });
}

describe('fastfood frequencies', () => {
  const draw = (seed: number, kernel = gaussian()) =>
    fastfoodDraw.draw(kernel, createRandom(seed), [inputDim, outputDim]);
  const values = (seed: number) => draw(seed).weights.map((weight) => weight.values());

  it('are few numbers: signs, an order within each block, gains of norm 1, and lengths', () => {
    const [signs, order, gains, lengths] = values(1);
    expect(draw(1).weights.map(({ shape }) => shape)).toEqual([[192], [192], [192], [150]]);
    expect(new Set(signs)).toEqual(new Set([-1, 1]));
    for (let block = 0; block < 3; block++) {
      const of = (all: Float32Array) => Array.from(all.subarray(block * p, (block + 1) * p));
      const numbers = of(order).sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: p }, (_, i) => block * p + i));
      expect(of(order)).not.toEqual(numbers);
      expect(of(gains).reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    }
    expect(lengths.every((length) => length > 0)).toBe(true);
  });

  it('are of the standard normal law, each by itself', () => {
    // The first and one of the second block, from 600 draws: two axes and the whole length.
    const d = 6;
    const draws = Array.from({ length: 600 }, (_, seed) => {
      const { weights } = fastfoodDraw.draw(gaussian(), createRandom(seed), [d, p + 2]);
      const [signs, order, gains, lengths] = weights.map((weight) => weight.values());
      const only = lengths.map((length, j) => (j === 0 || j > p ? length : 0));
      const all = frequenciesOf([signs, order, gains, only], d, p);
      return [all[0], all[p + 1]];
    });
    for (const at of [0, 1]) {
      const of = (moment: (w: Float64Array) => number) =>
        meanAndError(draws.map((frequencies) => moment(frequencies[at])));
      const squares = (w: Float64Array) => w.reduce((sum, value) => sum + value * value, 0);
      const moments: [(w: Float64Array) => number, number][] = [
        [(w) => w[0], 0],
        [(w) => w[0] ** 2, 1],
        [(w) => w[0] ** 4, 3],
        [(w) => w[0] * w[4], 0],
        [(w) => w[0] ** 2 * w[4] ** 2, 1],
        [squares, d],
        [(w) => (squares(w) - d) ** 2, 2 * d],
      ];
      for (const [moment, expected] of moments) {
        const [mean, error] = of(moment);
        expect(Math.abs(mean - expected)).toBeLessThan(4.5 * error);
      }
    }
  });

  it('have lengths of their kernel, one each', () => {
    const [, , , normal] = values(1);
    const [, , , heavy] = draw(1, matern({ nu: 0.5 })).weights.map((weight) => weight.values());
    expect(Math.max(...normal) / Math.min(...normal)).toBeLessThan(3);
    expect(Math.max(...heavy) / Math.min(...heavy)).toBeGreaterThan(10);
  });
});

describeOnBackends('products with fastfood frequencies', () => {
  it('have gradients of the second order too, and leave nothing behind', async () => {
    const { weights, project } = fastfoodDraw.draw(gaussian(), createRandom(2), [5, 70]);
    const numbers = weights.map((weight) => weight.values());
    const w = frequenciesOf(numbers, 5, p);
    await expectNoLeak(() =>
      tf.tidy(() => {
        const tensors = numbers.map((own, i) => tf.tensor(own, weights[i].shape));
        const x = tf.tensor2d(pointsFor(3, 5, 1), [3, 5]);
        const squares = (at: tf.Tensor) => tf.sum(tf.square(project(at as tf.Tensor2D, tensors)));
        // ∇ of ‖x·W‖² is 2·x·W·Wᵀ, and ∇ of half of its squared norm 2·W·Wᵀ times that.
        const gradient = (at: tf.Tensor) => tf.grad(squares)(at);
        const second = tf.grad((at) => tf.mul(tf.sum(tf.square(gradient(at))), 0.5))(x);
        const times = (rows: number[][]) =>
          rows.map((row) => {
            const sums = w.map((own) => own.reduce((sum, value, i) => sum + value * row[i], 0));
            return row.map((_, i) => 2 * w.reduce((sum, own, j) => sum + own[i] * sums[j], 0));
          });
        const first = times(x.arraySync());
        const scale = Math.max(...times(first).flat().map(Math.abs));
        expect(maxAbsDifference(gradient(x).dataSync(), first.flat())).toBeLessThan(1e-2);
        const difference = maxAbsDifference(second.dataSync(), times(first).flat());
        expect(difference / scale).toBeLessThan(1e-5);
      }),
    );
  });
});
