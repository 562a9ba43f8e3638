import type { Steps } from '@kernel-methods/simd';
import type { MomentSums } from './numerics.ts';

/** The rows of a matrix that are corrected in a step: a few milliseconds of work. */
const ROWS = 256;

/** The sums of moments that need no product of matrices, about an origin. */
export interface TargetSums {
  weight: number;
  /** What is subtracted from targets: the mean of the first rows; absent before there are any. */
  origin?: Float64Array;
  readonly y: Float64Array;
  readonly yy: Float64Array;
}

export const noTargets = (outputs: number): TargetSums => ({
  weight: 0,
  y: new Float64Array(outputs),
  yy: new Float64Array(outputs),
});

/**
 * Adds rows of targets to their sums, in float64, and writes [y − origin, 1]·√s,
 * `rows × (outputs + 1)`: its product with √s·z is Σ s·z·(y − origin)ᵀ and, in the last column, Σ s·z.
 * One pass over z gives both.
 */
export function addTargets(
  sums: TargetSums,
  y: Float32Array,
  weights: Float32Array | undefined,
  out: Float32Array,
): void {
  const outputs = sums.y.length;
  const rows = out.length / (outputs + 1);
  sums.origin ??= meanOf(y, weights, rows, outputs);
  const origin = sums.origin ?? new Float64Array(outputs);
  for (let row = 0, at = 0, to = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    const root = Math.sqrt(weight);
    sums.weight += weight;
    for (let i = 0; i < outputs; i++) {
      const target = y[at++] - origin[i];
      sums.y[i] += weight * target;
      sums.yy[i] += weight * target * target;
      out[to++] = root * target;
    }
    out[to++] = root;
  }
}

/** The weighted mean of some rows; undefined if none has a weight. */
function meanOf(
  y: Float32Array,
  weights: Float32Array | undefined,
  rows: number,
  outputs: number,
): Float64Array | undefined {
  const mean = new Float64Array(outputs);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    if (weight === 0) continue;
    total += weight;
    for (let i = 0; i < outputs; i++)
      mean[i] += (weight / total) * (y[row * outputs + i] - mean[i]);
  }
  return total === 0 ? undefined : mean;
}

/**
 * All the sums, about their means. `cross` is `features × (outputs + 1)`, as the product with
 * [y − origin, 1] gives it; it and `square`, which is asked for before each step and of which the lower half is read,
 * are about `zOrigin`, 0 if left out.
 */
export function* momentSumsSteps(
  { weight, origin, y, yy }: TargetSums,
  cross: Float64Array,
  square: () => Float64Array,
  zOrigin?: ArrayLike<number>,
): Steps<MomentSums> {
  const outputs = y.length;
  const features = cross.length / (outputs + 1);
  const zMean = new Float64Array(features);
  const zy = new Float64Array(features * outputs);
  // Σ s·(z − origin) / √Σ s: its products are the excess of the sums.
  const root = weight === 0 ? 1 : Math.sqrt(weight);
  const excess = new Float64Array(features);
  for (let row = 0, at = 0; row < features; row++) {
    const sum = cross[row * (outputs + 1) + outputs];
    excess[row] = sum / root;
    zMean[row] = (zOrigin?.[row] ?? 0) + sum / (weight || 1);
    for (let i = 0; i < outputs; i++, at++) {
      zy[at] = cross[row * (outputs + 1) + i] - (excess[row] / root) * y[i];
    }
  }
  const zz = new Float64Array((features * (features + 1)) / 2);
  for (let first = 0, to = 0; first < features; first += ROWS) {
    if (first > 0) yield;
    const sums = square();
    const end = Math.min(first + ROWS, features);
    for (let row = first; row < end; row++) {
      const own = excess[row];
      for (let column = 0, at = row * features; column <= row; column++, at++, to++) {
        zz[to] = sums[at] - own * excess[column];
      }
    }
  }
  return {
    weight,
    zMean,
    yMean: y.map((sum, i) => (origin?.[i] ?? 0) + sum / (weight || 1)),
    zz,
    zy,
    yy: yy.map((square, i) => square - (y[i] / (weight || 1)) * y[i]),
  };
}
