import type { ShiftInvariantKernel } from '@kernel-methods/features';
import { layers } from '@tensorflow/tfjs-layers';
import { LayerRecord } from './layer-record.ts';

/**
 * One step of a feature map: a kernel, by name or as an object, or any tfjs layer or model. (The
 * steps of a loaded model are records of layers.)
 */
export type FeatureSpec = string | ShiftInvariantKernel | layers.Layer | LayerRecord;

/** The options from which a feature map is made. */
export interface FeatureOptions {
  readonly features: FeatureSpec | readonly FeatureSpec[];
  readonly outputDim: number;
  readonly scale?: number;
  /** Default false. */
  readonly standardize?: boolean | 'auto';
  readonly seed: number;
}

export const isLayer = (spec: unknown): spec is layers.Layer | LayerRecord =>
  spec instanceof layers.Layer || spec instanceof LayerRecord;

/**
 * Whether a layer is trained with the head. A layer that is not built has no weights yet. A layer
 * that will have weights has its own `build` method; flatten, dropout, pooling and the like inherit
 * it from the base class.
 */
export function isTrained(layer: layers.Layer | LayerRecord): boolean {
  if (layer instanceof LayerRecord) return layer.trainable;
  if (layer.built) return layer.trainableWeights.length > 0;
  return layer.trainable && layer.build !== layers.Layer.prototype.build;
}
