import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeOnBackends } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import {
  gaussian,
  type KernelInitializer,
  laplacian,
  type RandomFourierFeaturesConfig,
  randomFourierFeatures,
} from './index.ts';

function build(config: Partial<RandomFourierFeaturesConfig>, inputDim = 10) {
  const layer = randomFourierFeatures({ outputDim: 16, ...config });
  tf.tidy(() => void layer.apply(tf.zeros([1, inputDim])));
  return layer;
}

function weightsOf(config: Partial<RandomFourierFeaturesConfig>, inputDim = 10): Float32Array[] {
  const layer = build(config, inputDim);
  const values = layer.weights.map((w) => w.read().dataSync().slice() as Float32Array);
  layer.dispose();
  return values;
}

const hash = (weights: Float32Array[]) =>
  weights.reduce((h, w) => h.update(new Uint8Array(w.buffer)), createHash('sha256')).digest('hex');

describeOnBackends('the weights of RandomFourierFeatures', () => {
  it('are pinned: whoever changes them changes every published figure', () => {
    expect(hash(weightsOf({}))).toMatchInlineSnapshot(
      `"120dda8a34e8b1a484d99ea344dec7fe973f19495ec419eae623acbe0cbd3cc8"`,
    );
    expect(hash(weightsOf({ kernelInitializer: 'laplacian', seed: 2 }))).toMatchInlineSnapshot(
      `"3db2ed8c47ac64d1327027678c7e6dc3228aba799ecc94f242a7d64b881028d5"`,
    );
    expect(hash(weightsOf({ draw: 'orthogonal' }))).toMatchInlineSnapshot(
      `"7cd67882c392b959bcc357a0ad97ea749eb8ebdd32bd17a0954337af052ac63e"`,
    );
    expect(hash(weightsOf({ draw: 'quasiRandom' }))).toMatchInlineSnapshot(
      `"84f489cb7d132a84486e06bb6e9f5cba1c1c0680baed3e9c1bd00a80e97dc602"`,
    );
    expect(hash(weightsOf({ draw: 'structured' }))).toMatchInlineSnapshot(
      `"c5888b28448ba0a73ea0fc35fa61c22119723f0472a7349b53093e5a753345a7"`,
    );
    expect(hash(weightsOf({ draw: 'fastfood' }))).toMatchInlineSnapshot(
      `"80157ab3b9c3e044aa36e8ea6c111c9fbe543bb27663b75b66cc2c279e79ca9d"`,
    );
    expect(hash(weightsOf({ kernelInitializer: 'matern' }))).toMatchInlineSnapshot(
      `"2ca491fabf4c06c0bc5936c5cde319684fcdbb88207f0d1ae9fc2570c8dc9774"`,
    );
  });

  it('are scale, frequencies and bias as the kernel has them', () => {
    const [scale, kernel, bias] = weightsOf({ outputDim: 5000 });
    expect(scale[0]).toBe(Math.fround(Math.sqrt(5)));
    const mean = kernel.reduce((sum, w) => sum + w, 0) / kernel.length;
    const variance = kernel.reduce((sum, w) => sum + w * w, 0) / kernel.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(kernel.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / kernel.length));
    expect(Math.min(...bias)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...bias)).toBeLessThan(2 * Math.PI + 1e-6);
    const center = bias.reduce((sum, b) => sum + b, 0) / bias.length;
    expect(Math.abs(center - Math.PI)).toBeLessThan((4 * Math.PI) / Math.sqrt(3 * bias.length));
  });

  it('do not depend on the scale, and are equal for layers of one seed', () => {
    const [, kernel, bias] = weightsOf({ scale: 3 });
    expect(weightsOf({ scale: 5, normalize: true }).slice(1)).toEqual([kernel, bias]);
    expect(weightsOf({ kernelInitializer: gaussian({ scale: 3 }) })).toEqual(
      weightsOf({ scale: 3 }),
    );
  });

  it.each<KernelInitializer>([
    'heUniform',
    'GlorotNormal',
    initializers.randomNormal({ stddev: 3 }),
    { className: 'TruncatedNormal', config: { stddev: 2 } },
  ])('repeat with the tfjs initializer %s, which has no seed of its own', (kernelInitializer) => {
    const [scale, kernel, bias] = weightsOf({ kernelInitializer, seed: 1 });
    expect(scale[0]).toBe(1);
    expect(weightsOf({ kernelInitializer, seed: 1 })).toEqual([scale, kernel, bias]);
    expect(weightsOf({ kernelInitializer, seed: 2 })[1]).not.toEqual(kernel);
  });

  it('keep the seed that an initializer has', () => {
    const kernelInitializer = initializers.randomNormal({ seed: 4 });
    const [, kernel] = weightsOf({ kernelInitializer, seed: 1 });
    expect(weightsOf({ kernelInitializer, seed: 2 })[1]).toEqual(kernel);
    expect(weightsOf({ kernelInitializer: initializers.ones() })[1].every((w) => w === 1)).toBe(
      true,
    );
  });
});

