import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { inverseRoot, meanDiagonal } from './inverse-root.ts';
import type { Kernel } from './kernel.ts';

export const landmarkMethods = ['uniform', 'kmeans++', 'leverage'] as const;
export type LandmarkMethod = (typeof landmarkMethods)[number];

/** Kernel columns that are computed at once. */
const batch = 64;

/** As many rows at most give the scores of all others. */
const largestSample = 512;

interface Search {
  x: tf.Tensor2D;
  kernel: Kernel;
  count: number;
  random: Random;
  signal?: AbortSignal;
}

/** The numbers of `count` different rows of x to stand for all of them. */
export function chooseLandmarks(method: LandmarkMethod, search: Search): Promise<Int32Array> {
  return methods[method](search);
}

const methods = {
  /** Every row alike. */
  uniform: async ({ x, count, random }: Search) =>
    Int32Array.from(random.permutation(x.shape[0]).subarray(0, count)),

  /**
   * One after the other, each with odds that go with its squared distance, in the kernel's space,
   * to the nearest one so far. Oglic & Gärtner, "Nyström Method with Kernel K-means++ Samples as
   * Landmarks", ICML 2017.
   *
   * Candidates are drawn a batch at a time, so that a batch of kernel columns is one product. Distances
   * have only shrunk since: one is kept as often as its own has not, which gives the same odds.
   */
  'kmeans++': async ({ x, kernel, count, random, signal }: Search) => {
    const n = x.shape[0];
    const diagonal = await diagonalOf(kernel, x);
    const nearest = new Float64Array(n).fill(1);
    const chosen: number[] = [];
    while (chosen.length < count) {
      signal?.throwIfAborted();
      const drawn = nearest.slice();
      const width = chosen.length === 0 ? 1 : Math.min(batch, count - chosen.length);
      const candidates = drawMany(drawn, width, random);
      const among = tf.tidy(() => tf.gather(x, tf.tensor1d(candidates, 'int32')));
      const columns = await read(() => kernel.evaluate(x, among));
      among.dispose();
      for (const [i, at] of candidates.entries()) {
        // A distance of 0 is one of rows that all are chosen, or equal to chosen ones.
        const kept = nearest[at] >= 0 && random.uniform() * drawn[at] <= nearest[at];
        if (!kept || chosen.length === count) continue;
        const first = chosen.length === 0;
        for (let row = 0; row < n; row++) {
          const square = diagonal[row] + diagonal[at] - 2 * columns[row * width + i];
          const distance = Math.max(square, 0);
          nearest[row] = first ? distance : Math.min(nearest[row], distance);
        }
        chosen.push(at);
        nearest[at] = -1; // Never again, and no later minimum is above it.
      }
    }
    return Int32Array.from(chosen);
  },

  /**
   * With odds that go with each row's ridge leverage score: how little the others say of it. A sample
   * of half of the rows gives the scores of all, and its own are found by a quarter of them, and so
   * on; each sample's rows count as many times as they stand for others. Musco & Musco, "Recursive
   * Sampling for the Nyström Method", NIPS 2017.
   */
  leverage: async ({ x, kernel, count, random, signal }: Search) => {
    const n = x.shape[0];
    const diagonal = await diagonalOf(kernel, x);
    const order = Int32Array.from(random.permutation(n));
    const size = Math.min(count, largestSample);
    let sample = order.subarray(0, size);
    let weights = new Float64Array(size).fill(1);
    for (let known = size; known < n; ) {
      signal?.throwIfAborted();
      known = Math.min(2 * known, n);
      const rows = order.subarray(0, known);
      const explained = await explainedBy({ x, kernel, sample, weights, rows, signal });
      const scores = Float64Array.from(rows, (row, i) =>
        Math.min(1, Math.max((diagonal[row] - explained.values[i]) / explained.ridge, 1e-9)),
      );
      const drawn = drawDifferent(scores, known === n ? count : size, random);
      const all = scores.reduce((sum, score) => sum + score, 0);
      sample = drawn.map((i) => rows[i]);
      weights = Float64Array.from(drawn, (i) => Math.max(1, all / (size * scores[i])));
    }
    return sample;
  },
};

interface Explained {
  x: tf.Tensor2D;
  kernel: Kernel;
  /** Numbers of rows, and how many rows each stands for. */
  sample: Int32Array;
  weights: Float64Array;
  rows: Int32Array;
  signal?: AbortSignal;
}

/**
 * What is left of K(x, x) by ridge regression on a sample: K(x, S)·(K(S, S) + ridge / weights)⁻¹·K(S, x).
 * The ridge is the least that lets half of the sample's size count.
 */
async function explainedBy({ x, kernel, sample, weights, rows, signal }: Explained) {
  const size = sample.length;
  const pick = (numbers: Int32Array) => tf.tidy(() => tf.gather(x, tf.tensor1d(numbers, 'int32')));
  const among = pick(sample);
  try {
    const roots = Float64Array.from(weights, Math.sqrt);
    const gram = (await read(() => kernel.evaluate(among, among))).map(
      (value, at) => value * roots[Math.floor(at / size)] * roots[at % size],
    );
    let ridge = 1e-5 * meanDiagonal(gram, size);
    let root = await inverseRoot(gram, size, ridge);
    const effective = () => size - ridge * root.reduce((sum, value) => sum + value * value, 0);
    while (effective() > size / 2) {
      signal?.throwIfAborted();
      ridge *= 4;
      root = await inverseRoot(gram, size, ridge);
    }
    const projection = Float32Array.from(root, (value, at) => value * roots[Math.floor(at / size)]);
    const values = await read(() => {
      const products = kernel.evaluate(pick(rows), among);
      return tf.sum(tf.square(tf.matMul(products, tf.tensor2d(projection, [size, size]))), 1);
    });
    return { values, ridge };
  } finally {
    among.dispose();
  }
}

/**
 * Different indices with odds that go with their weights: the smallest of −log(u) / weight. Efraimidis
 * & Spirakis, "Weighted random sampling with a reservoir", 2006.
 */
function drawDifferent(weights: Float64Array, count: number, random: Random): Int32Array {
  const keys = weights.map((weight) => -Math.log(1 - random.uniform()) / weight);
  return Int32Array.from(keys.keys())
    .sort((a, b) => keys[a] - keys[b])
    .subarray(0, count);
}

/** Indices with odds that go with their weights; negative ones never. All 0: any that is not negative. */
function drawMany(weights: Float64Array, count: number, random: Random): number[] {
  const isZero = weights.every((weight) => weight <= 0);
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += isZero ? Number(weights[i] === 0) : Math.max(weights[i], 0);
    sums[i] = total;
  }
  return Array.from({ length: count }, () => {
    const target = random.uniform() * total;
    // The first whose sum is above the target.
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > target) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** K(x, x) of each row. */
async function diagonalOf(kernel: Kernel, x: tf.Tensor2D): Promise<Float32Array> {
  const [n, step] = [x.shape[0], 128];
  return read(() =>
    tf.concat(
      Array.from({ length: Math.ceil(n / step) }, (_, i) =>
        tf.tidy(() => {
          const count = Math.min(step, n - i * step);
          const block = tf.slice(x, [i * step, 0], [count, -1]);
          return tf.sum(tf.mul(kernel.evaluate(block, block), tf.eye(count)), 1) as tf.Tensor1D;
        }),
      ),
    ),
  );
}

async function read(compute: () => tf.Tensor): Promise<Float32Array> {
  const tensor = tf.tidy(compute);
  const values = await tensor.data();
  tensor.dispose();
  return values as Float32Array;
}
