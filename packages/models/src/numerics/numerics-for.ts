import * as tf from '@tensorflow/tfjs-core';
import type { Numerics } from './numerics.ts';
import { simdNumerics } from './simd-numerics.ts';
import { tfjsNumerics } from './tfjs-numerics.ts';

/** Backends that compute on a GPU; all others are the CPU's, where simd is faster. */
const GPU_BACKENDS = ['webgl', 'webgpu'];

/** The numerics that fit the current tfjs backend. */
export const numericsFor = (backend = tf.getBackend()): Numerics =>
  GPU_BACKENDS.includes(backend) ? tfjsNumerics() : simdNumerics();
