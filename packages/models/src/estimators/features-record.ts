import {
  deserializeKernel,
  isFittable,
  type SerializedKernel,
  type ShiftInvariantKernel,
  serializeKernel,
} from '@kernel-methods/features';
import type * as tfl from '@tensorflow/tfjs-layers';
import { type FeatureSpec, type FeatureStep, isLayer, stepsOf } from '../network/feature-spec.ts';
import { LayerRecord } from '../network/layer-record.ts';
import { SavedModelError } from './saved-model-error.ts';

/**
 * How one map was given: a kernel, or a layer of the saved network, which had weights of its own
 * before the fit or not.
 */
type StepRecord = { readonly kernel: SerializedKernel } | { readonly keepsWeights: boolean };

/** How a feature map was given. */
export interface FeaturesRecord {
  /** Whether it was given as a list. */
  readonly isList: boolean;
  readonly steps: readonly StepRecord[];
  /** Whether it was not given: another fit chooses it by its rows. */
  readonly isOpen?: true;
}

/** What another fit needs to make the same feature map, beyond the layers of the network. */
export function featuresRecord(features: FeatureSpec, isOpen = false): FeaturesRecord {
  const record = (step: FeatureStep): StepRecord => {
    if (typeof step === 'string') return { kernel: step };
    if (!isLayer(step)) return { kernel: serializeKernel(step) };
    return { keepsWeights: step instanceof LayerRecord ? step.hasWeights : ownsWeights(step) };
  };
  const steps = stepsOf(features).map(record);
  return { isList: Array.isArray(features), steps, ...(isOpen && { isOpen }) };
}

/** Whether a fit keeps the weights that a layer has. A model has them before it is built. */
const ownsWeights = (layer: tfl.layers.Layer): boolean =>
  isFittable(layer) ? layer.isFitted : layer.weights.length > 0;

/**
 * The feature map as it was given, with the layers of a saved network. If columns were standardized
 * first, the network has one more. Undefined if it was not given.
 *
 * @throws SavedModelError if they do not fit each other.
 */
export async function featuresFrom(
  record: FeaturesRecord | undefined,
  maps: readonly tfl.layers.Layer[],
): Promise<FeatureSpec | undefined> {
  if (record === undefined) return Promise.all(maps.map((map) => LayerRecord.of(map)));
  const { steps, isList } = record;
  const first = maps.length - steps.length;
  if (first !== 0 && first !== 1) {
    throw new SavedModelError(
      `The saved kernel model's \`features\` must fit the ${maps.length} maps of the network. Received: ${steps.length}.`,
    );
  }
  if (record.isOpen) return undefined;
  const made = await Promise.all(
    steps.map((step, i) =>
      'kernel' in step ? kernelOf(step.kernel) : LayerRecord.of(maps[first + i], step.keepsWeights),
    ),
  );
  return isList ? made : made[0];
}

/** A name stays one. */
const kernelOf = (kernel: SerializedKernel): FeatureStep =>
  (typeof kernel === 'string' ? kernel : deserializeKernel(kernel)) as
    | Extract<FeatureStep, string>
    | ShiftInvariantKernel;

export function isFeaturesRecord(value: unknown): boolean {
  const { isList, steps, isOpen } = (value ?? {}) as Record<keyof FeaturesRecord, unknown>;
  return (
    typeof isList === 'boolean' &&
    (isOpen === undefined || isOpen === true) &&
    Array.isArray(steps) &&
    steps.length > 0 &&
    (isList || steps.length === 1) &&
    steps.every(isStepRecord)
  );
}

function isStepRecord(step: unknown): boolean {
  if (typeof step !== 'object' || step === null) return false;
  if (Object.hasOwn(step, 'kernel')) {
    const { kernel } = step as { kernel: unknown };
    return typeof kernel === 'string' || (typeof kernel === 'object' && kernel !== null);
  }
  return typeof (step as { keepsWeights?: unknown }).keepsWeights === 'boolean';
}
