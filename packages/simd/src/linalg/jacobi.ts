import type { Simd } from '../simd.ts';
import { STEP_PRODUCTS64, type Steps } from '../steps.ts';
import type { Workspace } from './memory.ts';

const BLOCK = 8;
const MAX_SWEEPS = 60;
/** Multiplications for each number of a pair that is turned: the product, and both rows of X and of V. */
const PRODUCTS = 9;
// Rows whose squared length is below this count as zero: their products would vanish.
const SMALLEST = 1e-250;
// After this many sweeps only rows of noise still rotate: rows below a quarter eps of the largest
// then count as zero.
const PATIENCE = 10;

/**
 * One-sided Jacobi (Hestenes, 1958): rotates the n rows of X until they are orthogonal to each
 * other, and the rows of V in the same way. Then X's rows are scaled to length 1.
 *
 * @returns the lengths: the singular values, 0 for a row that is too short to scale.
 */
export function* orthogonalizeRows(
  simd: Simd,
  space: Workspace,
  { x, v, n, ld }: { x: number; v: number; n: number; ld: number },
): Steps<Float64Array> {
  const blocks = Math.max(2, 2 * Math.ceil(n / BLOCK / 2));
  const norms = space.zeros(n);
  const partial = space.alloc(blocks / 2);
  // The accuracy that rounding allows for a product of n numbers.
  const tolerance = Math.max(4, Math.sqrt(n)) * Number.EPSILON;
  // Fixed by the shape, so that the bits are the same on every number of threads.
  const parts = blocks / 2;
  let smallest = SMALLEST;
  for (let sweep = 0; ; sweep++) {
    if (sweep === MAX_SWEEPS) throw new Error('The singular values did not converge.');
    if (sweep === PATIENCE) {
      const largest = simd.f64(norms, n).reduce((max, square) => Math.max(max, square), 0);
      smallest = Math.max(SMALLEST, largest * (Number.EPSILON / 4) ** 2);
    }
    let turned = 0;
    for (let round = 0; round < blocks - 1; round++) {
      const args = [x, ld, n, v, ld, n, n, BLOCK, blocks, round, tolerance, smallest];
      const pairs = round === 0 ? BLOCK * (2 * BLOCK - 1) : BLOCK * BLOCK;
      const cost = (parts * pairs * PRODUCTS * n) / STEP_PRODUCTS64;
      const cut = simd.partsInSteps(cost, parts, parts);
      yield* simd.runSteps('jacobi64', () => [...args, norms, partial], cut, { inPlace: true });
      yield;
      for (const count of simd.f64(partial, parts)) turned += count;
    }
    if (turned === 0) break;
  }
  const values = simd.f64(norms, n).map((square) => (square < smallest ? 0 : Math.sqrt(square)));
  scaleRows(simd.f64(x, n * ld), n, ld, values);
  yield;
  // Each of thousands of rotations may change a length in its last digit.
  const turned = simd.f64(v, n * ld);
  scaleRows(
    turned,
    n,
    ld,
    values.map((_, i) => lengthOf(turned.subarray(i * ld, i * ld + n))),
  );
  return values;
}

function scaleRows(rows: Float64Array, n: number, ld: number, lengths: Float64Array): void {
  lengths.forEach((length, i) => {
    for (let j = i * ld; j < i * ld + n; j++) rows[j] = length === 0 ? 0 : rows[j] / length;
  });
}

function lengthOf(row: Float64Array): number {
  let sum = 0;
  for (const x of row) sum += x * x;
  return Math.sqrt(sum);
}
