import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixture from '../fixtures/sklearn/labels.json' with { type: 'json' };
import {
  countsOf,
  f1Macro,
  f1Micro,
  f1Of,
  hammingLoss,
  rankingScores,
  subsetAccuracy,
} from './label-metrics.ts';
import { thresholdsForF1 } from './label-thresholds.ts';

const { truth, predictions, scores, expected } = fixture.metrics;
const labels = truth[0].length;
const rows = { truth: truth.flat(), predictions: predictions.flat(), labels };

describe('metrics of several labels', () => {
  it('are scikit-learn’s', () => {
    const counts = countsOf(rows);
    expect(subsetAccuracy(rows)).toBeCloseTo(expected.accuracy, 12);
    expect(f1Micro(counts)).toBeCloseTo(expected.f1Micro, 12);
    expect(f1Macro(counts)).toBeCloseTo(expected.f1Macro, 12);
    counts.forEach((count, i) => {
      expect(f1Of(count)).toBeCloseTo(expected.f1[i], 12);
    });
    expect(hammingLoss(rows)).toBeCloseTo(expected.hammingLoss, 12);
    const ranking = rankingScores(truth.flat(), scores.flat(), labels);
    expect(ranking.averagePrecision).toBeCloseTo(expected.averagePrecision, 12);
    expect(ranking.coverageError).toBeCloseTo(expected.coverageError, 12);
    expect(ranking.rankingLoss).toBeCloseTo(expected.rankingLoss, 12);
  });

  it('rank labels that were not seen in training last', () => {
    const of = (own: number[], scores: number[], unseen: number) =>
      rankingScores(own, scores, own.length, [unseen]);
    const none = { averagePrecision: 0, coverageError: 3, rankingLoss: 1 };
    expect(of([0, 0], [2, 1], 1)).toEqual(none);
    // The label that is known comes first, and the other after all.
    const half = { averagePrecision: 0.5, coverageError: 4, rankingLoss: 0.5 };
    expect(of([1, 0, 0], [3, 2, 1], 1)).toEqual(half);
    expect(of([1, 1], [2, 1], 2)).toEqual({ ...half, rankingLoss: 0 });
    expect(of([1, 0], [2, 1], 0)).toEqual(rankingScores([1, 0], [2, 1], 2));
  });

  it('count a row that lost a label as wrong', () => {
    const one = { truth: [1, 0], predictions: [1, 0], labels: 2 };
    expect(subsetAccuracy(one)).toBe(1);
    expect(subsetAccuracy(one, () => true)).toBe(0);
  });
});

describe('thresholds for F1', () => {
  const found = (truth: number[], probabilities: number[]) => {
    const steps = thresholdsForF1(truth, probabilities, 1);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value[0];
    }
  };
  const f1At = (truth: readonly number[], p: readonly number[], threshold: number) =>
    f1Of(countsOf({ truth, predictions: p.map((value) => +(value > threshold)), labels: 1 })[0]);

  it('are half way between two rows, and ½ without rows of a label', () => {
    expect(found([1, 1, 0, 1, 0], [0.3, 0.25, 0.1, 0.2, 0.05])).toBeCloseTo(0.15, 12);
    expect(found([0, 0, 0], [0.3, 0.6, 0.1])).toBe(0.5);
    expect(found([1, 0], [0.6, 0.4])).toBe(0.5);
  });

  it('reach the greatest F1 of all thresholds', () => {
    const some = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 9 })),
      {
        minLength: 1,
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(some, (pairs) => {
        const truth = pairs.map(([t]) => t);
        const p = pairs.map(([, k]) => k / 10);
        const best = Math.max(
          ...Array.from({ length: 11 }, (_, k) => f1At(truth, p, k / 10 - 0.05)),
        );
        const reached = f1At(truth, p, found(truth, p));
        // Nobody chooses by a threshold below 0.
        if (truth.some((t, i) => t > 0 && p[i] === 0)) expect(reached).toBeLessThanOrEqual(best);
        else expect(reached).toBeCloseTo(best, 12);
      }),
      { seed: 1 },
    );
  });
});
