import { describeFeatureMap, describeKernel } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ownLaplacian } from './fixtures/own-kernel.ts';
import { SquareFeatures } from './fixtures/own-map.ts';
import {
  compose,
  deserializeKernel,
  gaussian,
  isShiftInvariantKernel,
  kernelByName,
  kernelNames,
  laplacian,
  nystroem,
  productKernel,
  randomFourierFeatures,
  scaledKernel,
  serializeKernel,
  standardize,
  sumKernel,
} from './index.ts';

// A kernel and a map that are defined outside of the package do all that ours do: CONTRIBUTING's walk.
describeKernel('a kernel of a user', {
  create: () => ownLaplacian({ scale: 5 }),
  oracle(x, y) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) sum += Math.abs(x[i] - y[i]);
    return Math.exp(-sum / 5);
  },
  save: (kernel) => JSON.stringify(serializeKernel(kernel)),
  revive: (saved) => deserializeKernel(JSON.parse(saved)) as ReturnType<typeof ownLaplacian>,
});

describeFeatureMap('a map of a user', {
  create: ({ seed, ...config }) => new SquareFeatures({ ...config, weight: 0.5 }),
  inputDim: 3,
  outputDim: 6,
  oracle: (_, row) => Float64Array.of(...row, ...row.map((value) => 0.5 * value ** 2)),
  hasSeed: false,
  hasTrainableWeight: false,
});

describe('a kernel of a user', () => {
  it('is known by name, and says its norm', () => {
    expect(kernelNames()).toContain('ownLaplacian');
    expect(kernelByName('ownLaplacian')).toMatchObject({ name: 'ownLaplacian', norm: 'L1' });
    expect(isShiftInvariantKernel(ownLaplacian())).toBe(true);
  });

  it.each(['independent', 'quasiRandom'])('makes random Fourier features, %s', async (draw) => {
    await tf.setBackend('cpu');
    const config = { outputDim: 4000, projection: 'pair', normalize: true, draw, seed: 1 } as const;
    const map = randomFourierFeatures({ ...config, kernelInitializer: 'ownLaplacian', scale: 3 });
    const x = tf.tensor2d([
      [0, 0],
      [1, 0.5],
      [-2, 3],
    ]);
    const [got, exact] = tf.tidy(() => {
      const z = map.apply(x) as tf.Tensor2D;
      const exact = ownLaplacian({ scale: 3 }).evaluate(x, x);
      return [tf.matMul(z, z, false, true).dataSync(), exact.dataSync()];
    });
    // Standard error near 1/√4000 = 0.016.
    got.forEach((value, i) => {
      expect(Math.abs(value - exact[i])).toBeLessThan(0.07);
    });
    const again = new (map.constructor as new (config: object) => typeof map)(map.getConfig());
    expect(again.getConfig()).toEqual(map.getConfig());
    tf.dispose(x);
    map.dispose();
  });

  it('is the kernel of Nyström features, behind a map of a user', async () => {
    const map = compose([
      standardize(),
      new SquareFeatures(),
      nystroem({ outputDim: 4, kernel: 'ownLaplacian' }),
    ]);
    const x = tf.tensor2d([0, 1, 2, 3, 5, 8, 13, 21], [4, 2]);
    await map.fit(x);
    const z = tf.tidy(() => (map.apply(x) as tf.Tensor2D).dataSync());
    expect(z.every(Number.isFinite)).toBe(true);
    tf.dispose(x);
    map.dispose();
  });
});

it('kernels that are made of kernels have their norm where they share it', () => {
  expect(laplacian().norm).toBe('L1');
  expect(gaussian().norm ?? 'L2').toBe('L2');
  expect(scaledKernel(ownLaplacian(), 2).norm).toBe('L1');
  expect(sumKernel([laplacian(), ownLaplacian()]).norm).toBe('L1');
  expect(productKernel([laplacian(), ownLaplacian()]).norm).toBe('L1');
  expect(sumKernel([laplacian(), gaussian()]).norm ?? 'L2').toBe('L2');
  expect(productKernel([laplacian(), gaussian()]).norm ?? 'L2').toBe('L2');
});
