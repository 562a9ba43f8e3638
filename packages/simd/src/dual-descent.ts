import { checkSizes } from './checks.ts';
import type { Simd } from './simd.ts';
import type { SparseRowsAt } from './sparse-product.ts';

/** Outputs side by side in the arrays of `dualDescentAt`. */
export const DUAL_PANEL = 16;

/**
 * Arguments of `dualDescentAt`. Outputs come in panels of `DUAL_PANEL`, of which the last is filled
 * up with zeros: first all of a panel, then all of the next. `units` counts the outputs without
 * that. Weights, bias, coefficients and `moved` are changed in place.
 */
export interface DualDescentArguments extends SparseRowsAt {
  /** Pointer to panels × features × 16 weights. */
  w: number;
  /** Pointer to panels × 16 numbers. */
  bias: number;
  /** How many rows there are. */
  total: number;
  /** Pointer to panels × total × 16 targets. */
  y: number;
  /** Pointer to panels × total × 16 coefficients. */
  coefficients: number;
  /**
   * Pointer to three numbers of each row: its squared length; what the loss adds to it; and the
   * largest size of a coefficient.
   */
  own: number;
  /** What a coefficient adds to the bias. */
  rate: number;
  /** Whether a coefficient has the sign of its target, and the size that `own` allows. */
  signed: boolean;
  /** Pointer to panels × 16 numbers: the largest move of a score by its own coefficient, so far. */
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
 * const state = { w, bias, total: 100, y, coefficients, own, moved };
 * dualDescentAt(simd, { ...rows, ...state, rate: 1, signed: true });
 */
export function dualDescentAt(simd: Simd, options: DualDescentArguments): void {
  const { indptr, indices, values, rows = 0, count, features, units, numbers = count } = options;
  const { w, bias, total, y, coefficients, own, rate, signed, moved } = options;
  checkSizes({ count, features, units, numbers, total });
  if (count * units === 0) return;
  const panels = Math.ceil(units / DUAL_PANEL);
  const parts = Math.min(simd.partsFor(numbers * units, MULTIPLICATIONS), panels);
  const args = [indptr, indices, values, rows, count, w, features, panels, y, coefficients, total];
  simd.run('dualDescent', [...args, own, bias, rate, Number(signed), moved], parts, {
    inPlace: true,
  });
}

// Multiplications per part, of which as many follow where a coefficient moves.
const MULTIPLICATIONS = 1e5;
