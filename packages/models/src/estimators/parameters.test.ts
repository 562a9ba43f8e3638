import '@tensorflow/tfjs-backend-cpu';
import { gaussian } from '@kernel-methods/features';
import { hinge } from '@kernel-methods/losses';
import { expectNoLeak, maxRelativeDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { savedBy } from '../fixtures/saved-by.ts';
import {
  KernelLogisticRegression,
  KernelModel,
  type KernelModelOptions,
  KernelRidge,
  KernelSVM,
  pairwise,
} from '../index.ts';
import { direct } from '../solvers/direct.ts';
import { newton } from '../solvers/newton/newton.ts';
import { sgd } from '../solvers/sgd.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(40);
const quick: KernelModelOptions = { outputDim: 8, scale: 1, epochs: 2, batchSize: 10 };
const scoresOf = async (model: KernelModel) => (await model.decisionFunction(x)).data;

describe('parameters', () => {
  it('make a like one, of every class, and belong to nobody else', () => {
    for (const Model of [KernelSVM, KernelLogisticRegression, KernelRidge, KernelModel] as (new (
      options?: KernelModelOptions,
    ) => KernelModel)[]) {
      const model = new Model({ ...quick, features: ['gaussian', gaussian({ scale: 2 })] });
      const like = model.clone();
      expect(like).toBeInstanceOf(Model);
      expect(like.getParams()).toEqual(model.getParams());
      // Functions of two solvers are not the same.
      const shown = (one: KernelModel) => JSON.stringify(one.options);
      expect(shown(new Model(model.getParams()))).toBe(shown(model));
      model.setParams({ seed: 4 });
      expect(like.options.seed).toBe(0);
    }
  });

  it('come back to their defaults, each class to its own', () => {
    const svm = new KernelSVM({ ...quick, solver: newton(), loss: 'squaredHinge' });
    svm.setParams({ solver: undefined, outputDim: undefined });
    expect(svm.options).toMatchObject({ outputDim: 2048, solver: { name: 'adam' } });
    const ridge = new KernelRidge({ solver: 'adam' });
    expect(ridge.setParams({ solver: undefined }).options.solver.name).toBe('direct');
    expect(svm.setParams({ loss: undefined }).options.loss).toBe(hinge);
    expect(ridge.setParams({ task: undefined }).options.task).toBe('regression');
  });

  it('that do not go together are refused together', () => {
    const ridge = new KernelRidge(quick);
    expect(() => ridge.setParams({ loss: 'hinge' })).toThrow('`loss` must be one for numbers');
    expect(ridge.options.loss.name).toBe('meanSquaredError');
    ridge.setParams({ loss: 'hinge', task: 'classification', solver: 'adam' });
    expect(ridge.options).toMatchObject({ task: 'classification', solver: { name: 'adam' } });
    expect(() => new KernelSVM({ outputDims: 5 } as never)).toThrow('Received: outputDims.');
    expect(() => new KernelSVM(null as never)).toThrow(
      'Options must be an object. Received: null.',
    );
    expect(() => new KernelSVM({ features: gaussian({ scale: 2 }), scale: 1 })).toThrow(
      '`scale` must be left out if every kernel has its own. Received: 1.',
    );
  });

  it('do not change what is fitted, its loss the least', async () => {
    const svm = new KernelSVM(quick);
    await svm.fit(x, labels);
    const seen = async () => [
      await svm.predictProba(x),
      await svm.evaluate(x, labels),
      (await savedBy(svm)) && (await KernelSVM.load(await savedBy(svm)).then(probabilities)),
    ];
    const before = await seen();
    svm.setParams({ loss: 'softmaxCrossEntropy' });
    expect(await seen()).toEqual(before);
    svm.dispose();
  });

  async function probabilities(model: KernelModel) {
    const { data } = await model.predictProba(x);
    model.dispose();
    return data;
  }
});

describe('a saved model', () => {
  it.each<[string, KernelModelOptions]>([
    ['sgd', { loss: 'hinge', solver: sgd({ learningRate: 0.5, momentum: 0.5 }) }],
    ['direct', { loss: 'meanSquaredError', solver: direct({ l2: 0.25 }) }],
    ['newton', { loss: 'squaredHinge', solver: newton({ tolerance: 1e-3 }), l2: 0.5 }],
  ])('knows its solver with its options, and a list of maps: %s', (name, options) =>
    expectNoLeak(async () => {
      const model = new KernelModel({ ...quick, ...options, features: ['gaussian', 'laplacian'] });
      const { l2 } = await model.fit(x, labels);
      const before = await scoresOf(model);
      const loaded = await KernelModel.load(await savedBy(model));
      expect(loaded.options.solver).toMatchObject({ name, config: model.options.solver.config });
      expect(loaded.options.l2).toBe(options.l2);
      expect(await scoresOf(loaded)).toEqual(before);
      // Fitted again, also when it was disposed of, from a clone, or after it was saved again.
      loaded.dispose();
      const again = await loaded.fit(x, labels);
      expect(again.l2).toBe(l2);
      expect(await scoresOf(loaded)).toEqual(before);
      const clone = loaded.clone();
      await clone.fit(x, labels);
      const third = await KernelModel.load(await savedBy(clone));
      await third.fit(x, labels);
      for (const one of [clone, third]) expect(await scoresOf(one)).toEqual(before);
      for (const one of [model, loaded, clone, third]) one.dispose();
    }),
  );

  it.each<[string, KernelModelOptions]>([
    ['solver fit', { solver: 'fit', learningRate: 0.05 }],
    ['an optimizer', { optimizer: () => tf.train.rmsprop(0.1) }],
  ])('learns as a whole again: %s', (_, options) =>
    expectNoLeak(async () => {
      const model = new KernelModel({ ...quick, loss: 'hinge', ...options });
      await model.fit(x, labels);
      const loaded = await KernelModel.load(await savedBy(model));
      const { learningRate, optimizer } = options;
      expect(loaded.getParams()).toMatchObject({ solver: 'fit' });
      expect(loaded.getParams().learningRate).toBe(learningRate);
      expect(loaded.options.wholeNetwork).toBe(true);
      // The function itself is to be given again.
      await loaded.setParams({ optimizer }).fit(x, labels);
      expect(await scoresOf(loaded)).toEqual(await scoresOf(model));
      for (const one of [model, loaded]) one.dispose();
    }),
  );

  it('of a solver that nobody knows is loaded without it', async () => {
    const mine = { ...sgd({ learningRate: 0.1 }), name: 'mine' };
    const model = new KernelModel({ ...quick, loss: 'hinge', solver: mine });
    await model.fit(x, labels);
    const loaded = await KernelModel.load(await savedBy(model));
    expect(loaded.options.solver.name).toBe('adam');
    expect(await scoresOf(loaded)).toEqual(await scoresOf(model));
    for (const one of [loaded, model]) one.dispose();
  });

  it('of a solver around one that nobody knows is loaded without it', async () => {
    const mine = { ...newton({ tolerance: 1e-2 }), name: 'mine' };
    const model = new KernelLogisticRegression({ ...quick, solver: pairwise(mine) });
    await model.fit(x, labels);
    const loaded = await KernelLogisticRegression.load(await savedBy(model));
    expect(loaded.options.solver.name).toBe('adam');
    expect(await scoresOf(loaded)).toEqual(await scoresOf(model));
    for (const one of [loaded, model]) one.dispose();
  });

  it('leaves nothing behind where a class refuses it', async () => {
    const svm = new KernelSVM(quick);
    await svm.fit(x, labels);
    const handler = await savedBy(svm);
    class Picky extends KernelModel {
      constructor() {
        super();
        throw new Error('not me');
      }
    }
    await expect(expectNoLeak(() => Picky.load(handler))).rejects.toThrow('not me');
    svm.dispose();
  });
});

it.each<[string, KernelModelOptions]>([
  ['adam', { loss: 'hinge' }],
  // The step size that sgd finds by itself is an estimate from chunks as they come.
  ['sgd', { loss: 'logistic', solver: 'sgd', learningRate: 0.1 }],
  ['newton', { loss: 'squaredHinge', solver: 'newton', l2: 0.01 }],
  ['direct', { loss: 'meanSquaredError', solver: direct({ accuracy: true }), l2: 0.01 }],
])('a memory budget changes nothing beyond rounding: %s', async (_, options) => {
  // More rows than a chunk has.
  const many = Array.from({ length: 1100 }, (_, i) => [x[i % 40][0] + i / 1e4, x[i % 40][1]]);
  const y = many.map((_, i) => labels[i % 40]);
  const found: Float32Array[] = [];
  const histories: number[][] = [];
  // All, all but the validation rows, the last byte too few, none.
  for (const memoryBudget of [undefined, 4 * 880 * 4, 4 * 880 * 4 - 1, 0]) {
    const more = { outputDim: 4, scale: 1, batchSize: 100, epochs: 2, memoryBudget };
    const model = new KernelModel({ ...more, ...options });
    const { history } = await model.fit(many, y, { validationSplit: 0.2 });
    histories.push(history.flatMap(({ loss, valLoss }) => [loss, valLoss as number]));
    found.push(await scoresOf(model));
    model.dispose();
  }
  for (const other of [1, 2, 3]) {
    expect(maxRelativeDifference(found[other], found[0])).toBeLessThan(1e-4);
    expect(maxRelativeDifference(histories[other], histories[0])).toBeLessThan(1e-4);
  }
});
