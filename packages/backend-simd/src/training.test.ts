import { getSimd } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import './index.ts';

beforeAll(() => {
  tf.env().set('IS_TEST', true); // cpu greets on the console
});

/** Numbers between −1 and 1 that repeat. */
const numbers = (length: number, seed: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) + seed * 78.233) % 1);

class Cosine extends tfl.layers.Layer {
  static className = 'TestCosine';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.cos(Array.isArray(inputs) ? inputs[0] : inputs);
  }
}

const { dense, conv2d, maxPooling2d, flatten } = tfl.layers;
const models = {
  dense: () => [
    dense({ units: 16, activation: 'relu', inputShape: [12] }),
    dense({ units: 8, activation: 'tanh' }),
    dense({ units: 3, activation: 'softmax' }),
  ],
  fourier: () => [
    dense({ units: 64, inputShape: [12], trainable: false }),
    new Cosine({}),
    dense({ units: 3 }),
  ],
  convolutional: () => [
    conv2d({
      filters: 4,
      kernelSize: 3,
      activation: 'relu',
      inputShape: [8, 8, 2],
      padding: 'same',
    }),
    maxPooling2d({ poolSize: 2 }),
    conv2d({ filters: 6, kernelSize: 3, strides: 2 }),
    flatten(),
    dense({ units: 3 }),
  ],
};
const losses = {
  dense: 'categoricalCrossentropy',
  // Keras's hinge
  fourier: (t: tf.Tensor, p: tf.Tensor) =>
    tf.mean(tf.relu(tf.sub(1, tf.mul(tf.sub(tf.mul(t, 2), 1), p))), -1),
  convolutional: 'meanSquaredError',
};

/** 50 steps from the same weights on the same data: the losses and the predictions. */
async function train(backend: string, name: keyof typeof models) {
  await tf.setBackend(backend);
  const model = tfl.sequential({ layers: models[name]() });
  const initial = model.weights.map((weight, i) => {
    const values = numbers(
      weight.shape.reduce<number>((a, b) => a * b!, 1),
      i,
    );
    return tf.tensor(
      values.map((v) => v / 3),
      weight.shape as number[],
    );
  });
  model.setWeights(initial);
  const optimizer = tf.train.adam(5e-3);
  model.compile({ optimizer, loss: losses[name] as never });
  const shape = [40, ...(model.inputs[0].shape.slice(1) as number[])];
  const x = tf.tensor(numbers(tf.util.sizeFromShape(shape), 99), shape);
  const labels = tf.tensor1d(
    Array.from({ length: 40 }, (_, i) => (i * i) % 3),
    'int32',
  );
  const y = tf.cast(tf.oneHot(labels, 3), 'float32');
  const { history } = await model.fit(x, y, {
    epochs: 25,
    batchSize: 20,
    shuffle: false,
    verbose: 0,
  });
  const prediction = model.predict(x) as tf.Tensor;
  const result = [...(history.loss as number[]), ...prediction.dataSync()];
  model.dispose();
  optimizer.dispose();
  tf.dispose([x, y, labels, prediction, ...initial]);
  return result;
}

describe('training', () => {
  it.each(['dense', 'fourier', 'convolutional'] as const)(
    '%s: agrees with cpu to 1e-4 after 50 steps',
    async (name) => {
      const [expected, got] = [await train('cpu', name), await train('simd', name)];
      expect(got.length).toBe(expected.length);
      // Something was learned, so that there is something to compare.
      expect(expected[24]).toBeLessThan(0.9 * expected[0]);
      got.forEach((value, i) => void expect(Math.abs(value - expected[i])).toBeLessThan(1e-4));
    },
  );

  it('keeps memory flat over 10,000 steps', async () => {
    await tf.setBackend('simd');
    const simd = getSimd();
    const x = tf.tensor2d(numbers(32, 1), [8, 4]);
    const y = tf.tensor2d(numbers(16, 2), [8, 2]);
    const w = tf.variable(tf.tensor2d(numbers(8, 3), [4, 2]));
    const b = tf.variable(tf.zeros([2]));
    const optimizer = tf.train.adam(1e-3);
    const step = () =>
      optimizer.minimize(() => {
        const out = tf.relu(tf.add(tf.matMul(x, w as tf.Tensor2D), b));
        return tf.mean(tf.squaredDifference(out, y)) as tf.Scalar;
      });
    for (let i = 0; i < 100; i++) step();
    const before = { ...simd.memory(), tensors: tf.memory().numTensors };
    for (let i = 0; i < 10_000; i++) step();
    expect({ ...simd.memory(), tensors: tf.memory().numTensors }).toEqual(before);
    optimizer.dispose();
    tf.dispose([x, y, w, b]);
  });
});
