import type { Steps } from '@kernel-methods/simd';
import type { SparseRows } from '@kernel-methods/tables';
import { CONSTANT } from './factor.ts';

/** The products of a step: a few milliseconds of work. */
const PRODUCTS = 2 ** 21;

/** What centring takes from sparse rows, which stay as they are: Σ s·z / Σ s, and their weights. */
interface Centring {
  readonly weights: Float32Array;
  readonly mean: Float64Array;
}

export function sparseMean(z: SparseRows, weights: Float32Array, weight: number): Float64Array {
  const mean = new Float64Array(z.shape[1]);
  weights.forEach((own, row) => {
    for (let at = z.indptr[row]; at < z.indptr[row + 1]; at++) {
      mean[z.indices[at]] += (own / weight) * z.values[at];
    }
  });
  return mean;
}

/** X·Xᵀ for X = √s·(z − z̄), its lower triangle, in float64 and without the rows of X. */
export function* sparseGramSteps(
  z: SparseRows,
  { weights, mean }: Centring,
): Steps<Float64Array<ArrayBuffer>> {
  const { indptr, indices, values, shape } = z;
  const [count, width] = shape;
  const gram = new Float64Array(count * count);
  const alongMean = new Float64Array(count);
  for (let row = 0; row < count; row++) alongMean[row] = rowTimes(z, row, mean);
  const ofMean = mean.reduce((sum, value) => sum + value * value, 0);
  const own = new Float64Array(width);
  for (let row = 0, done = 0; row < count; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) own[indices[at]] = values[at];
    for (let other = 0; other <= row; other++) {
      const product = rowTimes(z, other, own) - alongMean[row] - alongMean[other] + ofMean;
      gram[row * count + other] = Math.sqrt(weights[row] * weights[other]) * product;
    }
    for (let at = indptr[row]; at < indptr[row + 1]; at++) own[indices[at]] = 0;
    done += indptr[row + 1];
    if (done < PRODUCTS) continue;
    done = 0;
    yield;
  }
  return gram;
}

/** Xᵀ·A for A of `count × units`: `width × units`. */
export function* sparseBackSteps(
  z: SparseRows,
  { weights, mean }: Centring,
  a: Float64Array,
): Steps<Float64Array> {
  const { indptr, indices, values, shape } = z;
  const [count, width] = shape;
  const units = a.length / count;
  const out = new Float64Array(width * units);
  const sums = new Float64Array(units);
  for (let row = 0, done = 0; row < count; row++) {
    const root = Math.sqrt(weights[row]);
    for (let unit = 0; unit < units; unit++) sums[unit] += root * a[row * units + unit];
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const factor = root * values[at];
      const to = indices[at] * units;
      for (let unit = 0; unit < units; unit++) out[to + unit] += factor * a[row * units + unit];
    }
    done += (indptr[row + 1] - indptr[row]) * units;
    if (done < PRODUCTS) continue;
    done = 0;
    yield;
  }
  for (let i = 0; i < width; i++) {
    for (let unit = 0; unit < units; unit++) out[i * units + unit] -= mean[i] * sums[unit];
  }
  return out;
}

/** The number of columns that deviate from their mean by less than float32 resolves. */
export function sparseConstants(z: SparseRows, { weights, mean }: Centring): number {
  const squares = new Float64Array(mean.length);
  const zeros = new Float64Array(mean.length).fill(weights.reduce((sum, own) => sum + own, 0));
  const weight = zeros[0];
  weights.forEach((own, row) => {
    for (let at = z.indptr[row]; at < z.indptr[row + 1]; at++) {
      const column = z.indices[at];
      squares[column] += own * (z.values[at] - mean[column]) ** 2;
      zeros[column] -= own;
    }
  });
  return squares.filter((square, i) => {
    const all = square + Math.max(0, zeros[i]) * mean[i] ** 2;
    return all <= weight * (CONSTANT * mean[i]) ** 2;
  }).length;
}

function rowTimes({ indptr, indices, values }: SparseRows, row: number, x: Float64Array): number {
  let sum = 0;
  for (let at = indptr[row]; at < indptr[row + 1]; at++) sum += values[at] * x[indices[at]];
  return sum;
}
