import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { evaluateInTurns } from './evaluate-in-turns.ts';
import { diagonalOf, type Search } from './landmark-search.ts';
import { leverageLandmarks } from './leverage-landmarks.ts';

export const landmarkMethods = ['uniform', 'kmeans++', 'leverage'] as const;
export type LandmarkMethod = (typeof landmarkMethods)[number];

/** Kernel columns that are computed at once. */
const batch = 64;

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
  'kmeans++': async (search: Search) => {
    const { x, kernel, count, random, signal } = search;
    const n = x.shape[0];
    const diagonal = await diagonalOf(search);
    const nearest = new Float64Array(n).fill(1);
    const chosen: number[] = [];
    while (chosen.length < count) {
      signal?.throwIfAborted();
      const drawn = nearest.slice();
      const width = chosen.length === 0 ? 1 : Math.min(batch, count - chosen.length);
      const candidates = drawMany(drawn, width, random);
      const among = tf.tidy(() => tf.gather(x, tf.tensor1d(candidates, 'int32')));
      const columns = await evaluateInTurns(kernel, x, among, signal).finally(() =>
        among.dispose(),
      );
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

  /** Rows that others do not explain. */
  leverage: leverageLandmarks,
};

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
