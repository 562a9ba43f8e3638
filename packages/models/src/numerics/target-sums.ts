import type { MomentSums } from './numerics.ts';

/** The sums of moments that need no product of matrices. */
export interface TargetSums {
  weight: number;
  readonly y: Float64Array;
  readonly yy: Float64Array;
}

export const noTargets = (outputs: number): TargetSums => ({
  weight: 0,
  y: new Float64Array(outputs),
  yy: new Float64Array(outputs),
});

/**
 * Adds rows of targets to their sums, in float64, and writes [y, 1]·√s, `rows × (outputs + 1)`: its
 * product with √s·z is Σ s·z·yᵀ and, in the last column, Σ s·z. One pass over z gives both.
 */
export function addTargets(
  sums: TargetSums,
  y: Float32Array,
  weights: Float32Array | undefined,
  out: Float32Array,
): void {
  const outputs = sums.y.length;
  const rows = out.length / (outputs + 1);
  for (let row = 0, at = 0, to = 0; row < rows; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    const root = Math.sqrt(weight);
    sums.weight += weight;
    for (let i = 0; i < outputs; i++) {
      const target = y[at++];
      sums.y[i] += weight * target;
      sums.yy[i] += weight * target * target;
      out[to++] = root * target;
    }
    out[to++] = root;
  }
}

/** All the sums; `cross` is `features × (outputs + 1)`, as the product with [y, 1] gives it. */
export function momentSums(
  { weight, y, yy }: TargetSums,
  cross: Float64Array,
  zz: Float64Array,
): MomentSums {
  const outputs = y.length;
  const features = cross.length / (outputs + 1);
  const z = new Float64Array(features);
  const zy = new Float64Array(features * outputs);
  for (let row = 0, at = 0; row < features; row++, at += outputs + 1) {
    zy.set(cross.subarray(at, at + outputs), row * outputs);
    z[row] = cross[at + outputs];
  }
  return { weight, z, y: y.slice(), zz, zy, yy: yy.slice() };
}
