import * as tf from '@tensorflow/tfjs-core';
import type { Numerics } from './numerics.ts';
import { simdNumerics } from './simd-numerics.ts';
import { tfjsNumerics } from './tfjs-numerics.ts';

/**
 * The numerics for a tfjs backend, by default the current one: tfjs's on a GPU that computes in
 * float32, otherwise simd's. In half precision (WebGL on some phones) even row numbers above 2,048
 * are not exact. If WebAssembly cannot run, simd computes in plain JavaScript.
 *
 * @example
 * const numerics = numericsFor('simd'); // how solvers compute on that backend
 */
export const numericsFor = (backend = tf.getBackend()): Numerics =>
  backend === 'webgpu' || (backend === 'webgl' && hasFloat32()) ? tfjsNumerics() : simdNumerics();

/** WebGL's flags exist once its backend is there. */
const hasFloat32 = () =>
  tf.findBackendFactory('webgl') === null || tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
