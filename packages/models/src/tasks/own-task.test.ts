import '@tensorflow/tfjs-backend-cpu';
import {
  identity,
  registerKernelFactory,
  type ShiftInvariantKernel,
} from '@kernel-methods/features';
import { defineLoss, hinge, logistic, outputwise } from '@kernel-methods/losses';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import {
  crossValidate,
  KernelModel,
  KernelRidge,
  KernelSVM,
  type Solver,
  type Task,
} from '../index.ts';
import { severalLabels } from './fixtures/several-labels.ts';
import { withoutLabels } from './fixtures/without-labels.ts';

// What a user writes outside of these packages can do what ours can: nobody asks for names.

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const x = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(1.3 * i)]);
const options = { features: identity(), epochs: 200, learningRate: 0.05, seed: 1 };

it('a task with several labels per row is one file', async () => {
  const y = x.map(([a, b]) => ['left', 'low'].filter((_, k) => (k === 0 ? a < 0 : b < 0)));
  const task = severalLabels(['left', 'low']);
  const model = new KernelModel({ ...options, task, loss: logistic });
  await model.fit(x, y as never);
  expect((await model.predict(x)) as unknown).toEqual(y);
  const { loss, accuracy } = await model.evaluate(x, y as never);
  expect(loss).toBeLessThan(0.2);
  expect(accuracy).toBe(1);
  const { mean } = await crossValidate(model, x, y as never, { folds: 3 });
  expect(mean).toBeGreaterThan(0.8);
  await expect(model.predictProba(x)).rejects.toThrow('is a several labels');
  expect(() => new KernelModel({ ...options, task, loss: hinge })).toThrow(
    '`loss` must be logistic with several labels. Received: hinge.',
  );
  model.dispose();
});

it('a task without labels is one file, and a model of it saves and loads', async () => {
  class Support extends KernelModel {
    protected static override readonly defaults = { task: withoutLabels, loss: hinge };
  }
  const model = new Support(options);
  const rows = x.map(([a, b]) => [3 + a / 10, b / 10]);
  await model.fit(rows, undefined);
  // It starts at −1: the rows have pulled it up.
  expect(await model.predict(rows)).toEqual(rows.map(() => 1));
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save({
    save: async (artifacts) => {
      saved.push(artifacts);
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
    },
  });
  const handler = { load: async () => saved[0] };
  const loaded = await Support.load(handler);
  expect(await loaded.predict(rows)).toEqual(await model.predict(rows));
  await expect(KernelModel.load(handler)).rejects.toThrow('without labels');
  for (const one of [model, loaded]) one.dispose();
});

it('a solver of one’s own says which losses it takes, and goes on with more rows', async () => {
  const solver: Solver = {
    name: 'mean of the classes',
    config: {},
    start: 'zeros',
    continues: 'head',
    refuses: ({ coding }) => (coding === 'sign' ? undefined : 'must have signs as its targets'),
    async solve({ training, head }) {
      for await (const { targets } of training.chunks()) {
        head.bias[0] += targets.reduce((sum, target) => sum + target, 0);
      }
      return { history: [], stopped: 'exact', l2: 0, seconds: { train: 0, validate: 0 } };
    },
  };
  expect(() => new KernelModel({ solver, loss: 'meanSquaredError' })).toThrow(
    '`loss` must have signs as its targets. Received: meanSquaredError.',
  );
  expect(() => new KernelModel({ solver, loss: hinge, learningRate: 0.1 })).toThrow(
    "`learningRate` must be left out with the solver 'mean of the classes'",
  );
  const model = new KernelModel({ features: identity(), solver, loss: hinge });
  await model.fit([[0], [1], [2]], ['a', 'b', 'b']);
  expect(Array.from((await model.decisionFunction([[7]])).data)).toEqual([1]);
  await model.partialFit([[3]], ['b']);
  expect(Array.from((await model.decisionFunction([[7]])).data)).toEqual([2]);
  model.dispose();
});

