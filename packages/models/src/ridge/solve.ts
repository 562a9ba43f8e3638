import { choleskySolveAt, getSimd } from '@kernel-methods/simd';
import type { Head } from '../solvers/solver.ts';
import { centredCross, withFactor } from './factor.ts';
import type { RidgeSums } from './sums.ts';

export interface RidgeSolution {
  readonly head: Head;
  /** The penalty that was asked for. */
  readonly l2: number;
  /** What rounding made necessary to add to the diagonal, beside alpha = l2·Σs·units/2. Mostly 0. */
  readonly jitter: number;
  /** Mean squared error over the rows, weighted: Σ s·‖y − f(z)‖² / (units·Σ s). */
  readonly loss: number;
}

/**
 * The head that minimizes Σ s·‖y − Wz − b‖² / (units·Σ s) + (l2/2)‖W‖², b not penalized:
 * (ZcᵀZc + alpha·I)·Wᵀ = ZcᵀYc with centred rows and alpha = l2·Σs·units/2, then b = ȳ − W·z̄.
 */
export function solveRidge(sums: RidgeSums, l2: number): RidgeSolution {
  if (!(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`\`l2\` must be a finite number, 0 or above. Received: ${l2}.`);
  }
  const simd = getSimd();
  const { width, units, weight } = sums;
  const alpha = alphaOf(l2, sums);
  return withFactor(simd, sums, alpha, ({ l, jitter }) => {
    const cross = centredCross(sums);
    const b = simd.alloc(8 * cross.length);
    try {
      simd.f64(b, cross.length).set(cross);
      choleskySolveAt(simd, { a: l, b, n: width, columns: units, factored: true });
      const columns = simd.f64(b, cross.length);
      const residual = squaredResidual(sums, cross, columns, alpha + jitter);
      return { head: headOf(sums, columns), l2, jitter, loss: residual / (units * weight) };
    } finally {
      simd.free(b);
    }
  });
}

/** What the normal equations add to the diagonal for a penalty. */
export const alphaOf = (l2: number, { weight, units }: Pick<RidgeSums, 'weight' | 'units'>) =>
  (l2 * weight * units) / 2;

/** A head from Wᵀ (`width × units`), with the bias that centring stands for. */
export function headOf(sums: RidgeSums, columns: ArrayLike<number>): Head {
  const { width, units, weight, z, y } = sums;
  const weights = new Float32Array(units * width);
  const bias = Float64Array.from(y, (sum) => sum / weight);
  for (let i = 0, at = 0; i < width; i++) {
    for (let unit = 0; unit < units; unit++, at++) {
      weights[unit * width + i] = columns[at];
      // With the weight as it is rounded, so that the mean of the predictions is exact.
      bias[unit] -= (weights[unit * width + i] * z[i]) / weight;
    }
  }
  return { weights, bias: Float32Array.from(bias) };
}

/** Σ s·‖y − f(z)‖²: where A·w = c with A = ZcᵀZc + added·I, it is yᵀy − wᵀc − added·‖w‖². */
function squaredResidual(
  { weight, y, yy }: RidgeSums,
  cross: Float64Array,
  columns: Float64Array,
  added: number,
): number {
  let sum = 0;
  yy.forEach((square, unit) => {
    sum += square - (y[unit] * y[unit]) / weight;
  });
  cross.forEach((value, at) => {
    sum -= columns[at] * (value + added * columns[at]);
  });
  return Math.max(0, sum);
}
