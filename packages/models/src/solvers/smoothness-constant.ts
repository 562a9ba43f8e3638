import type { Loss } from '@kernel-methods/losses';
import { createRandom, type Random } from '@kernel-methods/random';

const ROWS = 256;
const ITERATIONS = 12;

/**
 * The largest curvature of a loss: the largest eigenvalue of a row's Hessian, by power iterations,
 * over predictions where losses are curved most: at the target, far from it, and between ties. For
 * a loss without a second derivative it is the length of the longest gradient: a step of
 * 1 / (curvature·‖z‖²) on a single row then moves its predictions by at most 1.
 */
export function smoothnessConstant(
  loss: Loss,
  targets: Float32Array,
  units: number,
  /** The unit of the targets. */
  unit = 1,
): number {
  const random = createRandom(0).stream('curvature');
  const some = targets.subarray(0, ROWS * units);
  const rows = ROWS * units;
  const batch = {
    targets: Float32Array.from({ length: rows }, (_, at) => some[at % some.length] / unit),
    predictions: new Float32Array(rows),
    units,
  };
  batch.predictions.set(batch.targets.map((target) => nearOrFar(target, random)));
  const out = new Float64Array(rows);
  if (loss.hessianProduct === undefined) return normalize(loss.gradient(batch, out), units);
  const direction = Float64Array.from(out, () => random.normal());
  let curvature = 0;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    normalize(direction, units);
    direction.set(loss.hessianProduct(batch, direction, out));
    curvature = Math.max(curvature, normalize(out, units));
  }
  return curvature;
}

const nearOrFar = (target: number, random: Random): number =>
  [0, target, -target, 8, -8][random.integer(5)];

/** Normalizes each row to length 1 unless it is 0, and returns the largest length. */
function normalize(rows: Float64Array, units: number): number {
  let largest = 0;
  for (let start = 0; start < rows.length; start += units) {
    const row = rows.subarray(start, start + units);
    const length = Math.hypot(...row);
    largest = Math.max(largest, length);
    if (length > 0) for (let i = 0; i < units; i++) row[i] /= length;
  }
  return largest;
}
