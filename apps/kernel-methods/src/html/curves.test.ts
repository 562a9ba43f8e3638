import { classification } from '@kernel-methods/models';
import { createRandom } from '@kernel-methods/random';
import { expect, it } from 'vitest';
import { areaUnder, calibrationBins, precisionRecall, rocCurve, thinned } from './curves.ts';

const random = createRandom(4);
const truth = Array.from({ length: 300 }, () => random.uniform() < 0.4);
// Some scores are equal.
const scores = truth.map((own) => Math.round(10 * (random.normal() + (own ? 1 : 0))) / 10);
const isOf = (row: number) => truth[row];

it('has the area that the scorer finds', async () => {
  const area = await classification.scorers.rocAuc({
    classes: [0, 1],
    truth: Int32Array.from(truth, Number),
    predictions: new Int32Array(300),
    units: 1,
    decisions: Float32Array.from(scores),
    probabilities: async () => new Float32Array(0),
  });
  expect(areaUnder(rocCurve(scores, isOf))).toBeCloseTo(area, 6);
});

it('starts and ends in the corners', () => {
  const curve = rocCurve(scores, isOf);
  expect(curve[0]).toEqual({ x: 0, y: 0 });
  expect(curve.at(-1)).toEqual({ x: 1, y: 1 });
});

it('has for each threshold the precision and the recall of a count', () => {
  const curve = precisionRecall(scores, isOf);
  for (const threshold of [0, 0.5, 1]) {
    const taken = scores.flatMap((score, row) => (score >= threshold ? [row] : []));
    const hits = taken.filter(isOf).length;
    const [x, y] = [hits / truth.filter(Boolean).length, hits / taken.length];
    expect(
      curve.some((point) => Math.abs(point.x - x) < 1e-9 && Math.abs(point.y - y) < 1e-9),
    ).toBe(true);
  }
  expect(curve.at(-1)).toEqual({ x: 1, y: truth.filter(Boolean).length / 300 });
});

it('finds what was promised where rows keep it', () => {
  const promised = Float64Array.from({ length: 20_000 }, () => random.uniform());
  const right = Array.from(promised, (share) => random.uniform() < share);
  const bins = calibrationBins(promised, (row) => right[row]);
  expect(bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_000);
  for (const { promised, found, rows } of bins) {
    expect(Math.abs(promised - found)).toBeLessThan(4 * Math.sqrt(0.25 / rows));
  }
});

it('keeps the ends of a curve that is thinned', () => {
  const points = thinned(
    Array.from({ length: 1000 }, (_, i) => i),
    5,
  );
  expect(points).toEqual([0, 250, 500, 749, 999]);
});
