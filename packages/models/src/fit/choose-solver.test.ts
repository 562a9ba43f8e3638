import { hinge, meanSquaredError, softmaxCrossEntropy } from '@kernel-methods/losses';
import { describe, expect, it } from 'vitest';
import { type KernelModelOptions, resolve } from '../options.ts';
import { withChosenSolver } from './choose-solver.ts';
import type { FitOptions } from './fit-options.ts';

const few = { rows: 500, weight: 500, width: 2048, units: 3 };
const many = { rows: 60_000, weight: 60_000, width: 2048, units: 10 };

describe('withChosenSolver', () => {
  const chosen = (options: KernelModelOptions, size = few, fitOptions: FitOptions = {}) => {
    const { solver, l2 } = withChosenSolver(resolve(options, hinge), fitOptions, size);
    return { solver: solver.name, l2 };
  };

  it('takes smo for the hinge loss and newton for smooth ones, where these take seconds', () => {
    expect(chosen({})).toEqual({ solver: 'smo', l2: undefined });
    expect(chosen({ l2: 0.1 })).toEqual({ solver: 'smo', l2: 0.1 });
    const softmax = { loss: softmaxCrossEntropy };
    expect(chosen(softmax)).toEqual({ solver: 'newton', l2: undefined });
    expect(chosen({ loss: 'squaredHinge', l2: 1 })).toEqual({ solver: 'newton', l2: 1 });
    expect(chosen({ loss: meanSquaredError }).solver).toBe('direct');
  });

  it('takes adam with a penalty for many rows, and where smo has no room or no minimum', () => {
    expect(chosen({}, many)).toEqual({ solver: 'adam', l2: 1 / (4 * 60_000 * 10) });
    expect(chosen({ loss: softmaxCrossEntropy }, many)).toEqual({ solver: 'adam', l2: 1 / 60_000 });
    expect(chosen({ loss: 'logistic' }, many)).toEqual({ solver: 'adam', l2: 1 / 600_000 });
    expect(chosen({ memoryBudget: 0 }).solver).toBe('adam');
    expect(chosen({ l2: 0 })).toEqual({ solver: 'adam', l2: 0 });
    expect(chosen({ loss: 'categoricalHinge' }).solver).toBe('adam');
  });

  it('takes what is given, and adam as Keras has it where something speaks of epochs', () => {
    expect(chosen({ solver: 'adam' })).toEqual({ solver: 'adam', l2: undefined });
    for (const options of [{ epochs: 3 }, { batchSize: 8 }, { learningRate: 0.1 }]) {
      expect(chosen(options)).toEqual({ solver: 'adam', l2: undefined });
    }
    const listeners: FitOptions[] = [
      ...[{ epochs: 3 }, { batchSize: 8 }, { earlyStopping: true }],
      ...[{ onEpochEnd: () => {} }, { callbacks: [{ onEpochEnd: () => {} }] }],
    ];
    for (const fitOptions of listeners) {
      expect(chosen({}, few, fitOptions)).toEqual({ solver: 'adam', l2: undefined });
    }
    expect(chosen({}, few, { callbacks: [{ onFitBegin: () => {} }] }).solver).toBe('smo');
  });
});
