import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { KernelSVM } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(30);
const map = { outputDim: 8, scale: 1, epochs: 1 };

it.each([
  ['sgd', () => tf.train.sgd(0.1)],
  ['adam', () => tf.train.adam(0.1)],
  ['momentum', () => tf.train.momentum(0.1, 0.9)],
])('one optimizer serves one fit, of whichever model: %s', async (_, make) => {
  const one = make();
  const optimizer = () => one;
  const svm = new KernelSVM({ ...map, optimizer });
  await svm.fit(x, labels);
  for (const again of [svm, new KernelSVM({ ...map, optimizer })]) {
    await expect(expectNoLeak(() => again.fit(x, labels))).rejects.toThrow(
      '`optimizer` must make a new one at each call, since a training disposes of it.',
    );
  }
  expect(await svm.predict(x)).toHaveLength(30);
  svm.dispose();
});

it.each([[null], [undefined], [5], [{}]])('a function that makes %o is refused', async (made) => {
  const svm = new KernelSVM({ ...map, optimizer: (() => made) as never });
  await expect(expectNoLeak(() => svm.fit(x, labels))).rejects.toThrow(
    '`optimizer` must make a tfjs optimizer, as () => tf.train.sgd(0.1) does. Received: ',
  );
});

it('one layer may serve many models, but once in each', async () => {
  const layer = layers.dense({ units: 2, name: 'mine' });
  for (let i = 0; i < 2; i++) {
    const svm = new KernelSVM({ features: [layer], epochs: 1 });
    await expectNoLeak(async () => {
      await svm.fit(x, labels);
      svm.dispose();
    });
  }
  for (const second of [layer, layers.dense({ units: 3, name: 'mine' })]) {
    const svm = new KernelSVM({ features: [layer, second], epochs: 1 });
    await expect(expectNoLeak(() => svm.fit(x, labels))).rejects.toThrow(
      "`features` must hold each layer once, and each under its own name. Received: 'mine' twice.",
    );
  }
});

it.each([[null], ['ab'], [5], [{}]])('partialFit refuses the classes %o', async (classes) => {
  const svm = new KernelSVM(map);
  await expect(svm.partialFit(x, labels, { classes: classes as never })).rejects.toThrow(
    '`classes` must be an array of labels. Received: ',
  );
});
