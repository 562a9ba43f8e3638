// Rows of float64 numbers, by their indices in an array.

/** Σ x·y. */
export function dot(values: Float64Array, x: number, y: number, n: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    s0 += values[x + i] * values[y + i];
    s1 += values[x + i + 1] * values[y + i + 1];
    s2 += values[x + i + 2] * values[y + i + 2];
    s3 += values[x + i + 3] * values[y + i + 3];
  }
  for (; i < n; i++) s0 += values[x + i] * values[y + i];
  return s0 + s1 + (s2 + s3);
}

/** y += alpha·x. */
export function addScaled(
  values: Float64Array,
  alpha: number,
  x: number,
  y: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) values[y + i] += alpha * values[x + i];
}
