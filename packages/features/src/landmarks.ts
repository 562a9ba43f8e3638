import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { evaluateInTurns } from './evaluate-in-turns.ts';
import { diagonalOf, type Search } from './landmark-search.ts';
import { leverageLandmarks } from './leverage-landmarks.ts';

export const landmarkMethods = ['uniform', 'kmeans++', 'leverage'] as const;
export type LandmarkMethod = (typeof landmarkMethods)[number];

/** The number of kernel columns that are computed at once. */
const batch = 64;

/** The indices of `count` different rows of x that represent all of them. */
export function chooseLandmarks(method: LandmarkMethod, search: Search): Promise<Int32Array> {
  return methods[method](search);
}

const methods = {
  /** Every row is equally likely. */
  uniform: async ({ x, count, random }: Search) =>
    Int32Array.from(random.permutation(x.shape[0]).subarray(0, count)),

  /**
   * Landmarks are drawn one after the other. Each row's odds are proportional to its squared
   * distance, in the kernel's space, to the nearest landmark so far. Oglic & Gärtner, "Nyström
   * Method with Kernel K-means++ Samples as Landmarks", ICML 2017.
   *
   * Candidates are drawn in batches, so that the kernel columns of a batch are one product.
   * Distances can only have shrunk since a batch was drawn. A candidate is kept with probability
   * new distance / old distance, which gives the same odds.
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
      const columns = await evaluateInTurns(kernel, x, among, { signal }).finally(() =>
        among.dispose(),
      );
      for (const [i, at] of candidates.entries()) {
        // If all distances are 0, all rows are chosen or equal to chosen ones.
        const kept = nearest[at] >= 0 && random.uniform() * drawn[at] <= nearest[at];
        if (!kept || chosen.length === count) continue;
        const first = chosen.length === 0;
        for (let row = 0; row < n; row++) {
          const square = diagonal[row] + diagonal[at] - 2 * columns[row * width + i];
          const distance = Math.max(square, 0);
          nearest[row] = first ? distance : Math.min(nearest[row], distance);
        }
        chosen.push(at);
        nearest[at] = -1; // It is never chosen again, since no later minimum is above it.
      }
    }
    return Int32Array.from(chosen);
  },

  /** Rows that the others explain least. */
  leverage: leverageLandmarks,
};

/**
 * Draws indices with odds proportional to their weights; negative weights are never drawn. If all
 * weights are 0, all that are not negative are equally likely.
 */
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
    // Finds the first index whose cumulative sum is above the target.
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > target) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}
