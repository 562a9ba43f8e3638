import { randomFourierFeatures } from '@kernel-methods/features';
import { type Loss, losses } from '@kernel-methods/losses';
import { getSimd } from '@kernel-methods/simd';
import { describeEstimator, describeOnBackends } from '@kernel-methods/test-utils';
import type * as tf from '@tensorflow/tfjs-core';
import { rings } from '../fixtures/rings.ts';
import {
  KernelLogisticRegression,
  KernelModel,
  type KernelModelOptions,
  KernelRidge,
  KernelSVM,
} from '../index.ts';
import type { Solver } from '../solvers/solver.ts';
import { solverByName } from '../solvers/solver-by-name.ts';
import { taskFor } from '../tasks/task-by-name.ts';

const { x, labels } = rings(48);
const names = labels.map((label) => ['inner', 'middle', 'outer'][label]);
const tags = labels.map((_, i) => [names[i], ...(x[i][0] > 0 ? ['right'] : [])]);
const inside = labels.map((label) => label === 0);
const wave = x.map(([a, b]) => 5 + Math.sin(2 * a) + b);
const quick = { outputDim: 64, scale: 0.7, epochs: 5, batchSize: 8, learningRate: 0.05 };
const held = () => getSimd().memory().blocks;

describeOnBackends('estimators', () => {
  const cases: {
    model: new (options?: KernelModelOptions) => KernelModel;
    y: unknown[];
    score: number;
  }[] = [
    { model: KernelSVM, y: names, score: 0.95 },
    { model: KernelLogisticRegression, y: names, score: 0.95 },
    { model: KernelRidge, y: wave, score: 0.9 },
  ];
  for (const { model, y, score } of cases) {
    const create = () => new model(quick);
    const load = (handler: tf.io.IOHandler) => KernelModel.load.call(model, handler);
    describeEstimator(model.name, { create, load, x, y, score, held });
  }
});

/** Each with options that let it learn the rings at once. */
const solvers: readonly Solver[] = [
  solverByName('adam', { learningRate: 0.05 }),
  solverByName('sgd', {}),
  solverByName('eigenpro', {}),
  solverByName('direct', {}),
  solverByName('newton', { tolerance: 1e-6 }),
  solverByName('smo', { tolerance: 1e-6 }),
  solverByName('dual', { tolerance: 1e-5, maxPasses: 5000 }),
];

describeOnBackends('every loss by every solver that can minimize it', () => {
  const load = (handler: tf.io.IOHandler) => KernelModel.load(handler);
  const together = new Set<Solver>();
  for (const loss of losses) {
    for (const solver of solvers.filter((some) => canMinimize(some, loss))) {
      const isExact = ['direct', 'newton', 'smo', 'dual'].includes(solver.name);
      const features = randomFourierFeatures({ outputDim: 64, scale: 0.7, seed: 3 });
      const options: KernelModelOptions = { features, loss, solver, epochs: 5, batchSize: 8 };
      if (isExact) options.l2 = 1e-2;
      const create = () => new KernelModel(options);
      const name = `KernelModel with ${loss.name} and ${solver.name}`;
      // Five epochs are few for slopes of ½ at most.
      const isSlow = solver.name === 'adam' && loss.smoothed !== undefined;
      const score = solver.name === 'sgd' ? 0.5 : isSlow ? 0.6 : 0.85;
      const contract = { create, load, x, held, isExact, score };
      // Losses that compare outputs have two for two classes; all others have one.
      describeEstimator(`${name}, three classes,`, { ...contract, y: names });
      describeEstimator(`${name}, two classes,`, { ...contract, y: inside });
      // Each label is a machine of two classes: one loss per solver is enough to see them together.
      if (!together.has(solver) && taskFor('multilabel').refuses(loss) === undefined) {
        together.add(solver);
        const several = () => new KernelModel({ ...options, task: 'multilabel' });
        // A row counts if all of its labels are right.
        const least = solver.name === 'sgd' ? 0.3 : 0.7;
        const tagged = { ...contract, create: several, y: tags, score: least };
        describeEstimator(`${name}, several labels,`, tagged);
      }
      if (loss.coding !== 'real') continue;
      const regression = () => new KernelModel({ ...options, task: 'regression' });
      const numbers = { ...contract, create: regression, y: wave };
      describeEstimator(`${name}, numbers,`, numbers);
    }
  }
}, ['wasm']);

const canMinimize = (solver: Solver, loss: Loss) => solver.refuses?.(loss) === undefined;
