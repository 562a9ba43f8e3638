import { checkSizes } from './checks.ts';
import type { Simd } from './simd.ts';
import type { SparseRowsAt } from './sparse-product.ts';

/** Arguments of `dualDescentAt`. All but the rows are changed in place where nothing else is said. */
export interface DualDescentArguments extends SparseRowsAt {
  /** Pointer to features × units weights. */
  w: number;
  /** Pointer to `units` numbers. */
  bias: number;
  /** Pointer to rows × units targets, which stay as they are. */
  y: number;
  /** Pointer to rows × units coefficients. */
  coefficients: number;
  /**
   * Pointer to three numbers of each row, which stay as they are: its squared length; what the loss
   * adds to it; and the largest size of a coefficient.
   */
  own: number;
  /** What a coefficient adds to the bias. */
  rate: number;
  /** Whether a coefficient has the sign of its target, and the size that `own` allows. */
  signed: boolean;
  /** Pointer to `units` numbers: the largest move of a score by its own coefficient, so far. */
  moved: number;
}

/**
 * One pass of dual coordinate descent over sparse rows, in the order of `rows`: each row's
 * coefficient goes to where the dual objective is largest while all others stay, for all outputs
 * side by side. Coefficients, targets and `own` are found by the row's index. The weights are kept
 * as Σ coefficient·row, the bias as its start plus rate·Σ coefficient. Outputs do not depend on
 * each other, so any number of threads gives the same bits.
 *
 * Hsieh, Chang, Lin, Keerthi & Sundararajan, "A dual coordinate descent method for large-scale
 * linear SVM", ICML 2008.
 *
 * @throws RangeError if a size is not a whole number, 0 or above.
 * @example
 * const rows = { indptr, indices, values, rows: order, count: 100, features: 1000, units: 10 };
 * dualDescentAt(simd, { ...rows, w, bias, y, coefficients, own, rate: 1, signed: true, moved });
 */
export function dualDescentAt(simd: Simd, options: DualDescentArguments): void {
  const { indptr, indices, values, rows = 0, count, features, units, numbers = count } = options;
  const { w, bias, y, coefficients, own, rate, signed, moved } = options;
  checkSizes({ count, features, units, numbers });
  if (count * units === 0) return;
  const parts = Math.min(simd.partsFor(numbers * units, MULTIPLICATIONS), Math.ceil(units / 16));
  const args = [indptr, indices, values, rows, count, w, units, units, y, coefficients, own];
  simd.run('dualDescent', [...args, bias, rate, Number(signed), moved], parts, { inPlace: true });
}

// Multiplications per part, of which as many follow where a coefficient moves.
const MULTIPLICATIONS = 1e5;
