import '@tensorflow/tfjs-backend-cpu';
import { randomFourierFeatures } from '@kernel-methods/features';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { KernelSVM } from '../estimators/kernel-svm.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const x = [
  [1, 2, 3],
  [2, 1, 3],
  [3, 4, 1],
  [0, 1, 2],
];
const y = [0, 1, 0, 1];
const input = tfl.input({ shape: [3] });
const output = tfl.layers.dense({ units: 4 }).apply(input) as tfl.SymbolicTensor;
const models = {
  'a Sequential': tfl.sequential({ layers: [tfl.layers.dense({ units: 4, inputShape: [3] })] }),
  'a LayersModel': tfl.model({ inputs: input, outputs: output }),
};

// tfjs counts twice who holds a model within a model.
describe.each(Object.entries(models))('%s as features', (_name, model) => {
  it.each([true, false])('trains and is freed, trainable: %s', async (trainable) => {
    model.trainable = trainable;
    const before = model.getWeights()[0].dataSync();
    await expectNoLeak(async () => {
      const map = randomFourierFeatures({ outputDim: 8, scale: 1, trainable });
      const svm = new KernelSVM({ features: [model, map], epochs: 2 });
      await svm.fit(x, y);
      await svm.fit(x, y);
      svm.toLayersModel().dispose();
      expect(await svm.predict(x)).toHaveLength(4);
      svm.dispose();
    });
    // The user's model is a description: it is neither trained nor freed.
    expect(model.getWeights()[0].dataSync()).toEqual(before);
  });
});
