import type { Steps } from '@kernel-methods/simd';

/** The dual of a support vector machine with one output, for targets y of −1 and 1. */
export interface DualProblem {
  /** K = Z·Zᵀ, row-major `n × n`. */
  readonly gram: Float32Array;
  readonly y: ArrayLike<number>;
  /** The upper bound of each row's coefficient; a row with the bound 0 takes no part. */
  readonly bounds: ArrayLike<number>;
  /** Coefficients within the bounds, whose sum stays as it is. Default: all 0. */
  readonly start?: ArrayLike<number>;
}

/** The current point of the search. */
interface DualPoint {
  /** β = α·y, so that W = Σ β·z: from 0 to the bound for y = 1, from minus the bound to 0 for −1. */
  readonly beta: Float64Array;
  /** y − K·β: the residuals of the targets, up to the bias. */
  readonly residuals: Float64Array;
}

export interface DualSolution extends DualPoint {
  readonly bias: number;
  /** The number of pairs that were moved. */
  readonly steps: number;
  /** Whether no pair breaks the optimality conditions by more than the tolerance. */
  readonly converged: boolean;
}

interface Limits {
  readonly tolerance: number;
  readonly maxSteps: number;
}

/** The number of pairs that are moved between two checks of the clock. */
const STRIDE = 128;

/**
 * Sequential minimal optimization: maximizes Σ|β| − βᵀKβ/2 with Σβ as it is at the start, within the bounds, two
 * coefficients at a time, the pair chosen by second-order information.
 *
 * It ends when no residual of a row whose coefficient may still rise exceeds that of a row whose
 * coefficient may still fall by more than `tolerance`; the bias lies between.
 *
 * Platt, "Fast training of support vector machines using sequential minimal optimization", 1998; Fan,
 * Chen & Lin, "Working set selection using second order information for training support vector
 * machines", JMLR 6, 2005.
 */
export function* dualSteps(problem: DualProblem, limits: Limits): Steps<DualSolution> {
  const { gram, y, bounds, start } = problem;
  const n = y.length;
  const beta = start === undefined ? new Float64Array(n) : Float64Array.from(start);
  const residuals = Float64Array.from(y);
  for (let j = 0; j < n; j++) {
    if (beta[j] === 0) continue;
    for (let i = 0; i < n; i++) residuals[i] -= beta[j] * gram[j * n + i];
    if (j % STRIDE === STRIDE - 1) yield;
  }
  const upper = Float64Array.from({ length: n }, (_, i) => (y[i] > 0 ? bounds[i] : 0));
  const lower = Float64Array.from({ length: n }, (_, i) => (y[i] > 0 ? 0 : -bounds[i]));
  let steps = 0;
  for (;;) {
    let rising = -1;
    let highest = Number.NEGATIVE_INFINITY;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      const residual = residuals[i];
      if (residual > highest && beta[i] < upper[i]) {
        highest = residual;
        rising = i;
      }
      if (residual < lowest && beta[i] > lower[i]) lowest = residual;
    }
    const converged = !(highest - lowest > limits.tolerance);
    if (converged || steps >= limits.maxSteps) {
      const bias = biasOf({ beta, residuals }, { upper, lower, highest, lowest });
      return { beta, residuals, bias, steps, converged };
    }
    const { falling, curvature } = partnerOf(rising, gram, { beta, residuals }, lower);
    const rowOfRising = rising * n;
    const rowOfFalling = falling * n;
    const room = Math.min(upper[rising] - beta[rising], beta[falling] - lower[falling]);
    const step = Math.min((highest - residuals[falling]) / curvature, room);
    // A coefficient that reaches its bound is set to it exactly.
    beta[rising] = step >= upper[rising] - beta[rising] ? upper[rising] : beta[rising] + step;
    beta[falling] = step >= beta[falling] - lower[falling] ? lower[falling] : beta[falling] - step;
    for (let i = 0; i < n; i++) {
      residuals[i] -= step * (gram[rowOfRising + i] - gram[rowOfFalling + i]);
    }
    if (++steps % STRIDE === 0) yield;
  }
}

/** The row that, together with the rising one, increases the objective most. */
function partnerOf(
  rising: number,
  gram: Float32Array,
  { beta, residuals }: DualPoint,
  lower: Float64Array,
): { falling: number; curvature: number } {
  const n = beta.length;
  const row = rising * n;
  const own = gram[row + rising];
  let falling = -1;
  let curvature = FLAT;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const violation = residuals[rising] - residuals[i];
    if (!(violation > 0 && beta[i] > lower[i])) continue;
    const curved = Math.max(FLAT, own + gram[i * (n + 1)] - 2 * gram[row + i]);
    const gain = (violation * violation) / curved;
    if (gain <= most) continue;
    most = gain;
    falling = i;
    curvature = curved;
  }
  return { falling, curvature };
}

/** The curvature between equal rows is 0; this value replaces it. */
const FLAT = 1e-12;

interface Ends {
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  readonly highest: number;
  readonly lowest: number;
}

/**
 * The mean residual of rows on the margin; without any, the middle of the possible range of the
 * bias.
 */
function biasOf({ beta, residuals }: DualPoint, { upper, lower, highest, lowest }: Ends): number {
  let sum = 0;
  let free = 0;
  for (let i = 0; i < beta.length; i++) {
    if (!(beta[i] > lower[i] && beta[i] < upper[i])) continue;
    sum += residuals[i];
    free++;
  }
  if (free > 0) return sum / free;
  const ends = [highest, lowest].filter(Number.isFinite);
  return ends.length === 0 ? 0 : ends.reduce((a, b) => a + b) / ends.length;
}
