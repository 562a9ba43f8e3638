import { getSimd, Simd, SimdMemoryError } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimdBackend } from './index.ts';

// Not IS_TEST: a greeting on the console would fail these tests.
beforeEach(() => void tf.setBackend('simd'));

const backend = () => tf.backend() as SimdBackend;
const inUse = () => getSimd().memory().bytesInUse;
const random = (...shape: number[]) => tf.randomUniform(shape, -1, 1, 'float32', 5);

describe('the backend', () => {
  it('is chosen by itself, at once, above cpu and wasm', async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    tf.engine().reset();
    expect(tf.tidy(() => tf.add(1, 2).dataSync()[0])).toBe(3);
    expect(tf.getBackend()).toBe('simd');
    expect(backend()).toBeInstanceOf(SimdBackend);
  });

  it('hands out copies', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const mine = [x.dataSync(), await x.data(), x.bufferSync().values];
    const made = tf.tidy(() => tf.cumsum(x)); // by tfjs's own kernel
    mine.push(made.dataSync());
    for (const values of mine) {
      expect(values.buffer).not.toBe(getSimd().buffer);
      values.fill(9);
    }
    expect([...x.dataSync()]).toEqual([1, 2, 3]);
    expect([...made.dataSync()]).toEqual([1, 3, 6]);
    tf.dispose([x, made]);
  });

  it('neither changes nor keeps the arrays that it is given', () => {
    const values = new Float32Array([1, -2, 3, -4]);
    const x = tf.tensor2d(values, [2, 2]);
    tf.tidy(() => tf.fused.matMul({ a: x, b: x, bias: tf.tensor1d([1, 1]), activation: 'elu' }));
    expect([...values]).toEqual([1, -2, 3, -4]);
    values.fill(0);
    expect([...x.dataSync()]).toEqual([1, -2, 3, -4]);
    x.dispose();
  });

  it('keeps all types, complex numbers and strings too', () => {
    tf.tidy(() => {
      expect([...tf.tensor1d([1.7, -1.7], 'int32').dataSync()]).toEqual([1, -1]);
      expect([...tf.tensor1d([true, false]).dataSync()]).toEqual([1, 0]);
      expect([...tf.tensor1d(['å', 'b']).dataSync()]).toEqual(['å', 'b']);
      const z = tf.complex([1, 2], [3, 4]);
      expect([...tf.mul(z, z).dataSync()]).toEqual([-8, 6, -12, 16]);
    });
  });

  it('keeps a complex number when its parts are gone', () => {
    const [re, im] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    const z = tf.complex(re, im);
    tf.dispose([re, im]);
    const others = tf.tidy(() => [tf.fill([2], 7), tf.fill([2], 8)]);
    const back = tf.real(z);
    z.dispose();
    expect([...back.dataSync()]).toEqual([1, 2]);
    tf.dispose([back, ...others]);
  });

  it('computes as float32 what tfjs hands on as int32 numbers of type float32', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3], 'int32');
      expect([...tf.exp(tf.cast(x, 'float32')).dataSync()].map(Math.fround)).toEqual(
        [1, 2, 3].map((v) => Math.fround(Math.exp(v))),
      );
      const halves = tf.div(tf.cast(x, 'float32'), 2);
      expect([...halves.dataSync()]).toEqual([0.5, 1, 1.5]);
    });
  });

  it('frees what is disposed of, packed copies too', () => {
    const products = () => {
      const weights = random(64, 64) as tf.Tensor2D;
      const shared = tf.reshape(weights, [4096]);
      for (let i = 0; i < 4; i++) {
        const x = random(16, 64) as tf.Tensor2D;
        tf.dispose([x, tf.matMul(x, weights)]);
      }
      weights.dispose();
      const held = inUse();
      shared.dispose();
      return held;
    };
    products(); // The kernels' own scratch memory stays.
    const before = inUse();
    // The weights and their packed copy live on in `shared`.
    expect(products()).toBe(before + 2 * 4 * 4096);
    expect(inUse()).toBe(before);
  });

  it('frees all when it is disposed of', () => {
    tf.registerBackend('simd-other', () => new SimdBackend(getSimd()));
    const before = inUse();
    tf.setBackend('simd-other');
    const x = tf.tensor1d([1, 2, 3]);
    tf.ones([1000]);
    expect(inUse()).toBeGreaterThan(before);
    tf.removeBackend('simd-other');
    expect(inUse()).toBe(before);
    x.dispose(); // too late, and no error
    tf.setBackend('simd');
  });

  it('takes tensors from other backends and gives them', () => {
    tf.env().set('IS_TEST', true); // cpu greets
    tf.setBackend('cpu');
    const x = tf.tensor1d([1, 2, 3]);
    tf.setBackend('simd');
    const y = tf.mul(x, 2);
    tf.setBackend('cpu');
    const z = tf.add(x, y);
    expect([...z.dataSync()]).toEqual([3, 6, 9]);
    tf.dispose([x, y, z]);
    tf.env().set('IS_TEST', false);
  });
});

describe('with little memory that may not be shared', () => {
  const withBackend = (test: (simd: Simd) => void) => () => {
    const simd = new Simd({ maximum: 2 ** 24, shared: false });
    tf.registerBackend('simd-small', () => new SimdBackend(simd));
    tf.copyRegisteredKernels('simd', 'simd-small');
    tf.setBackend('simd-small');
    test(simd);
    tf.removeBackend('simd-small');
    for (const { kernelName } of tf.getKernelsForBackend('simd-small')) {
      tf.unregisterKernel(kernelName, 'simd-small');
    }
  };

  it(
    'goes on after there was no room',
    withBackend(() => {
      const x = tf.ones([2 ** 20]) as tf.Tensor1D;
      expect(() => tf.tidy(() => tf.concat([x, x, x, x]))).toThrow(SimdMemoryError);
      expect(tf.tidy(() => tf.sum(tf.add(x, x)).dataSync()[0])).toBe(2 ** 21);
      x.dispose();
    }),
  );

  it(
    'survives that growing detaches every view',
    withBackend((simd) => {
      const x = tf.tensor1d([3, 1, 2]);
      const before = simd.buffer;
      const large = tf.zeros([2 ** 20]);
      expect(before.byteLength).toBe(0);
      expect([...tf.tidy(() => tf.topk(x, 3).values.dataSync())]).toEqual([3, 2, 1]);
      expect([...x.dataSync()]).toEqual([3, 1, 2]);
      tf.dispose([x, large]);
    }),
  );
});
