import { getSimd, type Steps } from '@kernel-methods/simd';
import type { RidgeAccumulator } from '../ridge/accumulator.ts';
import { scaledInverse, squaredDistances } from '../ridge/distances.ts';
import { CONSTANT, factorSteps } from '../ridge/factor.ts';
import type { RowSample } from '../ridge/row-sample.ts';
import type { RidgeSums } from '../ridge/sums.ts';
import type { OwnHead } from '../solvers/solver.ts';
import { DistanceHead } from './distance-head.ts';
import { lowestShare, ROUNDING } from './threshold.ts';

/** How distances are measured. */
export interface Measure {
  /** Whether they are measured from the mean of the rows, or from 0. */
  readonly centred: boolean;
  /** What is added to the variance in each direction, as a share of the sum of all variances. */
  readonly floor: number;
  /** The share of new rows of the known kind that may lie beyond the threshold. */
  readonly nu: number;
}

/** Rows of features, by their sums, and a sample of them. */
interface DistanceRows {
  readonly accumulator: RidgeAccumulator;
  readonly sample: RowSample;
}

/** A head that measures distances, and what it adds to the variance in each direction. */
export interface DistanceSolution {
  readonly ownHead: OwnHead;
  readonly added: number;
  /** The mean squared distance of rows, each from all others. */
  readonly loss: number;
}

/**
 * The head −‖√n·L⁻¹(z − c)‖² − threshold, L·Lᵀ = Σ s·(z − c)(z − c)ᵀ + n·added·I, n = Σ s.
 *
 * The threshold is that of distances of a sample of rows, each from all rows but itself. These follow
 * from the distances from all rows in closed form (`leaveOut`).
 */
export function* distanceSteps(
  { accumulator, sample }: DistanceRows,
  { centred, floor, nu }: Measure,
): Steps<DistanceSolution> {
  const sums = yield* accumulator.sumsSteps();
  const { width, weight } = sums;
  const simd = getSimd();
  const added = floor * varianceOf(sums);
  const centre = centred ? sums.zMean : new Float64Array(width);
  const factor = yield* factorSteps(simd, centred ? sums : about0(sums), weight * added);
  try {
    const { z, weights } = sample.rows;
    const inside = yield* squaredDistances(simd, factor.l, z, centre);
    const outside = inside.map((h, row) =>
      leaveOut(h, (weights?.[row] ?? 1) / weight, weight, centred),
    );
    const kernel = yield* scaledInverse(simd, factor.l, width, Math.sqrt(weight));
    const total = outside.reduce((sum, value) => sum + value, 0);
    const threshold = lowestShare(
      outside.map((value) => -value),
      nu,
      weights,
    );
    return {
      added: factor.added / weight,
      loss: total / outside.length,
      ownHead: {
        create: () => new DistanceHead({ name: 'head' }),
        weights: [
          { values: kernel, shape: [width, width] },
          { values: Float32Array.from(centre), shape: [width] },
          { values: Float32Array.of(-threshold), shape: [1] },
        ],
      },
    };
  } finally {
    factor.free();
  }
}

/**
 * n·h of a row that is among the rows, h = cᵀA⁻¹c, as it would be without the row.
 *
 * Without a row of the share w of all weights, the sum of products loses k·s·ccᵀ, where k = 1/(1 − w)
 * because the mean moves too, and the row's distance from the mean grows by k. So Sherman's and
 * Morrison's formula gives h' = k²·h / (1 − k·s·h). About 0 nothing moves, and k = 1.
 *
 * If there is only one row, nothing remains without it, so it is measured from itself.
 */
function leaveOut(h: number, share: number, weight: number, centred: boolean): number {
  if (share >= 1) return weight * h * (1 + ROUNDING);
  const k = centred ? 1 / Math.max(1e-6, 1 - share) : 1;
  // If a row alone spans its direction, the difference would be rounding.
  const left = Math.max(1e-9, 1 - k * share * weight * h);
  return ((1 - share) * weight * k * k * h) / left;
}

/** The sum of the variances in all directions, at least what float32 tells from none. */
function varianceOf({ zz, width, weight, zMean }: RidgeSums): number {
  let [sum, length] = [0, 0];
  for (let i = 0; i < width; i++) {
    sum += zz[(i * (i + 3)) / 2] / weight;
    length += zMean[i] * zMean[i];
  }
  return Math.max(sum, CONSTANT ** 2 * length) || 1;
}

/** The sums about 0 instead of the mean. */
function about0(sums: RidgeSums): RidgeSums {
  const { width, weight, zMean } = sums;
  const zz = sums.zz.slice();
  for (let i = 0, at = 0; i < width; i++) {
    for (let j = 0; j <= i; j++, at++) zz[at] += weight * zMean[i] * zMean[j];
  }
  return { ...sums, zz, zMean: new Float64Array(width) };
}
