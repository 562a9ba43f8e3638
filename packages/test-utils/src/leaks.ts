import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/**
 * Runs `action` and expects as many tensors after it as before. The action disposes of the tensors
 * that it owns. If it throws, the tensors are counted all the same. The error is passed on; if
 * tensors were left behind, the new error says so.
 */
export async function expectNoLeak<T>(action: () => T | Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const left = () => tf.memory().numTensors - before;
  let result: T;
  try {
    result = await action();
  } catch (error) {
    if (left() === 0) throw error;
    const message = `tensors left behind: ${left()}, after: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
  expect(left(), 'tensors left behind').toBe(0);
  return result;
}
