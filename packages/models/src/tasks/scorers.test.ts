import { describe, expect, it } from 'vitest';
import { noClasses } from '../selection/tested-rows.ts';
import fixture from './fixtures/scorers.json' with { type: 'json' };
import type { TestedRows } from './scorer.ts';
import { scorerFor } from './scorers.ts';

const tested = (given: (typeof fixture.classification)[number]): TestedRows => {
  const several = Array.isArray(given.decisions[0]);
  return {
    classes: given.probabilities[0].map((_, i) => i),
    truth: Int32Array.from(given.truth),
    predictions: Int32Array.from(given.predictions),
    units: several ? given.probabilities[0].length : 1,
    decisions: Float32Array.from(given.decisions.flat()),
    probabilities: async () => Float32Array.from(given.probabilities.flat()),
  };
};

const numbers = (truth: number[][], predictions: number[][]): TestedRows => ({
  truth: Float32Array.from(truth.flat()),
  predictions: Float32Array.from(predictions.flat()),
  units: truth[0].length,
  decisions: Float32Array.from(predictions.flat()),
  probabilities: noClasses,
});

describe('scorers', () => {
  it.each(fixture.classification)('are scikit-learn’s for classes (%#)', async (given) => {
    for (const [name, expected] of Object.entries(given.expected)) {
      const scorer = scorerFor(name as 'accuracy', 'classification');
      expect(await scorer(tested(given)), name).toBeCloseTo(expected, 6);
    }
  });

  it('are scikit-learn’s for numbers', async () => {
    const { truth, predictions, expected } = fixture.regression;
    for (const [name, value] of Object.entries(expected)) {
      const scorer = scorerFor(name as 'r2', 'regression');
      expect(await scorer(numbers(truth, predictions)), name).toBeCloseTo(value, 5);
    }
  });

  it('take a probability of 0 for the smallest of float32', async () => {
    const rows = { ...tested(fixture.classification[1]), truth: Int32Array.of(0, 1) };
    const probabilities = async () => Float32Array.of(0, 1, 0, 1);
    const loss = await scorerFor('logLoss', 'classification')({ ...rows, probabilities });
    expect(loss).toBeCloseTo((Math.log(2 ** -23) + Math.log1p(-(2 ** -23))) / 2, 10);
  });

  it('are accuracy and R² where nothing is said', () => {
    expect(scorerFor(undefined, 'classification')).toBe(scorerFor('accuracy', 'classification'));
    expect(scorerFor(undefined, 'regression')).toBe(scorerFor('r2', 'regression'));
  });

  it('say which there are, and what they miss', async () => {
    expect(() => scorerFor('r2', 'classification')).toThrow(
      '`scoring` must be a function or one of accuracy, balancedAccuracy, f1Macro, logLoss, rocAuc for a classification. Received: r2.',
    );
    expect(() => scorerFor('toString' as 'r2', 'regression')).toThrow('Received: toString.');
    expect(() => scorerFor(3 as never, 'regression')).toThrow('Received: number.');
    const rows = { ...tested(fixture.classification[1]), truth: new Int32Array(40) };
    await expect(scorerFor('rocAuc', 'classification')(rows)).rejects.toThrow(
      "`scoring` 'rocAuc' needs rows of every class in each fold's test. Received: none of class 1.",
    );
  });
});
