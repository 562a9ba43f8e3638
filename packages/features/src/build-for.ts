import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';

const building = new WeakSet<layers.Layer>();

/**
 * Builds a layer for inputs of this shape, if it is not built. It is built by `apply`, which gives
 * the weights the names that they have in a saved model. This calls the layer's `call`, which looks
 * at `isBuilding`.
 */
export function buildFor(layer: layers.Layer, shape: number[]): void {
  if (layer.built) return;
  building.add(layer);
  try {
    tf.tidy(() => void layer.apply(tf.zeros([1, ...shape.slice(1)])));
  } finally {
    building.delete(layer);
  }
}

/** Whether `call` runs on behalf of `buildFor`; its result is not used then. */
export const isBuilding = (layer: layers.Layer): boolean => building.has(layer);
