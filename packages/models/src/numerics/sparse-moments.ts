import type { Steps } from '@kernel-methods/simd';
import type { SparseRows } from '@kernel-methods/tables';

/** The products of a step: a few milliseconds of work. */
const PRODUCTS = 2 ** 21;

interface Sums {
  /** Σ s·z·zᵀ, `width × width`: its upper half. */
  readonly gram: Float64Array;
  /** Σ √s·z·tᵀ, `width × outputs`. */
  readonly cross: Float64Array;
}

/**
 * Adds the products of sparse rows with themselves, times their weights s, and with targets t, times
 * the roots of these, in float64.
 *
 * @param sums returns the sums, which a step may have moved.
 */
export function* addSparseProductsSteps(
  { indptr, indices, values, shape }: SparseRows,
  targets: Float32Array,
  weights: Float32Array | undefined,
  sums: () => Sums,
): Steps<void> {
  const [count, width] = shape;
  const outputs = targets.length / Math.max(1, count);
  let { gram, cross } = sums();
  for (let row = 0, done = 0; row < count; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    const root = Math.sqrt(weight);
    const [start, end] = [indptr[row], indptr[row + 1]];
    // A row of weight 0 must not give 0·∞ = NaN.
    for (let i = weight === 0 ? end : start; i < end; i++) {
      const own = weight * values[i];
      const at = indices[i] * width;
      // Columns ascend.
      for (let j = i; j < end; j++) gram[at + indices[j]] += own * values[j];
      const factor = root * values[i];
      const to = indices[i] * outputs;
      for (let u = 0; u < outputs; u++) cross[to + u] += factor * targets[row * outputs + u];
    }
    done += (end - start) * ((end - start) / 2 + outputs);
    if (done < PRODUCTS) continue;
    done = 0;
    yield;
    ({ gram, cross } = sums());
  }
}
