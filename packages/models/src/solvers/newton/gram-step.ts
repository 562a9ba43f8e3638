import {
  choleskySolveAt,
  choleskyStepsAt,
  getSimd,
  matmul64StepsAt,
  type Simd,
  type Steps,
} from '@kernel-methods/simd';

interface System {
  /** `gramOf` the rows. */
  readonly gram: Float64Array;
  /** Scores, derivatives and second derivatives of the loss, `rows × units`, weighted. */
  readonly scores: ArrayLike<number>;
  readonly slopes: Float64Array;
  readonly second: ArrayLike<number>;
  readonly units: number;
  /** Whether an output is wanted. */
  readonly isOpen: (unit: number) => boolean;
  readonly l2: number;
}

/** Heads as sums of the rows, W = βᵀ·Z. */
export interface RowCoefficients {
  /** `rows × units`. */
  readonly beta: Float64Array;
  readonly bias: Float64Array;
}

/** The most rows: their Gram matrix has 32 MiB, and its factor takes a tenth of a second. */
const ROWS = 2048;

/** Whether the Gram matrix of the rows is smaller than what it replaces. */
export const hasGram = (rows: number, width: number): boolean => rows <= ROWS && rows <= 2 * width;

/**
 * Z·Zᵀ + 1 in float64, the lower triangle. Coefficients have the sum 0, so that they do not see the 1.
 *
 * @param values the rows with a 1 after each.
 */
export function* gramOf(values: Float32Array, rows: number): Steps<Float64Array> {
  const simd = getSimd();
  const size = values.length / rows;
  const z = simd.alloc(8 * values.length);
  try {
    const out = simd.alloc(8 * rows * rows);
    try {
      for (let from = 0; from < values.length; from += NUMBERS) {
        simd.f64(z, values.length).set(values.subarray(from, from + NUMBERS), from);
        yield;
      }
      const shape = { m: rows, n: rows, k: size, transposeB: true, lower: true };
      yield* matmul64StepsAt(simd, { ...shape, a: z, b: z, out });
      return simd.f64(out, rows * rows).slice();
    } finally {
      simd.free(out);
    }
  } finally {
    simd.free(z);
  }
}

/** The numbers that are copied at a time. */
const NUMBERS = 2 ** 20;

/**
 * The minima of the quadratic models of outputs by themselves, as coefficients of the rows: with scores f,
 * derivatives g and second derivatives d of the rows, −l2·β = g + d·(K·β + b − f) and Σβ = 0. Where d is 0
 * this is β itself; the other rows S remain, (√d·K·√d + l2)·γ + √d·b = √d·(f − K·β₀) − g/√d with
 * β = √d·γ, which is factored. A row whose loss is flat costs nothing.
 *
 * Undefined if rounding makes a matrix indefinite, or no row is curved.
 *
 * Chapelle, "Training a support vector machine in the primal", Neural Computation 19, 2007.
 */
export function* gramStep(system: System): Steps<RowCoefficients | undefined> {
  const { scores, slopes, second, units, isOpen, l2, gram } = system;
  const rows = scores.length / units;
  const simd = getSimd();
  const beta = new Float64Array(rows * units);
  const bias = new Float64Array(units);
  const factor = new Factor(simd);
  try {
    for (let unit = 0; unit < units; unit++) {
      if (!isOpen(unit)) continue;
      const roots = new Float64Array(rows);
      for (let row = 0, at = unit; row < rows; row++, at += units) {
        roots[row] = Math.sqrt(Math.max(0, second[at]));
        if (roots[row] === 0) beta[at] = -slopes[at] / l2;
      }
      if (!(yield* factor.take(gram, roots, l2))) return undefined;
      const { curved } = factor;
      const flat = flatRows(beta, roots, unit, units);
      let sum = 0;
      for (const row of flat) sum += beta[row * units + unit];
      const right = new Float64Array(2 * curved.length);
      curved.forEach((row, i) => {
        let score = scores[row * units + unit];
        for (const other of flat)
          score -= numberAt(gram, rows, row, other) * beta[other * units + unit];
        right[2 * i] = roots[row] * score - slopes[row * units + unit] / roots[row];
        right[2 * i + 1] = roots[row];
      });
      yield;
      factor.solve(right);
      let [along, ones] = [0, 0];
      curved.forEach((row, i) => {
        along += roots[row] * right[2 * i];
        ones += roots[row] * right[2 * i + 1];
      });
      const b = (along + sum) / ones;
      bias[unit] = b;
      curved.forEach((row, i) => {
        beta[row * units + unit] = roots[row] * (right[2 * i] - b * right[2 * i + 1]);
      });
    }
    return { beta, bias };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    factor.dispose();
  }
}

/** The rows without curvature that have a coefficient. */
function flatRows(beta: Float64Array, roots: Float64Array, unit: number, units: number): number[] {
  const flat: number[] = [];
  for (let row = 0; row < roots.length; row++) {
    if (roots[row] === 0 && beta[row * units + unit] !== 0) flat.push(row);
  }
  return flat;
}

const numberAt = (gram: Float64Array, rows: number, i: number, j: number) =>
  i < j ? gram[j * rows + i] : gram[i * rows + j];

/** √d·K·√d + l2 of the curved rows, factored; kept for the next output, which at zero has the same. */
class Factor {
  readonly #simd: Simd;
  #pointer = 0;
  #roots: Float64Array = new Float64Array();
  curved: readonly number[] = [];

  constructor(simd: Simd) {
    this.#simd = simd;
  }

  /**
   * @returns false if no row is curved.
   * @throws RangeError if the matrix is not positive definite.
   */
  *take(gram: Float64Array, roots: Float64Array, l2: number): Steps<boolean> {
    if (this.#pointer !== 0 && roots.every((root, row) => root === this.#roots[row])) return true;
    this.dispose();
    const rows = roots.length;
    const curved: number[] = [];
    for (let row = 0; row < rows; row++) if (roots[row] > 0) curved.push(row);
    const n = curved.length;
    if (n === 0) return false;
    this.#pointer = this.#simd.alloc(8 * n * n);
    let matrix = this.#simd.f64(this.#pointer, n * n);
    for (let i = 0, done = 0; i < n; i++) {
      const [from, to, root] = [curved[i] * rows, i * n, roots[curved[i]]];
      for (let j = 0; j <= i; j++)
        matrix[to + j] = root * roots[curved[j]] * gram[from + curved[j]];
      matrix[to + i] += l2;
      done += i;
      if (done > NUMBERS) {
        yield;
        // The memory may have moved meanwhile.
        matrix = this.#simd.f64(this.#pointer, n * n);
        done = 0;
      }
    }
    yield;
    yield* choleskyStepsAt(this.#simd, this.#pointer, n, { maxJitter: 0 });
    this.#roots = roots;
    this.curved = curved;
    return true;
  }

  /** Solves for two columns, in place. */
  solve(right: Float64Array): void {
    const n = right.length / 2;
    const b = this.#simd.alloc(16 * n);
    try {
      this.#simd.f64(b, 2 * n).set(right);
      choleskySolveAt(this.#simd, { a: this.#pointer, b, n, columns: 2, factored: true });
      right.set(this.#simd.f64(b, 2 * n));
    } finally {
      this.#simd.free(b);
    }
  }

  dispose(): void {
    if (this.#pointer !== 0) this.#simd.free(this.#pointer);
    this.#pointer = 0;
  }
}
