import { choleskyStepsAt, getSimd, gramStepsAt, type Steps } from '@kernel-methods/simd';

interface Options {
  /** The rows' coordinates along the leading eigenvectors, row-major `rows × rank`. */
  readonly along: Float32Array;
  /** The eigenvalues in descending order. */
  readonly values: Float64Array;
  readonly units: number;
  readonly l2: number;
}

/** The number of rows that each output sums exactly: those of its own class, and similar ones. */
const ROWS = 128;

/**
 * The Hessian of each output along the leading eigenvectors, as a Cholesky factor L; in all other
 * directions it is a number, the floor.
 *
 * The loss of one among many classes is curved mostly in its own rows and similar ones, so that its
 * Hessian is far from a multiple of all rows' mean product. These rows are summed exactly, and the
 * mean represents the others.
 */
export class OutputFactors {
  readonly #options: Options;
  /** Lower triangles, row by row, one after the other. */
  readonly #factors: Float32Array;
  readonly #floors: Float64Array;

  constructor(options: Options) {
    const { values, units } = options;
    this.#options = options;
    this.#factors = new Float32Array(units * triangle(values.length));
    this.#floors = new Float64Array(units);
  }

  /** One per output. */
  get floors(): Float64Array {
    return this.#floors;
  }

  /** Takes the weighted second derivatives of the loss, `rows × units`; one output per step. */
  *update(second: Float32Array): Steps<void> {
    const { along, values, units } = this.#options;
    const rank = values.length;
    const rows = along.length / rank;
    const simd = getSimd();
    const count = Math.min(ROWS, rows);
    const z = simd.alloc(4 * count * rank);
    let gram = 0;
    try {
      gram = simd.alloc(8 * rank * rank);
      for (let unit = 0; unit < units; unit++) {
        const own = Float32Array.from({ length: rows }, (_, row) => second[row * units + unit]);
        const chosen = largest(own, count);
        const picked = simd.f32(z, count * rank).fill(0);
        let rest = own.reduce((sum, value) => sum + value, 0);
        chosen.forEach((row, i) => {
          const root = Math.sqrt(own[row]);
          rest -= own[row];
          for (let j = 0; j < rank; j++) picked[i * rank + j] = root * along[row * rank + j];
        });
        yield* gramStepsAt(simd, { z, n: count, d: rank, out: gram, float64: true });
        yield* this.#factor(unit, gram, Math.max(0, rest));
        yield;
      }
    } finally {
      if (gram !== 0) simd.free(gram);
      simd.free(z);
    }
  }

  /** x ← x − √floor·L⁻¹·x for each output, or with L⁻ᵀ; x is `rank × units`. */
  shrink(x: Float32Array, { transposed }: { transposed: boolean }): void {
    const { values, units } = this.#options;
    const rank = values.length;
    const size = triangle(rank);
    const part = new Float64Array(rank);
    for (let unit = 0; unit < units; unit++) {
      const root = Math.sqrt(this.#floors[unit]);
      const l = this.#factors.subarray(unit * size, (unit + 1) * size);
      for (let i = 0; i < rank; i++) part[i] = x[i * units + unit];
      if (transposed) solveTransposed(l, part);
      else solve(l, part);
      for (let i = 0; i < rank; i++) x[i * units + unit] -= root * part[i];
    }
  }

  /** Factors the sum over these rows, with the mean for the others, and l2. */
  *#factor(unit: number, gram: number, rest: number): Steps<void> {
    const { values, l2 } = this.#options;
    const simd = getSimd();
    const rank = values.length;
    const floor = rest * values[rank - 1] + l2 || 1;
    const matrix = simd.f64(gram, rank * rank);
    for (let i = 0; i < rank; i++) matrix[i * (rank + 1)] += rest * values[i] + l2 || 1;
    yield* choleskyStepsAt(simd, gram, rank);
    const l = simd.f64(gram, rank * rank);
    for (let i = 0, at = unit * triangle(rank); i < rank; i++) {
      this.#factors.set(l.subarray(i * rank, i * rank + i + 1), at);
      at += i + 1;
    }
    this.#floors[unit] = floor;
  }
}

const triangle = (rank: number) => (rank * (rank + 1)) / 2;

/** The indices of the largest positive numbers, at most `count`. */
function largest(values: Float32Array, count: number): number[] {
  // A heap of the largest numbers so far, with the smallest of them on top.
  const heap: number[] = [];
  const sink = (start: number) => {
    for (let at = start; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && values[heap[child]] < values[heap[least]]) least = child;
      }
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least], heap[at]];
      at = least;
    }
  };
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] > 0)) continue;
    if (heap.length < count) {
      heap.push(i);
      if (heap.length === count) for (let at = count >> 1; at >= 0; at--) sink(at);
    } else if (values[i] > values[heap[0]]) {
      heap[0] = i;
      sink(0);
    }
  }
  return heap.sort((a, b) => a - b);
}

function solve(l: Float32Array, x: Float64Array): void {
  for (let i = 0, at = 0; i < x.length; i++) {
    let sum = x[i];
    for (let j = 0; j < i; j++, at++) sum -= l[at] * x[j];
    x[i] = sum / l[at++];
  }
}

function solveTransposed(l: Float32Array, x: Float64Array): void {
  for (let i = x.length - 1, row = triangle(i); i >= 0; row -= i, i--) {
    x[i] /= l[row + i];
    const value = x[i];
    for (let j = 0; j < i; j++) x[j] -= l[row + j] * value;
  }
}
