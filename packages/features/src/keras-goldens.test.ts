import { readFileSync } from 'node:fs';
import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { fromKerasConfig, type KerasConfig, RandomFourierFeatures } from './index.ts';

const fixture = (name: string) => new URL(`./fixtures/${name}`, import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(fixture(name), 'utf8'));

interface Case {
  init: string;
  scale: number | null;
  trainable: boolean;
  outputDim: number;
  config: KerasConfig;
  weights: { name: string; shape: number[]; values: number[] }[];
  trainableWeights: string[];
  x: number[][];
  y: number[][];
  gradScaleOfSumSquares: number[] | null;
}
const cases: Case[] = read('rff-layer.json');

const titled = cases.map((c) => [`${c.init}, D ${c.outputDim}, scale ${c.scale}`, c] as const);

/** A layer from Keras's own config, with Keras's own weights. */
function fromKeras({ config, weights, x }: Case): RandomFourierFeatures {
  const layer = new RandomFourierFeatures(fromKerasConfig(config));
  tf.tidy(() => {
    layer.apply(tf.tensor2d(x));
    layer.setWeights(weights.map(({ shape, values }) => tf.tensor(values, shape)));
  });
  return layer;
}

/** The largest argument of the cosine: float32 cannot place it better than 1e-7 of its size. */
function largestAngle({ weights, x }: Case): number {
  const [scale, kernel, bias] = weights.map((weight) => weight.values);
  const angles = x.flatMap((row) =>
    bias.map((phase, j) =>
      row.reduce((sum, value, i) => sum + (value * kernel[i * bias.length + j]) / scale[0], phase),
    ),
  );
  return Math.max(...angles.map(Math.abs));
}

describeOnBackends("Keras's reference values", () => {
  it.each(titled)('the output, %s', (_, golden) => {
    const layer = fromKeras(golden);
    const actual = tf.tidy(() => (layer.apply(tf.tensor2d(golden.x)) as tf.Tensor).dataSync());
    const tolerance = 1e-5 + 3e-7 * largestAngle(golden);
    const error = maxAbsDifference(actual, golden.y.flat());
    if (process.env.SHOW)
      process.stdout.write(`${tf.getBackend()} ${_}: ${error} <= ${tolerance}\n`);
    expect(error).toBeLessThanOrEqual(tolerance);
    layer.dispose();
  });

  it.each(titled.filter(([, { trainable }]) => trainable))(
    'the gradient of the scale, %s',
    (_, golden) => {
      const layer = fromKeras(golden);
      const gradient = tf.tidy(() => {
        const x = tf.tensor2d(golden.x);
        const loss = () => tf.sum(tf.square(layer.apply(x) as tf.Tensor)) as tf.Scalar;
        const { grads } = tf.variableGrads(loss);
        expect(Object.keys(grads)).toEqual([layer.trainableWeights[0].name]);
        return Object.values(grads)[0].dataSync()[0];
      });
      const [expected] = golden.gradScaleOfSumSquares as number[];
      // Keras itself is 2e-2 from float64 in the laplacian case.
      const tolerance = golden.init === 'laplacian' ? 2e-2 : 1e-3;
      const error = Math.abs(gradient - expected) / Math.abs(expected);
      if (process.env.SHOW) process.stdout.write(`${tf.getBackend()} grad ${_}: ${error}\n`);
      expect(error).toBeLessThan(tolerance);
      layer.dispose();
    },
  );

  it.each(titled)('the names, the shapes and the order of the weights, %s', (_, golden) => {
    const layer = fromKeras(golden);
    const described = (names: { originalName: string; shape: unknown }[]) =>
      names.map(({ originalName, shape }) => ({ name: `${originalName.split('/')[1]}:0`, shape }));
    expect(described(layer.weights)).toEqual(
      golden.weights.map(({ name, shape }) => ({ name, shape })),
    );
    expect(described(layer.trainableWeights).map(({ name }) => name)).toEqual(
      golden.trainableWeights,
    );
    expect(layer.resolvedScale).toBe(golden.config.scale);
    expect(layer.getKerasConfig()).toEqual(golden.config);
    layer.dispose();
  });

  it.each(titled)('the default scale, %s', (_, golden) => {
    const { scale, ...config } = golden.config;
    const layer = new RandomFourierFeatures(fromKerasConfig({ ...config, scale: golden.scale }));
    const x = tf.tensor2d(golden.x);
    (layer.apply(x) as tf.Tensor).dispose();
    expect(layer.resolvedScale).toBe(scale);
    expect(layer.getConfig().scale).toBe(golden.scale);
    tf.dispose(x);
    layer.dispose();
  });

  it("a model that Keras saved and tensorflowjs's converter converted", async () => {
    const { modelTopology, weightsManifest } = read('keras-model/model.json');
    const weightData = new Uint8Array(readFileSync(fixture('keras-model/group1-shard1of1.bin')))
      .buffer;
    const [{ weights: weightSpecs }] = weightsManifest;
    const model = await loadLayersModel(
      tf.io.fromMemory({ modelTopology, weightSpecs, weightData }),
    );
    const { x, y } = read('keras-model-io.json');
    const predicted = tf.tidy(() => (model.predict(tf.tensor2d(x)) as tf.Tensor).dataSync());
    const error = maxAbsDifference(predicted, y.flat());
    if (process.env.SHOW) process.stdout.write(`${tf.getBackend()} model: ${error}\n`);
    expect(error).toBeLessThan(1e-5);
    model.dispose();
  });
});
