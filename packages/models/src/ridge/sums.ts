import type { MomentSums } from '../numerics/numerics.ts';

/** All that ridge regression needs to know of its rows, in float64; of Σ s·z·zᵀ the lower triangle. */
export interface RidgeSums {
  readonly width: number;
  readonly units: number;
  /** Σ s. */
  weight: number;
  /** Σ s·z, `width`. */
  readonly z: Float64Array;
  /** Σ s·y, `units`. */
  readonly y: Float64Array;
  /** Σ s·y², `units`. */
  readonly yy: Float64Array;
  /** Σ s·z·yᵀ, row-major `width × units`. */
  readonly zy: Float64Array;
  /** Σ s·z·zᵀ, row by row up to the diagonal: element (i, j) at i(i + 1)/2 + j. */
  readonly zz: Float64Array;
}

export const triangleSize = (width: number) => (width * (width + 1)) / 2;

export const zeroSums = (width: number, units: number): RidgeSums => ({
  width,
  units,
  weight: 0,
  z: new Float64Array(width),
  y: new Float64Array(units),
  yy: new Float64Array(units),
  zy: new Float64Array(width * units),
  zz: new Float64Array(triangleSize(width)),
});

/** Adds what a `Moments` has summed, whose Σ s·z·zᵀ is square. */
export function addMoments(to: RidgeSums, from: MomentSums): void {
  addVectors(to, from, 1);
  const { width, zz } = to;
  for (let row = 0, at = 0; row < width; row++) {
    const start = row * width;
    for (let column = 0; column <= row; column++, at++) zz[at] += from.zz[start + column];
  }
}

/** Adds other sums, or takes them away (`sign` −1). */
export function addSums(to: RidgeSums, from: RidgeSums, sign: 1 | -1): void {
  addVectors(to, from, sign);
  addArray(to.zz, from.zz, sign);
}

/** The same rows with one more output, whose target was `value` in all of them. */
export function widened(sums: RidgeSums, value: number): RidgeSums {
  const { width, units, weight, z } = sums;
  const zy = new Float64Array(width * (units + 1));
  for (let i = 0; i < width; i++) {
    zy.set(sums.zy.subarray(i * units, (i + 1) * units), i * (units + 1));
    zy[i * (units + 1) + units] = value * z[i];
  }
  return {
    ...sums,
    units: units + 1,
    y: Float64Array.of(...sums.y, value * weight),
    yy: Float64Array.of(...sums.yy, value * value * weight),
    zy,
  };
}

/** One output y as two, −y and y: two classes told apart by a sign, with an output each. */
export function mirrored(sums: RidgeSums): RidgeSums {
  const both = (values: Float64Array, sign: 1 | -1) =>
    Float64Array.from({ length: 2 * values.length }, (_, i) =>
      i % 2 === 0 ? sign * values[i >> 1] : values[i >> 1],
    );
  const { y, yy, zy } = sums;
  return { ...sums, units: 2, y: both(y, -1), yy: both(yy, 1), zy: both(zy, -1) };
}

type Vectors = Pick<RidgeSums, 'weight' | 'z' | 'y' | 'yy' | 'zy'>;

function addVectors(to: RidgeSums, from: Readonly<Vectors>, sign: 1 | -1): void {
  to.weight += sign * from.weight;
  for (const name of ['z', 'y', 'yy', 'zy'] as const) addArray(to[name], from[name], sign);
}

function addArray(to: Float64Array, from: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < to.length; i++) to[i] += sign * from[i];
}
