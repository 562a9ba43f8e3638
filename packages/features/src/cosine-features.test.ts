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

describeOnBackends('cosineFeatures', () => {
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

/** The kernel of tfjs's cpu backend, which is taken away while three operations or another kernel are tried. */
const own = tf.getKernel(cosineFeaturesOp, 'cpu') as tf.KernelConfig;
const withoutKernel = () => tf.unregisterKernel(cosineFeaturesOp, 'cpu');

describe('cosineFeatures on the cpu backend', () => {
  beforeEach(async () => {
    await tf.setBackend('cpu');
  });

  // Sums of 48 products are rounded to float32; products are added four at a time.
  it.each([
    [5, 60, 70],
    [1, 1, 1],
    [3, 48, 16],
    [2, 103, 33],
    [4, 30, 256],
  ])('has the bits of three operations, %s x %s x %s', (rows, inputDim, outputDim) => {
    const x = tf.tensor2d(pointsFor(rows, inputDim, 1), [rows, inputDim]);
    const kernel = tf.tensor2d(pointsFor(inputDim, outputDim, 2), [inputDim, outputDim]);
    const bias = tf.tensor1d(pointsFor(outputDim, 1, 3));
    const bits = (factor: number) =>
      tf.tidy(() => cosineFeatures(x, kernel, bias, factor).dataSync().slice());
    const kernelBits = [1, 0.3].map(bits);
    withoutKernel();
    const composed = [1, 0.3].map(bits);
    tf.registerKernel(own);
    expect(kernelBits).toEqual(composed);
    tf.dispose([x, kernel, bias]);
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
    withoutKernel();
    composed = valueAndGradients(0.25);
    kernelFunc.mockClear();
    register();
  });
  afterEach(() => {
    withoutKernel();
    tf.registerKernel(own);
  });

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
    withoutKernel();
    expect(fused).toBeCloseTo(gradient(), 5);
    register();
    x.dispose();
    layer.dispose();
  });
});
