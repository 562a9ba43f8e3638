import { describeOnBackends } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { KernelRidge } from '../index.ts';
import { SelectionAbortedError } from './aborted.ts';
import { type CrossValidation, crossValidate } from './cross-validate.ts';
import { Counting } from './fixtures/counting.ts';
import { cases, map, numbers, x } from './fixtures/models.ts';
import { expectNothingLeft } from './fixtures/nothing-left.ts';
import { kFold, shuffleSplit } from './folds.ts';
import type { SelectionProgress } from './plan.ts';

describeOnBackends('crossValidate', () => {
  it.each(cases.slice(0, 7))(
    'stops when it is told to, with what it has: %s',
    async (_, make, y) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const onProgress = ({ phase }: SelectionProgress) => {
        if (phase === 'fit') controller.abort(reason);
      };
      const { signal } = controller;
      const error = await expectNothingLeft(async () => {
        const running = crossValidate(make(), x, y as number[], { folds: 3, signal, onProgress });
        return running.then(
          () => undefined,
          (thrown) => thrown,
        );
      });
      expect(error).toBeInstanceOf(SelectionAbortedError);
      expect(error).toMatchObject({ name: 'AbortError', cause: reason });
      expect((error as SelectionAbortedError<CrossValidation>).partial.scores).toHaveLength(1);
    },
  );

  it('passes on what goes wrong, and leaves nothing', async () => {
    const scoring = () => {
      throw new Error('no score');
    };
    for (const [, make, y] of cases) {
      const fails = (options: object) =>
        expectNothingLeft(() => crossValidate(make(), x, y as number[], { folds: 3, ...options }));
      await expect(fails({ scoring })).rejects.toThrow('no score');
      await expect(fails({ scoring: () => Number.NaN })).rejects.toThrow(
        '`scoring` must give a number. Received: NaN.',
      );
    }
  });

  it('refuses bad input before any work', async () => {
    const ridge = new KernelRidge({
      ...map,
      features: [new Counting({})],
      outputDim: undefined,
      scale: undefined,
    });
    Counting.rows = 0;
    const bad: [object, string][] = [
      [{ folds: 1 }, '`folds` must be a whole number from 2 to the 75 rows. Received: 1.'],
      [
        { folds: [] },
        '`folds` must be a number or an array of { train, test }. Received: an empty array.',
      ],
      [
        { folds: [{ train: 'all', test: [2] }] },
        '`folds` must have `train`, an array of at least one',
      ],
      [
        { folds: [{ train: Int32Array.of(0, 75), test: Int32Array.of(2) }] },
        '`folds` must name rows from 0 to 74, each once in a part. Received: 75 in `train` of fold 0.',
      ],
      [
        { folds: [{ train: Int32Array.of(0, 1), test: Int32Array.of(1) }] },
        '`folds` must not test a row that they train on. Received: 1 in fold 0.',
      ],
      [{ folds: kFold(75), groups: numbers }, '`groups` must be left out if `folds` are given'],
      [{ groups: [1] }, '`groups` must have one label per row, 75. Received: 1.'],
      [{ scoring: 'accuracy' }, '`scoring` must be a function or one of r2,'],
      [{ seed: 0.5 }, '`seed` must be a safe integer, 0 or above. Received: 0.5.'],
      [{ cv: 5 }, 'must be among folds, groups,'],
      [
        { fitOptions: { signal: new AbortController().signal } },
        '`fitOptions` must not have `signal`',
      ],
      [
        { fitOptions: { sampleWeight: [1] } },
        '`sampleWeight` must have one weight per row, 75. Received: 1.',
      ],
      [{ mapPerFold: 1 }, '`mapPerFold` must be true or false. Received: number.'],
      [{ signal: {} }, '`signal` must be an AbortSignal.'],
      [{ onProgress: 3 }, '`onProgress` must be a function. Received: number.'],
      [
        { folds: shuffleSplit(75), returnPredictions: true },
        '`returnPredictions` must be left out',
      ],
    ];
    for (const [options, message] of bad) {
      const attempt = () => crossValidate(ridge, x, numbers, options);
      await expect(expectNothingLeft(attempt), message).rejects.toThrow(message);
    }
    await expect(crossValidate({} as KernelRidge, x, numbers)).rejects.toThrow(
      '`estimator` must be a kernel model',
    );
    await expect(crossValidate(ridge, x, numbers.slice(1))).rejects.toThrow(
      '`y` must have one entry',
    );
    expect(Counting.rows).toBe(0);
  });

  it('tells where it stands', async () => {
    const told: SelectionProgress[] = [];
    const onProgress = (progress: SelectionProgress) => void told.push(progress);
    const ridge = new KernelRidge({ ...map, l2: 1e-3 });
    const { scores } = await crossValidate(ridge, x, numbers, { folds: 3, onProgress });
    expect(told[0]).toEqual({ phase: 'features', row: 75, rows: 75, done: 0, total: 3 });
    expect(told.slice(1)).toEqual(
      scores.map((score, fold) => ({
        phase: 'fit',
        candidate: 0,
        fold,
        score,
        done: fold + 1,
        total: 3,
      })),
    );
  });
}, ['simd']);
