/**
 * The value that a variable with Student's distribution of `df` degrees of freedom stays below with
 * probability `p`, from 0.5 to below 1. With a million degrees of freedom it is the normal's, to
 * five digits.
 */
export function studentQuantile(p: number, df: number): number {
  let low = 0;
  let high = 1;
  while (studentBelow(high, df) < p) {
    low = high;
    high *= 2;
  }
  // Halved until the two are neighbours.
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (studentBelow(middle, df) < p) low = middle;
    else high = middle;
  }
}

/** Normal quantile, for a probability from 0.5 to below 1. */
export const normalQuantile = (p: number) => studentQuantile(p, 1e6);

/** Probability of being below `t`, 0 or above: 1 − ½ I_{df/(df+t²)}(df/2, 1/2). */
function studentBelow(t: number, df: number): number {
  const square = t * t;
  return 1 - incompleteBeta(df / 2, 0.5, df / (df + square), square / (df + square)) / 2;
}

/** The regularized incomplete beta function at x, y = 1 − x; the fraction converges fast below the mean. */
function incompleteBeta(a: number, b: number, x: number, y: number): number {
  if (x === 0) return 0;
  if (y === 0) return 1;
  const front = Math.exp(
    a * Math.log(x) + b * Math.log(y) + logGamma(a + b) - logGamma(a) - logGamma(b),
  );
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, y)) / b;
}

/** The continued fraction of the incomplete beta function, by Lentz's method (DLMF 8.17.22). */
function betaFraction(a: number, b: number, x: number): number {
  const apart = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

/** Stirling's series, after steps up to where it is exact to double precision. */
function logGamma(x: number): number {
  let shift = 0;
  while (x < 15) shift += Math.log(x++);
  const s = 1 / (x * x);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / x;
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
