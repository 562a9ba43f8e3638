import { describeOnBackends, maxAbsDifference, pointsFor } from '@kernel-methods/test-utils';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cosineFeatures, cosineFeaturesOp, randomFourierFeatures } from './index.ts';

const [n, d, D] = [5, 60, 70];
const make = () =>
  [
    tf.tensor2d(pointsFor(n, d, 1), [n, d]),
    tf.tensor2d(pointsFor(d, D, 2), [d, D]),
    tf.tensor1d(pointsFor(D, 1, 3)),
  ] as const;
type Inputs = ReturnType<typeof make>;

/** The value and the three gradients of Σ weight · features, as plain numbers. */
function valueAndGradients(factor: number): Float32Array[] {
  return tf.tidy(() => {
    const inputs = make();
    const weight = tf.tensor2d(pointsFor(n, D, 4), [n, D]);
    const value = cosineFeatures(...inputs, factor);
    const gradients = tf.grads((...at) =>
      tf.sum(tf.mul(cosineFeatures(...(at as unknown as Inputs), factor), weight)),
    )([...inputs]);
    return [value, ...gradients].map((tensor) => tensor.dataSync().slice() as Float32Array);
  });
}

describeOnBackends('cosineFeatures out of three operations', () => {
  it.each([1, 0.25])('is factor · cos(x · kernel + bias), factor %s', (factor) => {
    const [value] = valueAndGradients(factor);
    const [x, kernel, bias] = [pointsFor(n, d, 1), pointsFor(d, D, 2), pointsFor(D, 1, 3)];
    const expected = Array.from({ length: n * D }, (_, at) => {
      const [i, j] = [Math.floor(at / D), at % D];
      let angle = bias[j];
      for (let k = 0; k < d; k++) angle += x[i * d + k] * kernel[k * D + j];
      return factor * Math.cos(angle);
    });
    expect(maxAbsDifference(value, expected)).toBeLessThan(1e-6);
  });
});

describe('cosineFeatures on a backend with the kernel', () => {
  // As a backend would write it: from the data of the inputs to the data of the output.
  const kernelFunc = vi.fn(({ inputs, attrs, backend }) => {
    const { readSync, makeTensorInfo } = backend as MathBackendCPU;
    const data = (info: tf.TensorInfo) => readSync.call(backend, info.dataId) as Float32Array;
    const [x, kernel, bias] = [inputs.x, inputs.kernel, inputs.bias].map(data);
    const values = Float32Array.from({ length: n * D }, (_, at) => {
      const [i, j] = [Math.floor(at / D), at % D];
      let angle = bias[j];
      for (let k = 0; k < d; k++) angle += x[i * d + k] * kernel[k * D + j];
      return attrs.factor * Math.cos(angle);
    });
    return makeTensorInfo.call(backend, [n, D], 'float32', values);
  });
  const register = () =>
    tf.registerKernel({ kernelName: cosineFeaturesOp, backendName: 'cpu', kernelFunc });
  let composed: Float32Array[];

  beforeEach(async () => {
    tf.enableProdMode();
    await tf.setBackend('cpu');
    composed = valueAndGradients(0.25);
    kernelFunc.mockClear();
    register();
  });
  afterEach(() => tf.unregisterKernel(cosineFeaturesOp, 'cpu'));

  it('asks for it, and gives the same value and the same gradients', () => {
    const fused = valueAndGradients(0.25);
    expect(kernelFunc).toHaveBeenCalledTimes(2);
    fused.forEach((values, i) => {
      expect(maxAbsDifference(values, composed[i])).toBeLessThan(2e-6);
    });
  });

  it('asks the backend that is current, and no other', async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    await tf.setBackend('wasm');
    valueAndGradients(1);
    expect(kernelFunc).not.toHaveBeenCalled();
  });

  it('is what the layer uses, trained scale and all', () => {
    const layer = randomFourierFeatures({ outputDim: D, normalize: true, trainable: true });
    const x = tf.tensor2d(pointsFor(n, d, 1), [n, d]);
    (layer.apply(x) as tf.Tensor).dispose();
    kernelFunc.mockClear();
    const loss = () => tf.sum(tf.square(layer.apply(x) as tf.Tensor)) as tf.Scalar;
    const gradient = () =>
      tf.tidy(() => Object.values(tf.variableGrads(loss).grads)[0].dataSync()[0]);
    const fused = gradient();
    expect(kernelFunc).toHaveBeenCalledTimes(1);
    tf.unregisterKernel(cosineFeaturesOp, 'cpu');
    expect(fused).toBeCloseTo(gradient(), 5);
    register();
    x.dispose();
    layer.dispose();
  });
});
