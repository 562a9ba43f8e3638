import { createRandom } from '@kernel-methods/random';
import { describeOnBackends } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import { KernelSVM } from '../index.ts';
import { atMost, type TestedRows } from '../tasks/scorer.ts';
import { gridSearch } from './grid-search.ts';
import type { Candidate, CrossValidationPlan, SelectionProgress } from './plan.ts';
import { canWin, inOrder } from './race.ts';

const FOLDS = 5;

/** Runs all candidates whose scores on each fold are given, in the order of a race. */
function run(table: readonly (readonly number[])[], options: Partial<CrossValidationPlan> = {}) {
  const candidates: Candidate[] = table.map((_, index) => ({ index, scores: [], seconds: 0 }));
  const plan = {
    ...{ candidates, pooled: false, stopEarly: true, onProgress: () => {} },
    folds: Array.from({ length: FOLDS }),
    scorer: atMost(1, () => 0),
    ...options,
  } as unknown as CrossValidationPlan;
  const fits: [number, number][] = [];
  for (const { candidate, fold } of inOrder(plan, candidates, [0, 1, 2, 3, 4])) {
    fits.push([candidate.index, fold]);
    candidate.scores.push(table[candidate.index][fold]);
  }
  return { candidates, fits, plan };
}

const meanOf = (scores: readonly number[]) => scores.reduce((a, b) => a + b) / scores.length;

/** The first of those with the greatest mean. */
const winnerOf = (all: readonly { index: number; scores: readonly number[] }[]) =>
  all.reduce((a, b) => (meanOf(b.scores) > meanOf(a.scores) ? b : a)).index;

describe('a race', () => {
  it('ends with the candidate that wins when all are scored on all folds, in fewer fits', () => {
    const random = createRandom(4).stream('scores');
    let fits = 0;
    for (let round = 0; round < 300; round++) {
      const quality = Array.from({ length: 12 }, () => 0.8 + 0.18 * random.uniform());
      // Tenths of a percent, so that many are equal.
      const table = quality.map((q) =>
        Array.from({ length: FOLDS }, () =>
          Math.min(1, Math.round(1000 * (q + 0.01 * random.normal())) / 1000),
        ),
      );
      const { candidates, ...found } = run(table);
      fits += found.fits.length;
      const whole = candidates.filter(({ scores }) => scores.length === FOLDS);
      expect(winnerOf(whole)).toBe(winnerOf(table.map((scores, index) => ({ index, scores }))));
      for (const { stoppedAfter, scores } of candidates) {
        expect(stoppedAfter ?? FOLDS).toBe(scores.length);
      }
    }
    expect(fits).toBeLessThan(0.6 * 300 * 12 * FOLDS);
  });

  it('scores all on one fold first, then the best of them, and stops one that is beaten for sure', () => {
    const table = [
      [0.6, 1, 1, 1, 1],
      [0.98, 0.98, 0.98, 0.98, 0.98],
      [0.95, 0.94, 1, 1, 1],
    ];
    const { candidates, fits } = run(table);
    expect(fits.slice(0, 3)).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    expect(fits[3]).toEqual([1, 1]);
    expect(candidates.map(({ stoppedAfter }) => stoppedAfter)).toEqual([1, undefined, 2]);
  });

  it('stops none that may draw level, whose folds have no score, or where no bound holds', () => {
    const level = [
      [0.9, 1, 1, 1, 1],
      [0.98, 0.98, 0.98, 0.98, 0.98],
    ];
    expect(run(level).fits).toHaveLength(10);
    const none = [[Number.NaN, 0, 0, 0, 0], level[1]];
    expect(run(none).candidates[0].scores.length).toBeGreaterThan(1);
    const losing = [level[1], [0, 0, 0, 0, 0]];
    expect(run(losing).fits).toHaveLength(6);
    for (const options of [{ stopEarly: false }, { pooled: true }, { scorer: () => 0 }]) {
      const { fits } = run(losing, options);
      expect(fits.slice(0, 2)).toEqual([
        [0, 0],
        [0, 1],
      ]);
      expect(fits).toHaveLength(10);
    }
    const { plan } = run([level[1]]);
    const undefinedOnce = { index: 1, scores: [Number.NaN, 0.97], seconds: 0 };
    // (0.97 + 3) / 4 is above 0.98.
    expect(canWin(plan, undefinedOnce)).toBe(true);
    expect(canWin(plan, { ...undefinedOnce, scores: [Number.NaN, 0.9] })).toBe(false);
  });
});

const { normal } = createRandom(5).stream('rows');
const labels = Array.from({ length: 90 }, (_, i) => i % 3);
const x = labels.map((label) => [2 * label + 0.4 * normal(), normal()]);

describeOnBackends('a search that stops early', () => {
  const svm = new KernelSVM({ loss: 'squaredHinge', solver: 'newton', outputDim: 24, scale: 1 });
  // The widest kernels and the largest penalties cannot win.
  const grid = { scale: [1, 300], l2: [1e-3, 1e3] };

  it('chooses as one that does not, and tells what it stopped', async () => {
    const told: SelectionProgress[] = [];
    const onProgress = (progress: SelectionProgress) => {
      told.push(progress);
    };
    const found = await gridSearch(svm, grid, x, labels, { refit: false, onProgress });
    const whole = await gridSearch(svm, grid, x, labels, { refit: false, stopEarly: false });
    expect([found.params, found.score]).toEqual([whole.params, whole.score]);
    const stopped = found.candidates.filter(({ stoppedAfter }) => stoppedAfter !== undefined);
    expect(stopped.length).toBeGreaterThan(0);
    for (const { stoppedAfter, scores, mean, error } of stopped) {
      expect([stoppedAfter, mean, error]).toEqual([scores.length, Number.NaN, undefined]);
    }
    expect(whole.candidates.every(({ stoppedAfter }) => stoppedAfter === undefined)).toBe(true);
    expect(told.filter(({ phase }) => phase === 'stop')).toHaveLength(stopped.length);
    expect([told.at(-1)?.done, told.at(-1)?.total]).toEqual([20, 20]);
  });

  it('refuses what is neither true nor false, and stops none by a scorer without a best', async () => {
    await expect(
      gridSearch(svm, grid, x, labels, { stopEarly: 1 as unknown as boolean }),
    ).rejects.toThrow('`stopEarly` must be true or false. Received: number.');
    const scoring = ({ truth, predictions }: TestedRows) =>
      Array.from(truth).filter((c, i) => c === predictions[i]).length / truth.length;
    const { candidates } = await gridSearch(svm, grid, x, labels, { refit: false, scoring });
    expect(candidates.every(({ scores }) => scores.length === 5)).toBe(true);
  });
});
