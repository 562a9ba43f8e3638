/** The sums of rows that need no matrix product. */
export interface OuterSums {
  weight: number;
  readonly z: Float64Array;
  readonly y: Float64Array;
  readonly yy: Float64Array;
}

/** Adds Σ s, Σ s·z, Σ s·y and Σ s·y² over rows of z (n × d) and y (n × outputs), in float64. */
export function addOuterSums(
  sums: OuterSums,
  z: Float32Array,
  y: Float32Array,
  weights: Float32Array | undefined,
): void {
  const [d, units] = [sums.z.length, sums.y.length];
  const n = y.length / units;
  for (let row = 0; row < n; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    sums.weight += weight;
    for (let i = 0, at = row * d; i < d; i++, at++) sums.z[i] += weight * z[at];
    for (let i = 0, at = row * units; i < units; i++, at++) {
      sums.y[i] += weight * y[at];
      sums.yy[i] += weight * y[at] * y[at];
    }
  }
}
