import { shown } from '@kernel-methods/check';
import {
  isShiftInvariantKernel,
  kernelByName,
  kernelNames,
  type ShiftInvariantKernel,
  type ShiftInvariantKernelName,
} from '@kernel-methods/features';
import { layers } from '@tensorflow/tfjs-layers';
import { nameHint } from '../runtime/foreign-names.ts';
import { LayerRecord } from './layer-record.ts';

/**
 * One map: a kernel, by name or as an object, whose random Fourier features are drawn; or any tfjs
 * layer or model. (The steps of a loaded model are records of layers.)
 */
export type FeatureStep =
  | ShiftInvariantKernelName
  | ShiftInvariantKernel
  | layers.Layer
  | LayerRecord;

/** A map, or a list of maps that are chained: each takes the output of the one before it. */
export type FeatureSpec = FeatureStep | readonly FeatureStep[];

/** The options from which a feature map is made. */
export interface FeatureOptions {
  readonly features: FeatureSpec;
  /** Whether the rows decide whether `features` are used, or the exact kernel. Default false. */
  readonly choosesFeatures?: boolean;
  readonly outputDim: number;
  readonly scale?: number;
  /** Default false. */
  readonly standardize?: boolean | 'auto';
  readonly seed: number;
}

/** The steps of a map, in order. */
export const stepsOf = (features: FeatureSpec): readonly FeatureStep[] =>
  Array.isArray(features) ? (features as readonly FeatureStep[]) : [features as FeatureStep];

/** @throws RangeError unless it is a map, or a list with at least one. */
export function checkFeatureSpec(features: FeatureSpec): void {
  const steps = stepsOf(features);
  if (steps.length === 0) {
    throw new RangeError('`features` must hold at least one map. Received: an empty list.');
  }
  // The loop also visits holes.
  for (let i = 0; i < steps.length; i++) {
    const step: unknown = steps[i];
    if (isStep(step)) continue;
    const names = kernelNames().filter(canBeDrawn);
    const hint = typeof step === 'string' ? nameHint('kernel', step, names) : '';
    throw new RangeError(
      `\`features\` must be a kernel (${names.join(', ')}, or an object), a layer such as randomFourierFeatures({ … }), or a list of these. Received: ${shown(step)}.${hint && ` ${hint}`}`,
    );
  }
}

const isStep = (step: unknown): step is FeatureStep =>
  typeof step === 'string' ? canBeDrawn(step) : isLayer(step) || isShiftInvariantKernel(step);

/**
 * Whether random Fourier features can be drawn from the kernel with this name and its default
 * settings.
 */
function canBeDrawn(name: string): boolean {
  try {
    return isShiftInvariantKernel(kernelByName(name));
  } catch {
    // It is not a kernel, or one without defaults, such as a sum of others.
    return false;
  }
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
