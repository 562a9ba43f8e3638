import { identity } from '@kernel-methods/features';
import { describeOnBackends } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import {
  crossValidate,
  gridSearch,
  KernelRidge,
  KernelSVM,
  type TestedRows,
  UndefinedScoreError,
} from '../index.ts';
import { kFold } from './folds.ts';

const x = Array.from({ length: 12 }, (_, i) => [i]);
const y = x.map(([value]) => 2 * value + (value % 2));
const ridge = () => new KernelRidge({ features: identity(), l2: 1e-6 });
const words = x.map(([value]) => (value < 6 ? 'low' : 'high'));
const svm = () => new KernelSVM({ features: identity(), solver: 'newton', loss: 'squaredHinge' });

/** 1 − Σ(y − f)² / Σ(y − ȳ)². */
function naiveR2(truth: readonly number[], predictions: readonly number[]): number {
  const mean = truth.reduce((a, b) => a + b) / truth.length;
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b ** 2, 0);
  return 1 - sum(truth.map((t, i) => t - predictions[i])) / sum(truth.map((t) => t - mean));
}

describeOnBackends('scores that a fold does not define', () => {
  it('are scored together where no fold defines one: the better penalty is found', async () => {
    const found = await gridSearch(ridge(), { l2: [1e6, 1e-6] }, x, y, { folds: 12 });
    expect(found.params).toEqual({ l2: 1e-6 });
    expect(found.score).toBeGreaterThan(0.98);
    const [best, worst] = found.candidates;
    expect(best.pooled).toBe(found.score);
    expect(worst.pooled).toBeLessThan(0);
    expect(best.mean).toBeNaN();
    expect(best.undefinedFolds).toHaveLength(12);
    expect(best.undefinedFolds?.[3]).toEqual({
      fold: 3,
      reason: "`scoring` 'r2' needs targets that differ in each fold's test. Received: one row.",
    });
    // It was fitted to all rows by the sums of the right candidate.
    expect(await found.best.score(x, y)).toBeGreaterThan(0.98);
    found.best.dispose();
  });

  it('give the score of the predictions that each row was not trained on', async () => {
    const { pooled, predictions = [] } = await crossValidate(ridge(), x, y, {
      ...{ folds: 12, returnPredictions: true },
    });
    expect(pooled).toBeCloseTo(naiveR2(y, predictions as number[]), 5);
  });

  it('are left out of the mean where other folds have one, and named', async () => {
    const folds = kFold(12, { folds: 3, shuffle: false }).map(({ train, test }, i) =>
      i === 1
        ? { train: [...train, ...test.subarray(1)], test: test.subarray(0, 1) }
        : { train, test },
    );
    const result = await crossValidate(ridge(), x, y, { folds });
    const { scores, mean, deviation, undefinedFolds, pooled } = result;
    expect(scores.map(Number.isNaN)).toEqual([false, true, false]);
    expect(mean).toBeCloseTo((scores[0] + scores[2]) / 2, 12);
    expect(deviation).toBeCloseTo(Math.abs(scores[0] - scores[2]) / 2, 12);
    expect(undefinedFolds?.map(({ fold }) => fold)).toEqual([1]);
    expect(pooled).toBeUndefined();
  });

  it('are scored together where that is asked for', async () => {
    const all = { folds: 3, returnPredictions: true };
    const plain = await crossValidate(ridge(), x, y, all);
    expect(plain).not.toHaveProperty('pooled');
    expect(plain).not.toHaveProperty('undefinedFolds');
    const asked = await crossValidate(ridge(), x, y, { ...all, pooled: true });
    expect(asked.scores).toEqual(plain.scores);
    expect(asked.pooled).toBeCloseTo(naiveR2(y, plain.predictions as number[]), 5);
  });

  it('are scored together by probabilities, of classes that a fold may lack', async () => {
    const folds = [
      [3, 4],
      [8, 9],
    ].map((test) => ({ train: x.flat().filter((row) => !test.includes(row)), test }));
    const area = await crossValidate(svm(), x, words, { folds, scoring: 'rocAuc' });
    expect(area.undefinedFolds?.map(({ reason }) => reason)).toEqual([
      "`scoring` 'rocAuc' needs rows of every class in each fold's test. Received: only rows of class low.",
      "`scoring` 'rocAuc' needs rows of every class in each fold's test. Received: none of class low.",
    ]);
    expect(area.pooled).toBe(1);
    const loss = { folds, scoring: 'logLoss', pooled: true } as const;
    const { scores, pooled } = await crossValidate(svm(), x, words, loss);
    expect(pooled).toBeCloseTo((scores[0] + scores[1]) / 2, 6);
  });

  it('may be those of a user, and are an error where nothing defines them', async () => {
    const scoring = ({ truth }: TestedRows) => {
      if (truth.length < 20) throw new UndefinedScoreError('mine needs 20 rows');
      return 1;
    };
    const running = crossValidate(ridge(), x, y, { folds: 3, scoring });
    await expect(running).rejects.toThrow('mine needs 20 rows');
    const late = async ({ truth, probabilities }: TestedRows) =>
      truth.length < 12 ? 1 : (await probabilities())[0];
    const options = { folds: 3, scoring: late, pooled: true };
    await expect(crossValidate(svm(), x, words, options)).rejects.toThrow(
      '`scoring` must ask for `probabilities` on each fold if it does on all together.',
    );
    await expect(crossValidate(ridge(), x, y, { pooled: 1 as never })).rejects.toThrow(
      '`pooled` must be true or false. Received: number.',
    );
  });
});
