import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { evaluateInTurns } from './evaluate-in-turns.ts';
import { inverseRoot, meanDiagonal } from './inverse-root.ts';
import type { Kernel } from './kernel.ts';
import { diagonalOf, type Search } from './landmark-search.ts';

/** The most rows from which the scores of all others are computed. */
const largestSample = 512;

/**
 * Draws rows with odds proportional to their ridge leverage scores, which measure how little the
 * other rows explain them.
 *
 * The scores of all rows are computed from a sample of half of them, those of that half from a
 * quarter, and so on. Each row of a sample is weighted by the number of rows that it represents.
 *
 * Musco & Musco, "Recursive Sampling for the Nyström Method", NIPS 2017.
 */
export async function leverageLandmarks(search: Search): Promise<Int32Array> {
  const { x, kernel, count, random, signal } = search;
  const n = x.shape[0];
  const diagonal = await diagonalOf(search);
  const order = Int32Array.from(random.permutation(n));
  const size = Math.min(count, largestSample);
  let sample = order.subarray(0, size);
  let weights = new Float64Array(size).fill(1);
  let ridge = 0;
  for (let known = size; known < n; ) {
    signal?.throwIfAborted();
    known = Math.min(2 * known, n);
    const rows = order.subarray(0, known);
    const explained = await explainedBy({ x, kernel, sample, weights, rows, ridge, signal });
    ridge = explained.ridge;
    const scores = Float64Array.from(rows, (row, i) =>
      Math.min(1, Math.max((diagonal[row] - explained.values[i]) / ridge, 1e-9)),
    );
    const drawn = drawDifferent(scores, known === n ? count : size, random);
    const all = scores.reduce((sum, score) => sum + score, 0);
    sample = drawn.map((i) => rows[i]);
    weights = Float64Array.from(drawn, (i) => Math.max(1, all / (size * scores[i])));
  }
  return sample;
}

interface Explained {
  x: tf.Tensor2D;
  kernel: Kernel;
  /** Indices of rows, and how many rows each represents. */
  sample: Int32Array;
  weights: Float64Array;
  rows: Int32Array;
  /** The ridge that was enough for half as many rows: more rows need at least as much. */
  ridge: number;
  signal?: AbortSignal;
}

/**
 * The residual of K(x, x) after ridge regression on a sample, where the explained part is
 * K(x,S)·(K(S,S) + ridge / weights)⁻¹·K(S,x). The ridge is the smallest for which the effective
 * dimension is at most half of the sample's size.
 */
async function explainedBy({ x, kernel, sample, weights, rows, ridge: least, signal }: Explained) {
  const size = sample.length;
  const pick = (numbers: Int32Array) => tf.tidy(() => tf.gather(x, tf.tensor1d(numbers, 'int32')));
  const among = pick(sample);
  const others = pick(rows);
  try {
    const roots = Float64Array.from(weights, Math.sqrt);
    const gram = (await evaluateInTurns(kernel, among, among, { signal })).map(
      (value, at) => value * roots[Math.floor(at / size)] * roots[at % size],
    );
    let ridge = Math.max(least, 1e-5 * meanDiagonal(gram, size));
    let root = await inverseRoot(gram, size, ridge, signal);
    const effective = () => size - ridge * root.reduce((sum, value) => sum + value * value, 0);
    while (effective() > size / 2) {
      signal?.throwIfAborted();
      ridge *= 4;
      root = await inverseRoot(gram, size, ridge, signal);
    }
    const projection = Float32Array.from(root, (value, at) => value * roots[Math.floor(at / size)]);
    const of = (products: tf.Tensor2D) =>
      tf.sum(tf.square(tf.matMul(products, tf.tensor2d(projection, [size, size]))), 1);
    const asked = { signal, of, cost: size ** 2 };
    const values = await evaluateInTurns(kernel, others, among, asked);
    return { values, ridge };
  } finally {
    tf.dispose([among, others]);
  }
}

/**
 * Draws distinct indices with odds proportional to their weights: those with the smallest
 * −log(u) / weight. Efraimidis & Spirakis, "Weighted random sampling with a reservoir", 2006.
 */
function drawDifferent(weights: Float64Array, count: number, random: Random): Int32Array {
  const keys = weights.map((weight) => -Math.log(1 - random.uniform()) / weight);
  return Int32Array.from(keys.keys())
    .sort((a, b) => keys[a] - keys[b])
    .subarray(0, count);
}
