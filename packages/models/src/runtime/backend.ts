import * as tf from '@tensorflow/tfjs-core';

/**
 * Waits until a tfjs backend can compute.
 *
 * @throws Error that says what to import, if no backend is registered.
 */
export async function requireBackend(): Promise<void> {
  if (Object.keys(tf.engine().registryFactory).length === 0) {
    throw new Error(
      'No TensorFlow.js backend is registered. Import one before the first use, for example ' +
        "`import '@tensorflow/tfjs-backend-wasm'` (any CPU), '@tensorflow/tfjs-backend-webgl' or " +
        "'@tensorflow/tfjs-backend-webgpu' (a browser with a GPU), or '@tensorflow/tfjs-backend-cpu' (slow, runs everywhere).",
    );
  }
  await tf.ready();
}

/** Whether tensors are on a device with its own memory. */
export const isOnGpu = (): boolean => ['webgl', 'webgpu'].includes(tf.getBackend());
