import type { ShiftInvariantKernel } from '@kernel-methods/features';
import { layers } from '@tensorflow/tfjs-layers';
import { LayerRecord } from './layer-record.ts';

/**
 * One step of a feature map: a kernel, by name or as an object, or any tfjs layer or model. (Those
 * of a model that was loaded are records of layers.)
 */
export type FeatureSpec = string | ShiftInvariantKernel | layers.Layer | LayerRecord;

/** What a feature map is made from. */
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
 * Whether a layer is trained with the head. One that is not built has no weights yet. Those that will
 * have any make them in a `build` of their own; flatten, dropout, pooling and their like have only
 * that of all layers.
 */
export function isTrained(layer: layers.Layer | LayerRecord): boolean {
  if (layer instanceof LayerRecord) return layer.trainable;
  if (layer.built) return layer.trainableWeights.length > 0;
  return layer.trainable && layer.build !== layers.Layer.prototype.build;
}
