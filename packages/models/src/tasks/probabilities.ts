import type { Loss } from '@kernel-methods/losses';
import type { Steps } from '@kernel-methods/simd';
import type { LinkWith } from './task.ts';

/**
 * Class probabilities from scores, row-major `[rows, classes]`. Each formula keeps the order of a
 * row's scores, so the most probable class is always the predicted one.
 *
 * - softmax link: softmax(f);
 * - logistic link: σ(f) of the one output, or the outputs' σ scaled to sum to 1;
 * - no link (hinge, squared, …): softmax(a·f), or σ(2a·f) for one output, with one inverse
 *   temperature `a` for all classes, fitted by `inverseTemperatureSteps` (Guo et al. 2017).
 */
export function probabilities(
  scores: Float32Array,
  units: number,
  link: Loss['link'],
  inverseTemperature: number,
): Float32Array {
  if (units === 1) {
    const slope = link === 'logistic' ? 1 : 2 * inverseTemperature;
    const result = new Float32Array(2 * scores.length);
    scores.forEach((score, row) => {
      result[2 * row] = sigmoid(-slope * score);
      result[2 * row + 1] = sigmoid(slope * score);
    });
    return result;
  }
  const result = Float32Array.from(scores);
  for (let at = 0; at < result.length; at += units) {
    const row = result.subarray(at, at + units);
    if (link === 'logistic') normalizedSigmoids(row);
    else softmax(row, link === 'softmax' ? 1 : inverseTemperature);
  }
  return result;
}

/**
 * The probability of each output by itself, row-major: by its curve, σ(f) for a logistic link, or
 * σ(2a·f) with the inverse temperature `a`.
 */
export function outputProbabilities(
  scores: Float32Array,
  units: number,
  { link, inverseTemperature, curves }: LinkWith,
): Float32Array {
  if (curves) return scores.map((score, i) => curves[i % units].at(score));
  const slope = link === 'logistic' ? 1 : 2 * inverseTemperature;
  return scores.map((score) => sigmoid(slope * score));
}

/**
 * Class probabilities from the outputs' curves, row-major `[rows, classes]`: those of several outputs
 * are scaled to sum to 1, as in scikit-learn; where all are 0, all classes are alike.
 *
 * Zadrozny & Elkan, "Transforming classifier scores into accurate multiclass probability estimates",
 * KDD 2002.
 */
export function curveProbabilities(
  scores: Float32Array,
  units: number,
  link: LinkWith,
): Float32Array {
  const own = outputProbabilities(scores, units, link);
  if (units === 1)
    return Float32Array.from({ length: 2 * own.length }, (_, i) =>
      i % 2 ? own[i >> 1] : 1 - own[i >> 1],
    );
  for (let at = 0; at < own.length; at += units) {
    const row = own.subarray(at, at + units);
    const sum = row.reduce((total, p) => total + p, 0);
    for (let i = 0; i < units; i++) row[i] = sum > 0 ? row[i] / sum : 1 / units;
  }
  return own;
}

/** The most probable class of each row, by curves; of equally probable ones that of greater score. */
export function mostProbable(scores: Float32Array, units: number, link: LinkWith): Int32Array {
  const p = curveProbabilities(scores, units, link);
  const classes = Math.max(2, units);
  return Int32Array.from({ length: p.length / classes }, (_, row) => {
    if (units === 1) return +(p[2 * row + 1] > 0.5);
    const start = row * units;
    let best = start;
    for (let at = start + 1; at < start + units; at++) {
      if (p[at] > p[best] || (p[at] === p[best] && scores[at] > scores[best])) best = at;
    }
    return best - start;
  });
}

/**
 * The `a` with the greatest likelihood of softmax(a·f) on labelled rows. It is the root of an
 * increasing derivative, found by bisection over log a.
 *
 * @param smooths whether targets are smoothed as Platt's are: from 1 to (n + 1) / (n + 2) for a
 * class of n rows, with the rest shared among the other classes. Then separable rows do not make
 * `a` infinite.
 */
export function* inverseTemperatureSteps(
  scores: Float32Array,
  units: number,
  indices: Int32Array,
  smooths = false,
): Steps<number> {
  const pairs =
    units === 1
      ? Float32Array.from(
          { length: 2 * scores.length },
          (_, i) => (i % 2 ? 1 : -1) * scores[i >> 1],
        )
      : scores;
  const width = units === 1 ? 2 : units;
  const counts = new Float64Array(width);
  if (smooths) for (const index of indices) counts[index]++;
  else counts.fill(Number.POSITIVE_INFINITY);
  let low = Math.log(1e-6);
  let high = Math.log(1e6);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (slope(pairs, width, indices, counts, Math.exp(middle)) > 0) high = middle;
    else low = middle;
    yield;
  }
  return Math.exp((low + high) / 2);
}

/** d/da of Σ −Σ t·log softmax(a·f) = Σ (Σ p·f − Σ t·f), t the smoothed targets. */
function slope(
  scores: Float32Array,
  width: number,
  indices: Int32Array,
  counts: Float64Array,
  a: number,
): number {
  let sum = 0;
  const p = new Float64Array(width);
  indices.forEach((index, row) => {
    const f = scores.subarray(row * width, (row + 1) * width);
    p.set(f);
    softmax(p, a);
    const other = 1 / ((counts[index] + 2) * (width - 1));
    for (let c = 0; c < width; c++) sum += (p[c] - other) * f[c];
    sum -= (1 - width * other) * f[index];
  });
  return sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function softmax(row: Float32Array | Float64Array, a: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < row.length; i++) largest = Math.max(largest, row[i]);
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    row[i] = Math.exp(a * (row[i] - largest));
    sum += row[i];
  }
  for (let i = 0; i < row.length; i++) row[i] /= sum;
}

/** It computes in log space, so that the largest score wins even if every σ underflows. */
function normalizedSigmoids(row: Float32Array): void {
  for (let i = 0; i < row.length; i++)
    row[i] = -Math.log1p(Math.exp(-Math.abs(row[i]))) + Math.min(row[i], 0);
  softmax(row, 1);
}
