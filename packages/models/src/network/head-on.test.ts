import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { KernelLogisticRegression, KernelModel, KernelSVM } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const values = Float32Array.from({ length: 24 * 36 }, (_, i) => {
  const image = Math.floor(i / 36);
  return (image % 2 ? (i % 36) / 36 : 1 - (i % 36) / 36) + ((i * 7919) % 101) / 1000;
});
const labels = Array.from({ length: 24 }, (_, i) => i % 2);

const conv = (name?: string) =>
  tfl.sequential({
    layers: [
      tfl.layers.conv2d({
        inputShape: [6, 6, 1],
        filters: 3,
        kernelSize: 3,
        kernelInitializer: tfl.initializers.glorotUniform({ seed: 3 }),
        ...(name && { name }),
      }),
      tfl.layers.flatten(),
    ],
  });
const numbersOf = (model: tfl.layers.Layer) =>
  model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
const quick = { outputDim: 16, scale: 3, epochs: 5, batchSize: 8 };

it('a head that is not fitted trains end to end with its base, by tfjs', () =>
  expectNoLeak(async () => {
    const base = conv();
    const before = numbersOf(base);
    const model = await new KernelLogisticRegression(quick).asHead(base, 2);
    const [x, y] = tf.tidy(() => [
      tf.tensor(values, [24, 6, 6, 1]),
      tf.cast(tf.oneHot(labels, 2), 'float32'),
    ]);
    const { history } = await model.fit(x, y, { epochs: 12, verbose: 0, shuffle: false });
    const losses = history.loss as number[];
    expect(losses[11]).toBeLessThan(losses[0]);
    // The base is part of it, and moves.
    expect(maxAbsDifference(numbersOf(base), before)).toBeGreaterThan(1e-3);
    tf.dispose([x, y]);
    model.dispose();
  }));

it('a fitted head gives what base and machine give one behind the other', () =>
  expectNoLeak(async () => {
    const base = conv();
    const x = tf.tensor(values, [24, 6, 6, 1]);
    const embedded = base.predict(x) as tf.Tensor;
    const svm = new KernelSVM(quick);
    await svm.fit(embedded, labels);
    const expected = (await svm.decisionFunction(embedded)).data;
    const model = await svm.asHead(base);
    const scores = model.predict(x) as tf.Tensor;
    expect(maxAbsDifference(scores.dataSync(), expected)).toBeLessThan(1e-5);
    // The machine was copied: it stays what it is while the other learns.
    const y = tf.tensor2d(
      labels.map((label) => 2 * label - 1),
      [24, 1],
    );
    await model.fit(x, y, { epochs: 2, verbose: 0 });
    expect((await svm.decisionFunction(embedded)).data).toEqual(expected);
    svm.dispose();
    tf.dispose([x, y, embedded, scores]);
    model.dispose();
  }));

it('says what is wrong with a base, and leaves nothing behind', async () => {
  const base = conv();
  const [flat, deep] = [
    tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [4], units: 2 })] }),
    tfl.sequential({
      layers: [tfl.layers.conv2d({ inputShape: [6, 6, 1], filters: 1, kernelSize: 3 })],
    }),
  ];
  const named = conv('head');
  const svm = new KernelSVM(quick);
  const fitted = new KernelSVM(quick);
  await fitted.fit(
    labels.map((label) => [label, 1]),
    labels,
  );
  const cases: [() => Promise<unknown>, string][] = [
    [() => svm.asHead({} as never, 2), '`base` must be a tfjs LayersModel. Received: object.'],
    [() => svm.asHead(base), '`outputs` must be given before a fit. Received: undefined.'],
    [() => svm.asHead(base, 0), '`outputs` must be a whole number, 1 or above. Received: 0.'],
    [() => svm.asHead(deep, 2), 'must map a row to a vector'],
    [
      () => fitted.asHead(flat, 3),
      '`outputs` must be left out or 1, as in the fitted model. Received: 3.',
    ],
    [
      () => fitted.asHead(base),
      '`base` must give rows of the shape that the machine was fitted on, [2]. Received: [48].',
    ],
    [() => svm.asHead(named, 2), 'unique'],
  ];
  for (const [attach, message] of cases) {
    await expect(expectNoLeak(attach), message).rejects.toThrow(message);
  }
  expect(await fitted.predict([[1, 1]])).toHaveLength(1);
  const attached = await fitted.asHead(flat);
  attached.dispose();
  for (const one of [fitted, base, deep, named]) one.dispose();
});

it('takes a base of several layers over a kernel of its own, for numbers', () =>
  expectNoLeak(async () => {
    const machine = new KernelModel({ ...quick, task: 'regression', features: ['laplacian'] });
    const model = await machine.asHead(conv(), 2);
    expect(model.outputs[0].shape).toEqual([null, 2]);
    model.dispose();
  }));
