import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/**
 * Runs `action` and expects as many tensors after it as before. The action disposes of what it is
 * given to own; if it throws, the tensors are counted all the same and the error is passed on.
 */
export async function expectNoLeak<T>(action: () => T | Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  try {
    return await action();
  } finally {
    expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
  }
}
