/** The gradient of `f` at `x` by central differences in float64. `x` is restored. */
export function finiteDifference(
  f: (x: Float64Array) => number,
  x: Float64Array,
  step = 1e-6,
): Float64Array {
  return x.map((at, i) => {
    x[i] = at + step;
    const above = f(x);
    x[i] = at - step;
    const below = f(x);
    x[i] = at;
    return (above - below) / (2 * step);
  });
}
