import { readFileSync } from 'node:fs';
import { describeOnBackends, maxAbsDifference, saveAndLoad } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import {
  fromKerasConfig,
  gaussian,
  type KerasConfig,
  RandomFourierFeatures,
  randomFourierFeatures,
  registerKernelFactory,
  type ShiftInvariantKernel,
} from './index.ts';

// Layers of ours that Keras read, and what it computed; written by the scripts beside it.
const fixture = new URL('./fixtures/keras-reads-ours.json', import.meta.url);
interface Weight {
  name: string;
  shape: number[];
  values: number[];
}
interface Case {
  config: KerasConfig;
  kerasConfig: KerasConfig;
  weights: Weight[];
  kerasWeights: { name: string; shape: number[] }[];
  x: number[][];
  y: number[][];
}
const { cases, model }: { cases: Case[]; model: Record<string, never> } = JSON.parse(
  readFileSync(fixture, 'utf8'),
);

const sortedKeys = (config: object) => Object.keys(config).sort();

describeOnBackends('what Keras reads of ours', () => {
  it.each(cases.map((c) => [c.config.name, c] as const))(
    '%s',
    (_, { config, weights, x, ...keras }) => {
      const layer = new RandomFourierFeatures(fromKerasConfig(config));
      const [output, values] = tf.tidy(() => {
        layer.apply(tf.tensor2d(x));
        layer.setWeights(weights.map((w) => tf.tensor(w.values, w.shape)));
        return [
          (layer.apply(tf.tensor2d(x)) as tf.Tensor).dataSync(),
          layer.getWeights().map((w) => w.dataSync().slice()),
        ];
      });
      expect(maxAbsDifference(output, keras.y.flat())).toBeLessThan(1e-5);
      expect(values.map((v) => Array.from(v))).toEqual(weights.map((w) => w.values));
      // Written as it was when Keras read it, and by Keras in the same way.
      expect(JSON.parse(JSON.stringify(layer.getKerasConfig()))).toEqual(config);
      expect(keras.kerasConfig).toEqual(config);
      expect(sortedKeys(config)).toEqual([
        ...'batch_input_shape dtype kernel_initializer name output_dim scale trainable'.split(' '),
      ]);
      const described = layer.weights.map((w) => ({
        name: w.originalName.split('/')[1],
        shape: w.shape,
      }));
      expect(described).toEqual(keras.kerasWeights);
      layer.dispose();
    },
  );

  it('a whole model, as tfjs saves it', () => {
    const ours = sequential({
      name: 'ours',
      layers: [
        randomFourierFeatures({ inputShape: [4], outputDim: 8, scale: 2, name: 'features' }),
        layers.dense({ units: 2, name: 'head', kernelInitializer: 'ones' }),
      ],
    });
    expect(JSON.parse(ours.toJSON() as string)).toEqual(model.topology);
    const y = tf.tidy(() => (ours.predict(tf.tensor2d(model.x)) as tf.Tensor).dataSync());
    expect(maxAbsDifference(y, (model.y as number[][]).flat())).toBeLessThan(1e-5);
    ours.dispose();
  });
});

it('writes the default scale as null until it is built, and as Keras does after that', () => {
  const layer = randomFourierFeatures({ outputDim: 3, name: 'f' });
  expect(layer.getKerasConfig()).toEqual({
    name: 'f',
    trainable: false,
    dtype: 'float32',
    output_dim: 3,
    kernel_initializer: 'gaussian',
    scale: null,
  });
  tf.tidy(() => void layer.apply(tf.zeros([1, 8])));
  expect(layer.getKerasConfig().scale).toBe(2);
  expect(layer.getConfig().scale).toBe(null);
  layer.dispose();
});

it('refuses to write what Keras does not have', () => {
  expect(() => randomFourierFeatures({ outputDim: 3, normalize: true }).getKerasConfig()).toThrow(
    '`normalize` must be false for Keras. Received: true.',
  );
  const kernelInitializer: ShiftInvariantKernel = { ...gaussian(), name: 'other' };
  expect(() => randomFourierFeatures({ outputDim: 3, kernelInitializer }).getKerasConfig()).toThrow(
    '`kernelInitializer` must be gaussian or laplacian for Keras. Received: other.',
  );
});

it('keeps a kernel of your own, its settings and the rest through a saved model', async () => {
  const power = (config: { sharpPower?: number } = {}): ShiftInvariantKernel => ({
    ...gaussian(),
    name: 'powerKernel',
    getConfig: () => ({ ...config, kindOf: 'veryOdd' }),
  });
  registerKernelFactory('powerKernel', power as never);
  const layer = randomFourierFeatures({
    inputShape: [3],
    outputDim: 2,
    kernelInitializer: power({ sharpPower: 3 }),
    seed: 12345,
    normalize: true,
    trainable: true,
  });
  const loaded = await saveAndLoad(sequential({ layers: [layer] }));
  expect(loaded.layers.at(-1)!.getConfig()).toEqual(layer.getConfig());
  expect(layer.getConfig()).toMatchObject({
    kernelInitializer: { className: 'powerKernel', config: { sharpPower: 3, kindOf: 'veryOdd' } },
    seed: 12345,
    normalize: true,
    trainable: true,
  });
  loaded.dispose();
  layer.dispose();
});
