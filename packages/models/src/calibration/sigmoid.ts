import { rangeError, shown } from '@kernel-methods/check';
import type { Steps } from '@kernel-methods/simd';
import type { Curve } from '../tasks/task.ts';
import { type CalibrationMethod, curvesOf } from './method.ts';

/**
 * Platt's sigmoid for each output, σ(slope·f + offset), with the greatest likelihood of targets that
 * are smoothed to (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2), n the numbers of rows of each side. It suits
 * few rows, and scores whose errors are alike on both sides.
 *
 * Platt, "Probabilistic outputs for support vector machines", 1999; Lin, Lin & Weng, "A note on
 * Platt's probabilistic outputs for support vector machines", Machine Learning 68, 2007.
 */
export const sigmoid: CalibrationMethod = {
  name: 'sigmoid',
  reorders: true,
  steps: (rows) => curvesOf(rows, fitSigmoid),
  curve(json) {
    const { slope, offset } = (json ?? {}) as Record<string, unknown>;
    if (Number.isFinite(slope) && Number.isFinite(offset) && (slope as number) >= 0) {
      return curveOf(slope as number, offset as number);
    }
    throw rangeError('curve', 'have a slope, 0 or above, and an offset', shown(json));
  },
};

const curveOf = (slope: number, offset: number): Curve => ({
  at: (score) => 1 / (1 + Math.exp(-(slope * score + offset))),
  toJSON: () => ({ slope, offset }),
});

/**
 * Newton's method with halved steps on the two numbers; the likelihood is concave. Scores are measured
 * in units of their size, so that it does not depend on it.
 */
export function* fitSigmoid(scores: Float64Array, isOn: Uint8Array): Steps<Curve> {
  const unit = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0) || 1;
  const f = scores.map((score) => score / unit);
  const on = isOn.reduce((sum, value) => sum + value, 0);
  const off = isOn.length - on;
  const targets = Float64Array.from(isOn, (value) => (value ? (on + 1) / (on + 2) : 1 / (off + 2)));
  const loss = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < f.length; i++) {
      const z = a * f[i] + b;
      sum += Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0) - targets[i] * z;
    }
    return sum;
  };
  let [a, b] = [0, Math.log((on + 1) / (off + 1))];
  let now = loss(a, b);
  for (let iteration = 0; iteration < 100; iteration++) {
    // Tiny curvatures where all scores are alike: the offset alone is then found.
    let [ga, gb, haa, hab, hbb] = [0, 0, 1e-12, 0, 1e-12];
    for (let i = 0; i < f.length; i++) {
      const p = 1 / (1 + Math.exp(-(a * f[i] + b)));
      const [error, curve] = [p - targets[i], p * (1 - p)];
      ga += error * f[i];
      gb += error;
      haa += curve * f[i] * f[i];
      hab += curve * f[i];
      hbb += curve;
    }
    if (Math.max(Math.abs(ga), Math.abs(gb)) < 1e-10 * f.length) break;
    const determinant = haa * hbb - hab * hab;
    const [da, db] = [(hab * gb - hbb * ga) / determinant, (hab * ga - haa * gb) / determinant];
    let step = 1;
    let next = loss(a + da, b + db);
    while (!(next <= now + 1e-4 * step * (ga * da + gb * db)) && step > 1e-10) {
      step /= 2;
      next = loss(a + step * da, b + step * db);
    }
    if (step <= 1e-10) break;
    [a, b, now] = [a + step * da, b + step * db, next];
    yield;
  }
  // Scores that say the opposite of the truth say nothing: a probability never falls.
  return a < 0 ? curveOf(0, Math.log((on + 1) / (off + 1))) : curveOf(a / unit, b);
}
