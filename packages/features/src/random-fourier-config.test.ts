import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { gaussian, laplacian, randomFourierFeatures } from './index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const config = (changes: object) => ({ outputDim: 4, ...changes });

it.each<[object, string]>([
  [{ outputDim: 0 }, '`outputDim` must be a whole number, 1 or above. Received: 0.'],
  [{ outputDim: 2.5 }, '`outputDim` must be a whole number, 1 or above. Received: 2.5.'],
  [
    { outputDim: undefined },
    '`outputDim` must be a whole number, 1 or above. Received: undefined.',
  ],
  [{ outputDim: '4' }, "`outputDim` must be a whole number, 1 or above. Received: '4'."],
  [{ scale: 0 }, '`scale` must be a positive finite number. Received: 0.'],
  [{ scale: -1 }, '`scale` must be a positive finite number. Received: -1.'],
  [{ scale: Number.NaN }, '`scale` must be a positive finite number. Received: NaN.'],
  [{ scale: 1e39 }, '`scale` must be a positive finite number. Received: 1e+39.'],
  [{ scale: [1, 0] }, '`scale` must be a positive finite number. Received: 0.'],
  [{ seed: -1 }, '`seed` must be a safe integer, 0 or above. Received: -1.'],
  [{ seed: 'a' }, "`seed` must be a safe integer, 0 or above. Received: 'a'."],
  [{ normalize: 1 }, '`normalize` must be true or false. Received: 1.'],
  [{ trainable: 'no' }, "`trainable` must be true or false. Received: 'no'."],
  [{ dtype: 'int32' }, "`dtype` must be 'float32'. Received: 'int32'."],
  [
    { kernelInitializer: gaussian({ scale: 2 }), scale: 3 },
    "`scale` must be left out or equal to the kernel's own, 2. Received: 3.",
  ],
])('refuses %o', (changes, message) => {
  expect(() => randomFourierFeatures(config(changes))).toThrow(message);
});

it.each([
  'cubic',
  'Dense', // registered in tfjs, but no initializer
  'NonNeg',
  7,
  {},
  { className: 'cubic', config: {} },
  layers.dense({ units: 1 }),
])('refuses the kernelInitializer %s and names those there are', (kernelInitializer) => {
  expect(() => randomFourierFeatures(config({ kernelInitializer }))).toThrow(
    /^`kernelInitializer` must be .*'gaussian', 'laplacian'.*'glorotUniform'.*Received: /,
  );
});

it('refuses settings that it does not know, and a missing configuration', () => {
  expect(() => randomFourierFeatures(config({ units: 3 }))).toThrow(
    /`config` must have no settings but outputDim, .*Received: 'units'\.$/,
  );
  expect(() => randomFourierFeatures(null as never)).toThrow('`config` must be an object');
});

it('takes a scale where the kernel has none or the same', () => {
  const scaleOf = (changes: object) => randomFourierFeatures(config(changes)).resolvedScale;
  expect(scaleOf({ kernelInitializer: laplacian({ scale: 3 }) })).toBe(3);
  expect(scaleOf({ kernelInitializer: laplacian({ scale: 3 }), scale: 3 })).toBe(3);
  expect(scaleOf({ kernelInitializer: laplacian(), scale: 3 })).toBe(3);
  expect(scaleOf({ scale: null })).toBeUndefined();
});

it('takes one scale per dimension of the data, and none or the same in the kernel', () => {
  const layer = randomFourierFeatures(config({ scale: [1, 2, 4] }));
  tf.tidy(() => {
    const x = tf.tensor2d([[3, -1, 2]]);
    const features = (layer.apply(x) as tf.Tensor).dataSync();
    const plain = randomFourierFeatures(config({ scale: 1 }));
    const divided = (plain.apply(tf.tensor2d([[3, -0.5, 0.5]])) as tf.Tensor).dataSync();
    expect(features).toEqual(divided);
    plain.dispose();
  });
  expect(layer.weights[0].shape).toEqual([3]);
  expect(layer.resolvedScale).toEqual([1, 2, 4]);
  layer.dispose();
  const kernelInitializer = gaussian({ scale: [1, 2] });
  expect(randomFourierFeatures(config({ kernelInitializer, scale: [1, 2] })).resolvedScale).toEqual(
    [1, 2],
  );
  expect(() => randomFourierFeatures(config({ kernelInitializer, scale: [1, 3] }))).toThrow(
    "`scale` must be left out or equal to the kernel's own, [1,2]. Received: [1,3].",
  );
  const wide = tf.zeros([1, 3]);
  expect(() => randomFourierFeatures(config({ kernelInitializer })).apply(wide)).toThrow(
    '`scale` must be one number, or one per dimension, 3. Received: [1,2].',
  );
  wide.dispose();
});

it('writes what Keras lacks only where it is not the default', () => {
  const written = (changes: object) =>
    Object.keys(randomFourierFeatures(config(changes)).getConfig());
  for (const setting of ['draw', 'projection', 'normalize', 'seed']) {
    expect(written({})).not.toContain(setting);
  }
  expect(written({ draw: 'independent', projection: 'cosine' })).toEqual(written({}));
  expect(written({ draw: 'orthogonal', projection: 'pair' })).toEqual(
    expect.arrayContaining(['draw', 'projection']),
  );
});

it.each<[object, string]>([
  [{ draw: 'orthogonal' }, '`draw` must be independent for Keras. Received: orthogonal.'],
  [{ projection: 'pair' }, '`projection` must be cosine for Keras. Received: pair.'],
  [{ scale: [1, 2] }, '`scale` must be one number for Keras. Received: [1,2].'],
  [
    { kernelInitializer: 'matern' },
    '`kernelInitializer` must be gaussian or laplacian for Keras. Received: matern.',
  ],
])('is no layer of Keras: %o', (changes, message) => {
  expect(() => randomFourierFeatures(config(changes)).getKerasConfig()).toThrow(message);
});
