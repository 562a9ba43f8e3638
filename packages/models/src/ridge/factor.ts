import { choleskyStepsAt, type Simd, type Steps } from '@kernel-methods/simd';
import type { RidgeSums } from './sums.ts';

export interface RidgeFactor {
  /** Pointer to the lower triangle L, `width × width` float64: L·Lᵀ = ZcᵀZc + added·I. */
  readonly l: number;
  /** alpha + jitter. */
  readonly added: number;
  /** What was added to the diagonal in addition to alpha. */
  readonly jitter: number;
  /** The number of features that are left out because they are constant. */
  readonly dropped: number;
  /** Frees the memory. */
  free(): void;
}

/** The share of a float32 sum that may be rounding. */
const ROUNDING = 2 ** -23;
/**
 * A feature that deviates from its mean by a smaller share of the mean counts as constant, because
 * of the resolution of float32.
 */
export const CONSTANT = 2 ** -22;

/**
 * Factors ZcᵀZc + alpha·I in simd's memory.
 *
 * In exact arithmetic no pivot is below what was added to the diagonal. A pivot below half of that,
 * or below rounding, means that the products of float32 numbers are not exact enough. Then a jitter
 * is added, which grows by factors of ten. It starts from alpha or, if alpha is below rounding (for
 * example, 0 with fewer rows than features), from √ε of the mean diagonal, where the change by the
 * jitter is about as large as that by rounding.
 *
 * A constant feature is left out if its rounding exceeds what is added: its row of the matrix is
 * then zero except for what is added, or that of the identity if nothing is.
 *
 * @throws RangeError if a sum is not finite, or there are no rows.
 */
export function* factorSteps(simd: Simd, sums: RidgeSums, alpha: number): Steps<RidgeFactor> {
  checkSums(sums);
  const { width } = sums;
  const mean = varyingSquares(sums, alpha).reduce((sum, value) => sum + value / width, 0) || 1;
  const dropped = constantCount(sums);
  const first = alpha >= ROUNDING * mean ? alpha : Math.sqrt(ROUNDING) * mean;
  const l = simd.alloc(8 * width * width);
  let isFactored = false;
  try {
    for (let jitter = 0; ; jitter = jitter === 0 ? first : 10 * jitter) {
      if (jitter > 10 * Math.max(mean, alpha)) {
        throw new Error(`The features' Gram matrix has no Cholesky factor, even with ${jitter}.`);
      }
      const added = alpha + jitter;
      yield* centredGram(simd, sums, l, added);
      const squares = varyingSquares(sums, added);
      if (added === 0) {
        const matrix = simd.f64(l, width * width);
        for (let i = 0; i < width; i++) if (squares[i] === 0) matrix[i * (width + 1)] = 1;
      }
      yield;
      const isDefinite = yield* factorInPlace(simd, l, width);
      if (isDefinite && pivotsHold(simd.f64(l, width * width), squares, added)) {
        isFactored = true;
        return { l, added, jitter, dropped, free: () => simd.free(l) };
      }
    }
  } finally {
    if (!isFactored) simd.free(l);
  }
}

/**
 * Cholesky without jitter.
 *
 * @returns whether A is positive definite up to rounding; if not, A is overwritten without a
 * result.
 */
export function* factorInPlace(simd: Simd, a: number, n: number): Steps<boolean> {
  try {
    yield* choleskyStepsAt(simd, a, n, { maxJitter: 0 });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The rows of a matrix that plain loops process in a step: a few milliseconds of work. */
const ROWS = 256;

/**
 * Writes the lower triangle of ZcᵀZc + added·I in simd's memory, row-major, without constant
 * features.
 */
export function* centredGram(simd: Simd, sums: RidgeSums, out: number, added: number): Steps<void> {
  const { width, zz } = sums;
  const constant = constantFeatures(sums, added);
  const columns = [...constant.keys()].filter((column) => constant[column]);
  for (let row = 0, at = 0; row < width; row++) {
    const values = simd.f64(out + 8 * row * width, row + 1);
    if (constant[row]) values.fill(0);
    else values.set(zz.subarray(at, at + row + 1));
    for (const column of columns) if (column < row) values[column] = 0;
    values[row] += added;
    at += row + 1;
    if (row % ROWS === ROWS - 1) yield;
  }
}

/** Zcᵀ·Yc, row-major `width × units`: zero for features that `centredGram` leaves out. */
export function centredCross(sums: RidgeSums, added: number): Float64Array {
  const { units } = sums;
  const out = sums.zy.slice();
  constantFeatures(sums, added).forEach((isConstant, i) => {
    if (isConstant) out.fill(0, i * units, (i + 1) * units);
  });
  return out;
}

/** @throws RangeError if a sum is not finite, or there are no rows. */
export function checkSums(sums: RidgeSums): void {
  const { weight, zMean, yMean, yy, zy } = sums;
  if (!(weight > 0)) {
    throw new RangeError(`\`weight\` of all rows must be above 0. Received: ${weight}.`);
  }
  // A number that is not finite also makes the square of its column not finite.
  const areFinite = [diagonalOf(sums), zMean, yMean, yy, zy].every((all) =>
    all.every(Number.isFinite),
  );
  if (!areFinite) {
    throw new RangeError(
      '`z` and `y` must hold finite numbers only. Received: a sum that is not finite.',
    );
  }
}

/** The number of features that are constant in float32. */
export const constantCount = (sums: RidgeSums): number =>
  constantFeatures(sums, 0).filter(Boolean).length;

const pivotsHold = (l: Float64Array, squares: Float64Array, added: number) =>
  squares.every(
    (square, i) => l[i * (squares.length + 1)] ** 2 >= Math.max(added, ROUNDING * square) / 2,
  );

const diagonalOf = ({ width, zz }: RidgeSums) =>
  Float64Array.from({ length: width }, (_, i) => zz[(i * (i + 3)) / 2]);

function constantFeatures(sums: RidgeSums, added: number): boolean[] {
  const { weight, zMean } = sums;
  return Array.from(diagonalOf(sums), (square, i) => {
    const rounding = weight * (CONSTANT * zMean[i]) ** 2;
    return added <= rounding && square <= rounding;
  });
}

/** The diagonal of ZcᵀZc; 0 for features that are constant. */
function varyingSquares(sums: RidgeSums, added: number): Float64Array {
  const constant = constantFeatures(sums, added);
  return diagonalOf(sums).map((square, i) => (constant[i] ? 0 : square));
}
