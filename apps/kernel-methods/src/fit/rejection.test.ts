import '@kernel-methods/backend-simd';
import { KernelModel } from '@kernel-methods/models';
import { Table } from '@kernel-methods/tables';
import { expect, it } from 'vitest';
import type { SavedModel } from '../model/model-folder.ts';
import { predictor } from '../model/saved-predictor.ts';
import { rejectScoreNames } from '../options/reject-scores.ts';
import { otherScoreNote, RejectionExam, rejectAsked, rejectScoreOf } from './rejection.ts';

const rowsOf = (kinds: readonly string[]) =>
  Table.fromRows(
    Array.from({ length: 60 }, (_, i) => ({
      size: kinds.indexOf(kinds[i % kinds.length]) * 3 + Math.sin(i),
      kind: kinds[i % kinds.length],
    })),
  ) as Table;

it('passes over folds of classes that were not trained on, and says so if there are no others', async () => {
  const train = rowsOf(['a', 'b']);
  const model = new KernelModel<string>({ loss: 'hinge', outputDim: 16, scale: 1 });
  await model.fit(train, 'kind');
  const exam = new RejectionExam({ target: 'kind' }, 'energy');
  const add = async (test: Table) =>
    exam.add(model as KernelModel, train, test, (await model.predict(test)) as string[]);
  await add(rowsOf(['c', 'd']));
  await expect(exam.finish(model as KernelModel, train, { kept: 0.9 })).rejects.toThrow(
    '`--reject` must have folds with classes that others have too',
  );
  await add(rowsOf(['a', 'c']));
  const { kept, right } = await exam.finish(model as KernelModel, train, { kept: 0.9 });
  expect(kept).toBeGreaterThanOrEqual(0.9);
  expect(right).toBe(1);
  model.dispose();
});

it('takes the score that is asked for, or that suits', () => {
  const few = { outputDim: 2048 };
  expect(rejectScoreOf({ kept: 0.9 }, few, false)).toBe('relativeMahalanobis');
  expect(rejectScoreOf({ mistakes: 0.1 }, few, false)).toBe('energy');
  for (const score of rejectScoreNames) {
    const own = rejectScoreOf({ mistakes: 0.1, score }, few, false);
    expect(own.toLowerCase()).toBe(score.replace('-', ''));
    // What is known of distances among many features is too large to save.
    const isFar = score === 'distance' || score === 'relative-mahalanobis';
    const other = isFar ? 'energy' : own;
    expect(rejectScoreOf({ kept: 0.9, score }, { outputDim: 2049 }, false)).toBe(other);
    expect(rejectScoreOf({ kept: 0.9, score }, {}, true)).toBe(other);
  }
  const found = { kept: 0.9, right: 1, rejection: { score: { name: 'energy' } } } as never;
  expect(otherScoreNote({ kept: 0.9, score: 'distance' }, found)).toBe(
    '--reject-score distance is for 2,048 features or fewer: of these, energy is taken instead.',
  );
  expect(otherScoreNote({ kept: 0.9, score: 'energy' }, found)).toBeUndefined();
  expect(otherScoreNote({ kept: 0.9 }, found)).toBeUndefined();
});

it('refuses a score without a share', () => {
  const task = 'classification';
  expect(
    rejectAsked({ reject: 0.9, rejectMistakes: undefined, rejectScore: 'margin' }, { task }),
  ).toEqual({
    kept: 0.9,
    score: 'margin',
  });
  const alone = { reject: undefined, rejectMistakes: undefined, rejectScore: 'margin' } as const;
  expect(() => rejectAsked(alone, { task })).toThrow(
    '`--reject-score` must be given with --reject or --reject-mistakes. Received: margin.',
  );
});

it.each(rejectScoreNames)(
  'keeps as many rows as it is asked for by %s, saved and read',
  async (score) => {
    const train = rowsOf(['a', 'b', 'c']);
    const model = new KernelModel<string>({ loss: 'hinge', outputDim: 16, scale: 1 });
    await model.fit(train, 'kind');
    const exam = new RejectionExam(
      { target: 'kind' },
      rejectScoreOf({ kept: 0.8, score }, {}, false),
    );
    await exam.add(model as KernelModel, train, train, (await model.predict(train)) as string[]);
    const rejecting = await exam.finish(model as KernelModel, train, { kept: 0.8 });
    expect(Math.abs(rejecting.kept - 0.8)).toBeLessThan(0.05);
    const record = JSON.parse(JSON.stringify({ task: 'classification', rejecting }));
    const saved = { path: '', model, record } as unknown as SavedModel;
    const { kept = [] } = await predictor(saved)(train);
    expect(kept.filter(Boolean).length / 60).toBeCloseTo(rejecting.kept, 9);
    model.dispose();
  },
);