it('a least-squares loss of one’s own is solved exactly, as ours is', async () => {
  const own = defineLoss({
    name: 'ownSquares',
    coding: 'real',
    leastSquares: true,
    tensor: (yTrue, yPred) => tf.mean(tf.square(tf.sub(yPred, yTrue)), -1),
    closed: {
      values: ({ targets, predictions }, out) =>
        void out.forEach((_, i) => {
          out[i] = (predictions[i] - targets[i]) ** 2;
        }),
      gradient: ({ targets, predictions }, out) =>
        void out.forEach((_, i) => {
          out[i] = 2 * (predictions[i] - targets[i]);
        }),
    },
  });
  const y = x.map(([a, b]) => 2 * a - b + 1);
  const ours = new KernelRidge({ features: identity(), l2: 1e-2 });
  const theirs = new KernelRidge({ features: identity(), l2: 1e-2, loss: own });
  expect(theirs.options.solver.name).toBe('direct');
  for (const model of [ours, theirs]) await model.fit(x, y);
  expect(await theirs.predict(x)).toEqual(await ours.predict(x));
  for (const model of [ours, theirs]) model.dispose();
});

it('a hinge loss of one’s own is solved in the rows’ space, as ours is', async () => {
  const own = defineLoss({
    name: 'ownHinge',
    coding: 'sign',
    maximumMargin: true,
    tensor: (yTrue, yPred) => tf.mean(tf.relu(tf.sub(1, tf.mul(yTrue, yPred))), -1),
    closed: outputwise(
      (y, p) => Math.max(0, 1 - y * p),
      (y, p) => (y * p <= 1 ? -y : 0),
    ),
  });
  const y = x.map(([a, b]) => (a > b ? 'left' : 'right'));
  const ours = new KernelSVM({ features: identity(), loss: hinge });
  const theirs = new KernelSVM({ features: identity(), loss: own });
  expect((await ours.fit(x, y)).settings.solver).toBe('smo');
  expect((await theirs.fit(x, y)).settings.solver).toBe('smo');
  expect(await theirs.decisionFunction(x)).toEqual(await ours.decisionFunction(x));
  for (const model of [ours, theirs]) model.dispose();
  const unsaid = defineLoss({
    ...own,
    name: 'unsaid',
    maximumMargin: undefined,
    tensor: own,
    closed: own,
  });
  expect(() => new KernelSVM({ solver: 'smo', loss: unsaid })).toThrow(
    "`loss` must be hinge with the solver 'smo'. Received: unsaid.",
  );
});

it('a kernel of one’s own has its median scale measured in the norm that it names', async () => {
  const scales: unknown[] = [];
  const kernel = (norm: 'L1' | 'L2'): ShiftInvariantKernel => ({
    name: `own${norm}`,
    norm,
    evaluate: (a, b) => tf.matMul(a, b, false, true),
    getConfig: () => ({}),
    sampleFrequencies: (_, [inputDim, outputDim]) => new Float32Array(inputDim * outputDim).fill(1),
    defaultScale: () => 1,
  });
  const rows = Array.from({ length: 40 }, (_, i) => [i % 2, i % 2]);
  for (const norm of ['L1', 'L2'] as const) {
    registerKernelFactory(`own${norm}`, () => kernel(norm));
    const model = new KernelRidge({ features: kernel(norm), outputDim: 4, l2: 1 });
    await model.fit(
      rows,
      rows.map(([a]) => a),
    );
    const network = model.toLayersModel();
    scales.push((await network.layers[1].getWeights()[0].data())[0]);
    network.dispose();
    model.dispose();
  }
  // Rows differ by 1 in both columns: 2 in L1, the root of 2 in L2.
  expect(scales[0]).toBeCloseTo(2, 6);
  expect(scales[1]).toBeCloseTo(Math.SQRT2, 6);
});

it('a task that lacks a part is refused', () => {
  expect(() => new KernelModel({ task: { name: 'half' } as Task })).toThrow(
    '`task` must have what `classification` has',
  );
});
