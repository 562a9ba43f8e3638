import type { FeatureBlock } from '../estimators/feature-blocks.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import type { RidgeSums } from '../ridge/sums.ts';

/** Where the classes lie in the space of features, and how rows spread there. */
export interface ClassMoments {
  /** Features per row, D. */
  readonly width: number;
  readonly classes: number;
  /** The mean of all rows, D. */
  readonly mean: Float64Array;
  /** The share of each class. */
  readonly shares: Float64Array;
  /** Of each class, its mean minus the mean of all rows, row-major `classes × D`; 0 for none. */
  readonly offsets: Float64Array;
  /** The covariance of all rows, row by row up to the diagonal: (i, j) at i(i + 1)/2 + j. */
  readonly covariance: Float64Array;
}

/**
 * The moments of rows with the indices of their classes; a row of the class −1 does not count.
 *
 * @throws the signal's reason when aborted.
 */
export async function momentsOfRows(
  blocks: AsyncIterable<FeatureBlock>,
  labels: Int32Array,
  { width, classes }: { width: number; classes: number },
  signal?: AbortSignal,
): Promise<ClassMoments> {
  // Its targets are all 0: it is for the covariance.
  const sums = new RidgeAccumulator(width, 1);
  const counts = new Float64Array(classes);
  const offsets = new Float64Array(classes * width);
  try {
    let from = 0;
    for await (const { z, rows } of blocks) {
      const own = labels.subarray(from, from + rows);
      const counted = Float32Array.from(own, (label) => (label < 0 ? 0 : 1));
      await sums.add(z, new Float32Array(rows), counted, signal);
      own.forEach((label, row) => {
        if (label < 0) return;
        counts[label]++;
        addRow(offsets, label * width, z, row * width, width);
      });
      from += rows;
    }
    const { zMean: mean, zz, weight } = sums.sums();
    counts.forEach((count, k) => {
      const of = k * width;
      for (let i = 0; i < width; i++) {
        offsets[of + i] = count === 0 ? 0 : offsets[of + i] / count - mean[i];
      }
    });
    const shares = counts.map((count) => count / weight);
    return {
      width,
      classes,
      mean: mean.slice(),
      shares,
      offsets,
      covariance: covarianceOf(zz, weight),
    };
  } finally {
    sums.dispose();
  }
}

/** A function of its own, as the loops of an asynchronous one are compiled late. */
function addRow(
  into: Float64Array,
  to: number,
  values: Float32Array,
  from: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) into[to + i] += values[from + i];
}

/**
 * The moments in the sums of a classifier by least squares, whose targets are −1 and 1: with one output
 * for each class, or one for two.
 */
export function momentsOfSums(sums: RidgeSums, classes: number): ClassMoments {
  const { width, units, weight, zMean, yMean, zy, zz } = sums;
  const shares = new Float64Array(classes);
  const offsets = new Float64Array(classes * width);
  for (let k = 0; k < classes; k++) {
    // Two classes share an output, which is 1 for the second.
    const isFirst = units < classes && k === 0;
    const [unit, sign] = units < classes ? [0, isFirst ? -1 : 1] : [k, 1];
    shares[k] = (1 + sign * yMean[unit]) / 2;
    if (shares[k] < 1e-12) continue;
    // Σ s·(z − z̄)·(y − ȳ) = 2·n_k·(m_k − z̄), since y − ȳ is 2 − 2·π_k in the class and −2·π_k elsewhere.
    const factor = sign / (2 * shares[k] * weight);
    for (let i = 0; i < width; i++) offsets[k * width + i] = factor * zy[i * units + unit];
  }
  const covariance = covarianceOf(zz, weight);
  return { width, classes, mean: zMean.slice(), shares, offsets, covariance };
}

const covarianceOf = (zz: Float64Array, weight: number) => zz.map((value) => value / weight);