describe('the scale of RandomFourierFeatures', () => {
  it('stays above 0 whatever the optimizer does, and comes back', async () => {
    await tf.setBackend('cpu');
    const layer = randomFourierFeatures({
      outputDim: 8,
      inputShape: [2],
      scale: 0.01,
      trainable: true,
    });
    const model = sequential({
      layers: [layer, layers.dense({ units: 1, kernelInitializer: 'ones' })],
    });
    const optimizer = tf.train.sgd(1e4); // far too large a step
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const x = tf.tensor2d([
      [1, 2],
      [3, 1],
      [0, 1],
    ]);
    const y = tf.tensor2d([[1], [-1], [0]]);
    const scaleOf = () => layer.getWeights()[0].dataSync()[0];
    let below = 0;
    for (let i = 0; i < 20; i++) {
      const { history } = await model.fit(x, y, { epochs: 1, verbose: 0 });
      if (scaleOf() <= 0) below++;
      // A head that such steps drove off is not the layer's doing.
      model.layers[1].setWeights([tf.ones([8, 1]), tf.zeros([1])]);
      expect(Number.isFinite(history.loss[0])).toBe(true);
      tf.tidy(() => {
        expect((layer.apply(x) as tf.Tensor).dataSync().every(Number.isFinite)).toBe(true);
      });
      expect(scaleOf()).toBeGreaterThanOrEqual(Math.fround(1e-8));
    }
    expect(below).toBeGreaterThan(0);
    expect(layer.resolvedScale).toBe(0.01);
    expect(layer.getConfig().scale).toBe(0.01);
  });

  it('is lifted to the floor before it is used, whoever wrote a 0', () => {
    const layer = build({ scale: 2 });
    tf.tidy(() => {
      const [, kernel, bias] = layer.getWeights();
      layer.setWeights([tf.zeros([1]), kernel, bias]);
      const features = layer.apply(tf.ones([1, kernel.shape[0]])) as tf.Tensor;
      expect(features.dataSync().every(Number.isFinite)).toBe(true);
      expect(layer.getWeights()[0].dataSync()[0]).toBe(Math.fround(2e-6));
      layer.setWeights([tf.tensor1d([0.125]), kernel, bias]);
      expect(layer.getWeights()[0].dataSync()[0]).toBe(0.125);
    });
    layer.dispose();
  });

  it('is all that is ever trainable', () => {
    const layer = build({});
    expect(layer.trainableWeights).toEqual([]);
    // Nor by those who ask tfjs-core alone, which knows variables but no layers.
    expect(layer.weights.map((w) => w.trainable)).toEqual([false, false, false]);
    layer.trainable = true;
    expect(layer.weights.map((w) => w.trainable)).toEqual([true, false, false]);
    expect(layer.trainableWeights.map((w) => w.originalName)).toEqual([
      `${layer.name}/kernel_scale`,
    ]);
    expect(layer.weights).toHaveLength(3);
    layer.dispose();
  });
});

describe('RandomFourierFeatures in another process', () => {
  it('draws the same bits', async () => {
    const code = `
      import '@tensorflow/tfjs-backend-cpu';
      import * as tf from '@tensorflow/tfjs-core';
      import { createHash } from 'node:crypto';
      import { randomFourierFeatures } from '@kernel-methods/features';
      tf.enableProdMode();
      const layer = randomFourierFeatures({ outputDim: 16, kernelInitializer: 'laplacian', seed: 2 });
      layer.apply(tf.zeros([1, 10]));
      const hash = createHash('sha256');
      for (const w of layer.weights) hash.update(new Uint8Array(w.read().dataSync().slice().buffer));
      console.log(hash.digest('hex'));`;
    const options = ['--conditions=@kernel-methods/source', '--input-type=module', '--eval', code];
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const run = () => promisify(execFile)(process.execPath, options, { cwd });
    const outputs = await Promise.all([run(), run()]);
    const here = hash(weightsOf({ kernelInitializer: laplacian(), seed: 2 }));
    expect(outputs.map(({ stdout }) => stdout.trim())).toEqual([here, here]);
  });
});
