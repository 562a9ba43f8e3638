import { describeEstimator, describeOnBackends } from '@kernel-methods/test-utils';
import type * as tf from '@tensorflow/tfjs-core';
import { describeSolvers, learnt } from '../fixtures/describe-solvers.ts';
import {
  KernelLogisticRegression,
  KernelModel,
  type KernelModelOptions,
  KernelRidge,
  KernelSVM,
} from '../index.ts';
import { solverByName } from '../solvers/solver-by-name.ts';

const { x, names, wave, held } = learnt;
const quick = { outputDim: 64, scale: 0.7, epochs: 5, batchSize: 8, learningRate: 0.05 };

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

// Each with options that let it learn the rings at once; those that find the minimum are tested in
// `exact-solvers.test.ts`, beside these.
describeSolvers(
  [
    // Five epochs are few for slopes of ½ at most.
    { solver: solverByName('adam', { learningRate: 0.05 }), least: { kinks: 0.6 } },
    { solver: solverByName('sgd', {}), least: { classes: 0.5, kinks: 0.5, labels: 0.3 } },
    { solver: solverByName('eigenpro', {}) },
    // It leaves rows out one by one, so a row of weight 2 is not two rows. Its own penalty has the unit of C.
    { solver: solverByName('pairwise', {}), l2: 1e-2 },
  ],
  false,
);
