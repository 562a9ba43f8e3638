import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';

const building = new WeakSet<layers.Layer>();

/**
 * Builds a layer for inputs of this shape, if it is not built: by `apply`, which gives weights the
 * names that a saved model has for them. Its `call` is asked meanwhile, and looks at `isBuilding`.
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

/** Whether `call` was asked by `buildFor`: whatever it returns will do. */
export const isBuilding = (layer: layers.Layer): boolean => building.has(layer);
