interface Line {
  /** The objective of each block at head + factor·step, one factor a block. */
  readonly values: (factors: Float64Array) => Float64Array;
  /** Its derivative at 0. */
  readonly slopes: Float64Array;
}

/**
 * How far each block goes along its step: Armijo's rule from 1 on, halved until the objective falls by
 * 1e-4 of what its slope promises. 0 where no step does that, and where the slope is not negative.
 *
 * Armijo, "Minimization of functions having Lipschitz continuous first partial derivatives",
 * Pacific Journal of Mathematics 16, 1966.
 */
export function searchLine({ values, slopes }: Line): Float64Array {
  const start = values(slopes.map(() => 0));
  const factors = slopes.map((slope) => (slope < 0 ? 1 : 0));
  const open = factors.slice();
  for (let halvings = 0; halvings <= MAX_HALVINGS && open.some(Boolean); halvings++) {
    values(factors).forEach((value, block) => {
      if (!open[block]) return;
      const rounding = 1e-14 * Math.abs(start[block]);
      if (value <= start[block] + 1e-4 * factors[block] * slopes[block] + rounding) open[block] = 0;
      else factors[block] /= 2;
    });
  }
  return factors.map((factor, block) => (open[block] ? 0 : factor));
}

const MAX_HALVINGS = 40;
