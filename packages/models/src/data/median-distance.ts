import { atOnce, type Steps } from '@kernel-methods/simd';

/**
 * The median distance between rows, the usual first choice of a kernel's length scale: at this
 * distance a gaussian kernel is exp(−1/2). Pairs of equal rows do not count; if all rows are equal
 * the result is 1.
 *
 * It is exact over all pairs of the given rows.
 *
 * @param values row-major @param norm 1 or 2
 */
export const medianDistance = (values: Float32Array, rows: number, norm: 1 | 2): number =>
  atOnce(medianDistanceSteps(values, rows, norm));

/** The numbers that are compared in a step: a few milliseconds of work. */
const NUMBERS = 2 ** 21;

/** The same, in steps. */
export function* medianDistanceSteps(
  values: Float32Array,
  rows: number,
  norm: 1 | 2,
): Steps<number> {
  const width = values.length / rows;
  const distances = new Float64Array((rows * (rows - 1)) / 2);
  let pairs = 0;
  let compared = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const distance = distanceOf(values, i * width, j * width, width, norm);
      if (distance > 0) distances[pairs++] = distance;
    }
    compared += i * width;
    if (compared < NUMBERS) continue;
    compared = 0;
    yield;
  }
  if (pairs === 0) return 1;
  const sorted = distances.subarray(0, pairs).sort();
  const middle = pairs >> 1;
  const median = pairs % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return Math.min(Math.max(median, 1e-30), 1e30);
}

function distanceOf(
  values: Float32Array,
  a: number,
  b: number,
  width: number,
  norm: 1 | 2,
): number {
  let sum = 0;
  if (norm === 1) for (let c = 0; c < width; c++) sum += Math.abs(values[a + c] - values[b + c]);
  else for (let c = 0; c < width; c++) sum += (values[a + c] - values[b + c]) ** 2;
  return norm === 1 ? sum : Math.sqrt(sum);
}
