import { huber, type Loss, logistic, squaredHinge } from '@kernel-methods/losses';
import { atOnce, choleskySolve, getSimd } from '@kernel-methods/simd';
import { maxRelativeDifference } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { simdBytes, smallData } from '../fixtures/small-problem.ts';
import { gramOf, gramStep, hasGram } from './gram-step.ts';

/** Derivatives of the weighted mean loss at some scores, and the Gram matrix. */
function system(loss: Loss, spread = 1) {
  const data = smallData(loss, { rows: 40, width: 30, units: 2, weighted: true });
  const { rows, width, units, targets, weights = new Float32Array(rows).fill(1), z } = data;
  weights[3] = 0;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scores = Float64Array.from({ length: rows * units }, (_, at) => spread * Math.sin(3 * at));
  const batch = { targets, predictions: scores, units };
  const scaled = (values: Float64Array) =>
    values.map((value, at) => (weights[Math.floor(at / units)] * value) / total);
  const slopes = scaled(loss.gradient(batch, new Float64Array(scores.length)));
  const ones = new Float64Array(scores.length).fill(1);
  const second = scaled(loss.hessianProduct!(batch, ones, new Float64Array(scores.length)));
  const padded = Float32Array.from({ length: rows * (width + 1) }, (_, at) => {
    const i = at % (width + 1);
    return i === width ? 1 : z[Math.floor(at / (width + 1)) * width + i];
  });
  const gram = atOnce(gramOf(padded, rows));
  return { ...data, padded, scores, slopes, second, gram, l2: 0.02 };
}

/** The minimum of the quadratic model of an output: (Σ d·z·zᵀ + l2)·w = Σ (d·f − g)·z, by its normal equations. */
function naive(
  { padded, width, rows, units, scores, slopes, second, l2 }: ReturnType<typeof system>,
  unit: number,
) {
  const size = width + 1;
  const [matrix, right] = [new Float64Array(size * size), new Float64Array(size)];
  for (let row = 0; row < rows; row++) {
    const z = padded.subarray(row * size, (row + 1) * size);
    const at = row * units + unit;
    for (let i = 0; i < size; i++) {
      right[i] += (second[at] * scores[at] - slopes[at]) * z[i];
      for (let j = 0; j < size; j++) matrix[i * size + j] += second[at] * z[i] * z[j];
    }
  }
  for (let i = 0; i < width; i++) matrix[i * (size + 1)] += l2;
  return choleskySolve(getSimd(), matrix, right, size, { maxJitter: 0 }).x;
}

it.each([
  ['where all rows are curved', logistic, 1],
  ['where some are flat', squaredHinge, 2],
  ['where flat rows pull', huber, 4],
] as const)('is the minimum of the quadratic model: %s', (_, loss, spread) => {
  const all = system(loss, spread);
  const { rows, width, units, padded } = all;
  const solve = () => atOnce(gramStep({ ...all, isOpen: () => true }))!;
  // Scratch memory is kept from the first time on.
  solve();
  const bytes = simdBytes();
  const { beta, bias } = solve();
  expect(simdBytes()).toBe(bytes);
  for (let unit = 0; unit < units; unit++) {
    const head = new Float64Array(width + 1);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < width; i++) {
        head[i] += beta[row * units + unit] * padded[row * (width + 1) + i];
      }
    }
    head[width] = bias[unit];
    expect(maxRelativeDifference(head, naive(all, unit))).toBeLessThan(1e-9);
  }
  const curved = all.second.filter((value) => value > 0).length;
  expect(curved === all.second.length - units).toBe(loss === logistic);
});

it('leaves out outputs that are not open', () => {
  const all = system(logistic);
  const { beta, bias } = atOnce(gramStep({ ...all, isOpen: (unit) => unit === 1 }))!;
  expect(beta.every((value, at) => at % 2 === 1 || value === 0)).toBe(true);
  expect(bias[0]).toBe(0);
  expect(bias[1]).not.toBe(0);
});

it('says where it is of no help, and frees what it has', () => {
  const all = system(logistic);
  atOnce(gramStep({ ...all, isOpen: () => true }));
  const bytes = simdBytes();
  const none = { ...all, second: new Float64Array(all.second.length), isOpen: () => true };
  expect(atOnce(gramStep(none))).toBeUndefined();
  const gram = all.gram.map((value) => -value);
  expect(atOnce(gramStep({ ...all, gram, isOpen: () => true }))).toBeUndefined();
  expect(simdBytes()).toBe(bytes);
  expect([hasGram(2048, 1024), hasGram(2049, 4096), hasGram(300, 149)]).toEqual([
    true,
    false,
    false,
  ]);
});
