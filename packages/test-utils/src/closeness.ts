/** Largest |a − b|. NaN or a difference in length gives NaN, which no bound accepts. */
export function maxAbsDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return largest(a, b, (x, y) => Math.abs(x - y));
}

/** Largest |a − b| in units of the largest |b|: the relative error of the whole array. */
export function maxRelativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const size = largest(b, b, (x) => Math.abs(x));
  return maxAbsDifference(a, b) / (size === 0 ? 1 : size);
}

function largest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  of: (x: number, y: number) => number,
): number {
  if (a.length !== b.length) return Number.NaN;
  let result = 0;
  for (let i = 0; i < a.length; i++) {
    const value = of(a[i], b[i]);
    // The comparison is written so that NaN wins.
    if (!(value <= result)) result = value;
    if (Number.isNaN(result)) return result;
  }
  return result;
}
