import { describeOnBackends } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { numericsFor } from './numerics-for.ts';

describe('numericsFor', () => {
  it.each(['webgl', 'webgpu'])('computes in tfjs operations on %s', (backend) => {
    expect(numericsFor(backend).name).toBe('tfjs');
  });

  it.each(['cpu', 'wasm', 'simd', 'tensorflow'])('computes on simd beside %s', (backend) => {
    expect(numericsFor(backend).name).toBe('simd');
  });

  it('computes on simd where WebGL has no float32', () => {
    let float32 = false;
    tf.env().registerFlag('WEBGL_RENDER_FLOAT32_ENABLED', () => float32);
    tf.registerBackend('webgl', () => tf.findBackend('cpu'));
    onTestFinished(() => tf.removeBackend('webgl'));
    expect(numericsFor('webgl').name).toBe('simd');
    float32 = true;
    tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', float32);
    expect(numericsFor('webgl').name).toBe('tfjs');
  });

  describeOnBackends('numericsFor', () => {
    it('takes the current backend', () => {
      expect(numericsFor().name).toBe('simd');
    });
  });
});
