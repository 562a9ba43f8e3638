import { layers } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { gaussian, laplacian, randomFourierFeatures } from './index.ts';

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
