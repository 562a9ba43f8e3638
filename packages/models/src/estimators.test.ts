import { randomFourierFeatures } from '@kernel-methods/features';
import { losses } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { describeEstimator, describeOnBackends } from '@kernel-methods/test-utils';
import type * as tf from '@tensorflow/tfjs-core';
import { KernelLogisticRegression, KernelModel, KernelRidge, KernelSVM } from './index.ts';

/** Three rings around the origin: no line tells them apart. */
function rings(rows: number) {
  const { uniform, normal } = createRandom(1).stream('rings');
  const labels = Array.from({ length: rows }, (_, i) => i % 3);
  const x = labels.map((label) => {
    const angle = 2 * Math.PI * uniform();
    const radius = label + 0.1 * normal();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return { x, labels };
}

const { x, labels } = rings(60);
const names = labels.map((label) => ['inner', 'middle', 'outer'][label]);
const inside = labels.map((label) => label === 0);
const wave = x.map(([a, b]) => 5 + Math.sin(2 * a) + b);
const quick = { outputDim: 64, scale: 0.7, epochs: 10, batchSize: 20, learningRate: 0.05 };

describeOnBackends('estimators', () => {
  const cases = [
    { model: KernelSVM, y: names, score: 0.95 },
    { model: KernelLogisticRegression, y: names, score: 0.95 },
    { model: KernelRidge, y: wave, score: 0.9 },
  ];
  for (const { model, y, score } of cases) {
    const create = () => new model(quick);
    describeEstimator(model.name, { create, load: (h) => model.load(h), x, y, score });
  }
});

describeOnBackends('every loss', () => {
  const features = randomFourierFeatures({ outputDim: 64, scale: 0.7, seed: 3 });
  const { outputDim, scale, ...rest } = quick;
  for (const loss of losses) {
    // Losses that compare outputs have two for two classes; all others have one.
    const create = () => new KernelModel({ ...rest, loss, features });
    const load = (handler: tf.io.IOHandler) => KernelModel.load(handler);
    const name = `KernelModel with ${loss.name}`;
    describeEstimator(`${name}, three classes,`, { create, load, x, y: names, score: 0.9 });
    describeEstimator(`${name}, two classes,`, { create, load, x, y: inside, score: 0.9 });
  }
}, ['wasm']);
