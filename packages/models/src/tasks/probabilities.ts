import type { Loss } from '@kernel-methods/losses';

/**
 * Class probabilities from scores, row-major `[rows, classes]`. Each way keeps the order of a
 * row's scores, so the most probable class is always the predicted one.
 *
 * - softmax link: softmax(f);
 * - logistic link: σ(f) of the one output, or the outputs' σ scaled to sum to 1;
 * - no link (hinge, squared, …): softmax(a·f), or σ(2a·f) for one output, with one inverse
 *   temperature `a` for all classes, fitted by `fitInverseTemperature` (Guo et al. 2017).
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
 * The `a` that makes softmax(a·f) likeliest on labelled rows: the root of a derivative that only
 * grows, found by bisection over log a.
 */
export function fitInverseTemperature(
  scores: Float32Array,
  units: number,
  indices: Int32Array,
): number {
  const pairs =
    units === 1
      ? Float32Array.from(
          { length: 2 * scores.length },
          (_, i) => (i % 2 ? 1 : -1) * scores[i >> 1],
        )
      : scores;
  const width = units === 1 ? 2 : units;
  let low = Math.log(1e-3);
  let high = Math.log(1e3);
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (slope(pairs, width, indices, Math.exp(middle)) > 0) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}

/** d/da of Σ −log softmax(a·f)[class] = Σ (Σ p·f − f[class]). */
function slope(scores: Float32Array, width: number, indices: Int32Array, a: number): number {
  let sum = 0;
  const p = new Float32Array(width);
  indices.forEach((index, row) => {
    const f = scores.subarray(row * width, (row + 1) * width);
    p.set(f);
    softmax(p, a);
    for (let c = 0; c < width; c++) sum += p[c] * f[c];
    sum -= f[index];
  });
  return sum;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

function softmax(row: Float32Array, a: number): void {
  const largest = row.reduce((m, x) => Math.max(m, x), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    row[i] = Math.exp(a * (row[i] - largest));
    sum += row[i];
  }
  for (let i = 0; i < row.length; i++) row[i] /= sum;
}

/** In log space: where every σ underflows, the largest score must still win. */
function normalizedSigmoids(row: Float32Array): void {
  for (let i = 0; i < row.length; i++)
    row[i] = -Math.log1p(Math.exp(-Math.abs(row[i]))) + Math.min(row[i], 0);
  softmax(row, 1);
}
