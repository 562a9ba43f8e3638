import {
  choleskySolveAt,
  choleskyStepsAt,
  getSimd,
  matmul64StepsAt,
  type Steps,
} from '@kernel-methods/simd';
import type { BlockVector } from './block-vector.ts';

interface System {
  readonly layout: BlockVector;
  /** Rows of features with a 1 after each for the bias, row-major. */
  readonly rows: Float32Array;
  /**
   * The weighted second derivatives with respect to one output and every output, `rows × units`.
   */
  secondBy(unit: number): Float64Array;
  readonly gradient: Float64Array;
  readonly l2: number;
}

/**
 * The most unknowns, and rows, for which the whole Hessian is built: it is factored in about ten
 * milliseconds.
 */
const UNKNOWNS = 640;
const ROWS = 1024;

/** Whether the Hessian of coupled outputs is small enough to be factored. */
export const isDense = ({ units, blocks, width }: BlockVector, rows: number): boolean =>
  blocks < units && units * (width + 1) <= UNKNOWNS && rows <= ROWS;

/**
 * The share of the mean diagonal that is added to the diagonal: a constant added to all biases of a
 * softmax has no curvature.
 */
const RIDGE = 1e-12;

/**
 * H·x = −g with the whole Hessian of all outputs, block (k, l) of which is Σ s·h_kl·z·zᵀ, factored
 * in float64; undefined if rounding makes it indefinite.
 */
export function* denseStep(system: System): Steps<Float64Array | undefined> {
  const { layout, rows, gradient, l2 } = system;
  const { units, width } = layout;
  const size = width + 1;
  const n = units * size;
  const count = rows.length / size;
  const simd = getSimd();
  const pointers: number[] = [];
  const alloc = (numbers: number) => {
    pointers.push(simd.alloc(8 * numbers));
    return pointers.at(-1) as number;
  };
  try {
    const [h, z, weighted, b] = [n * n, count * size, count * size, n].map(alloc);
    simd.f64(z, count * size).set(rows);
    for (let k = 0; k < units; k++) {
      const second = system.secondBy(k);
      for (let l = 0; l <= k; l++) {
        const to = simd.f64(weighted, count * size);
        for (let row = 0, at = 0; row < count; row++) {
          const factor = second[row * units + l];
          for (let i = 0; i < size; i++, at++) to[at] = factor * rows[at];
        }
        const out = h + 8 * (k * size * n + l * size);
        const shape = { m: size, n: size, k: count, ldout: n, transposeA: true, lower: k === l };
        yield* matmul64StepsAt(simd, { ...shape, a: z, b: weighted, out });
      }
    }
    const matrix = simd.f64(h, n * n);
    let trace = 0;
    for (let i = 0; i < n; i++) {
      if (i % size !== width) matrix[i * (n + 1)] += l2;
      trace += matrix[i * (n + 1)];
    }
    for (let i = 0; i < n; i++) matrix[i * (n + 1)] += (RIDGE * trace) / n;
    yield* choleskyStepsAt(simd, h, n, { maxJitter: 0 });
    simd.f64(b, n).set(gradient.map((value) => -value));
    choleskySolveAt(simd, { a: h, b, n, columns: 1, factored: true });
    return simd.f64(b, n).slice();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    for (const pointer of pointers) simd.free(pointer);
  }
}
