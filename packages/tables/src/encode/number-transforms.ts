import { quantile } from '../describe.ts';

/** A monotone function that brings a column's values nearer to a normal distribution. */
export type NumberTransform =
  | { readonly type: 'none' }
  /** sign(x − center) ln(1 + |x − center| / scale) */
  | { readonly type: 'log'; readonly center: number; readonly scale: number }
  /** The normal quantile of the value's rank among `values`, ascending, at equal steps. */
  | { readonly type: 'quantile'; readonly values: readonly number[] };

export type NumberTransformName = 'auto' | NumberTransform['type'];

/**
 * The transform of sorted finite values. `auto` takes none where the values are neither skewed (a
 * skewness of 1.5 at most) nor of heavy tails (an excess kurtosis of 9 at most); the logarithm where it
 * brings that down by a third at least; quantiles where even then the skewness is above 2, unless a
 * fifth of the values are equal: their rank says nothing.
 */
export function chooseTransform(sorted: Float64Array, name: NumberTransformName): NumberTransform {
  const none = { type: 'none' } as const;
  if (name === 'none') return none;
  const quantiles = { type: 'quantile', values: steps(sorted) } as const;
  if (name === 'quantile') return quantiles;
  const plain = shape(sorted);
  if (name === 'auto' && oddness(plain) <= 1.5) return none;
  const logs = centers(sorted).map((center) => {
    const log = logAround(sorted, center);
    return { log, turned: shape(sorted.map((value) => applyTransform(log, value))) };
  });
  const best = logs.reduce((a, b) => (oddness(b.turned) < oddness(a.turned) ? b : a));
  if (name === 'log') return best.log;
  const helps = oddness(best.turned) < (2 / 3) * oddness(plain);
  const left = helps ? best.turned : plain;
  if (Math.abs(left.skewness) > 2 && isSpread(sorted)) return quantiles;
  return helps ? best.log : none;
}

export function applyTransform(transform: NumberTransform, value: number): number {
  switch (transform.type) {
    case 'none':
      return value;
    case 'log': {
      const offset = value - transform.center;
      const turned = Math.log1p(Math.abs(offset) / transform.scale);
      return offset < 0 ? -turned : turned;
    }
    case 'quantile':
      return normalQuantile(Math.min(0.999, Math.max(0.001, rank(transform.values, value))));
  }
}

interface Shape {
  skewness: number;
  /** 0 for the normal distribution. */
  kurtosis: number;
}

/** At most 1.5 for what is left as it is. */
const oddness = ({ skewness, kurtosis }: Shape) => Math.max(Math.abs(skewness), kurtosis / 6);

function shape(values: Float64Array): Shape {
  const origin = values[values.length >> 1];
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value - origin));
  if (largest === 0) return { skewness: 0, kurtosis: 0 };
  if (largest === Infinity) return { skewness: Infinity, kurtosis: Infinity };
  // In parts of the largest: fourth powers must not overflow.
  let sum = 0;
  for (const value of values) sum += (value - origin) / largest;
  const mean = sum / values.length;
  let [second, third, fourth] = [0, 0, 0];
  for (const value of values) {
    const offset = (value - origin) / largest - mean;
    const square = offset * offset;
    second += square;
    third += square * offset;
    fourth += square * square;
  }
  const variance = second / values.length;
  if (!(variance > 0)) return { skewness: 0, kurtosis: 0 };
  return {
    skewness: third / values.length / variance ** 1.5,
    kurtosis: fourth / values.length / variance ** 2 - 3,
  };
}

/** An end at which the values may crowd (0, if they are on one side of it), or their middle. */
function centers(sorted: Float64Array): number[] {
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  return [Math.min(first, 0), Math.max(last, 0), quantile(sorted, 0.5)];
}

/** Whether no value is a fifth of all, and there are more than fifty. */
function isSpread(sorted: Float64Array): boolean {
  let [distinct, run] = [0, 0];
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) run++;
    else {
      distinct++;
      run = 1;
    }
    if (run > sorted.length / 5) return false;
  }
  return distinct > 50;
}

function logAround(sorted: Float64Array, center: number): NumberTransform {
  const distances = sorted
    .map((value) => Math.abs(value - center))
    .filter((distance) => distance > 0 && distance < Infinity)
    .sort();
  return { type: 'log', center, scale: distances.length ? quantile(distances, 0.5) : 1 };
}

const stepCount = 200;

const steps = (sorted: Float64Array) =>
  Array.from({ length: stepCount + 1 }, (_, i) => quantile(sorted, i / stepCount));

/** The share of values below, in the middle of those that are equal. */
function rank(values: readonly number[], value: number): number {
  const last = values.length - 1;
  const low = lowerBound(values, value);
  if (low > last) return 1;
  let high = low;
  while (high < last && values[high + 1] === value) high++;
  if (values[low] === value) return (low + high) / 2 / last;
  if (low === 0) return 0;
  const below = values[low - 1];
  return (low - 1 + (value - below) / (values[low] - below)) / last;
}

/** The first place whose value is not below. */
function lowerBound(values: readonly number[], value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The quantile function of the normal distribution, to 1e-9 (Acklam 2003). */
export function normalQuantile(p: number): number {
  const a = [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ];
  const b = [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
    -13.28068155288572,
  ];
  const c = [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783,
  ];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  if (p > 1 - 0.02425) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(c, q) / (polynomial(d, q) * q + 1);
  }
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(a, r) * q) / (polynomial(b, r) * r + 1);
}

/** The highest power's coefficient first. */
const polynomial = (coefficients: readonly number[], x: number) =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
