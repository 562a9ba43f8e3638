import { describeOnBackends } from '@kernel-methods/test-utils';
import { describe, expect, it } from 'vitest';
import { numericsFor } from './numerics-for.ts';

describe('numericsFor', () => {
  it.each(['webgl', 'webgpu'])('computes in tfjs operations on %s', (backend) => {
    expect(numericsFor(backend).name).toBe('tfjs');
  });

  it.each(['cpu', 'wasm', 'simd', 'tensorflow'])('computes on simd beside %s', (backend) => {
    expect(numericsFor(backend).name).toBe('simd');
  });

  describeOnBackends('numericsFor', () => {
    it('takes the current backend', () => {
      expect(numericsFor().name).toBe('simd');
    });
  });
});
