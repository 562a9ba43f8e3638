import '../src/index.ts';
import { Simd } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../../simd/bench/engines.ts';
import { SimdBackend } from '../src/index.ts';

/**
 * The tfjs backend on each engine, by the names of backends: 'simd' itself takes the engine that is
 * there. That on the native engine is missing where the engine is not built.
 */
export const backends: Readonly<Record<Engine, string>> = {
  wasm: 'simd wasm',
  native: 'simd native',
};

for (const [engine, name] of Object.entries(backends)) {
  if (tf.findBackendFactory(name) !== null) continue;
  try {
    const simd = new Simd({ engine: engine as Engine });
    tf.registerBackend(name, () => new SimdBackend(simd), 0);
    tf.copyRegisteredKernels('simd', name);
  } catch (error) {
    if (engine !== 'native') throw error;
  }
}
