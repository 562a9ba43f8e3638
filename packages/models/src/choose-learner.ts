import { SimdMemoryError } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { adam } from './adam.ts';
import { headLearner } from './head-learner.ts';
import type { Learner, Objective } from './learner.ts';
import { layersOf } from './network.ts';
import { networkLearner } from './network-learner.ts';
import type { ResolvedOptions } from './options.ts';

/** Backends whose memory is not the CPU's: there the network learns where its tensors are. */
const GPU_BACKENDS = ['webgl', 'webgpu'];

/** The most that features are kept of: 2 GiB, about 130,000 rows of 4,096. */
const MOST_KEPT_BYTES = 2 ** 31;

/**
 * Where the map is not trained and the optimizer is our Adam, the head learns from features that are
 * computed once and kept, if they fit; else the network learns as a whole.
 */
export async function chooseLearner(
  network: tfl.LayersModel,
  objective: Objective,
  { solver, optimizer, learningRate }: ResolvedOptions,
  signal: AbortSignal,
): Promise<Learner> {
  const { training, validation } = objective;
  const { features, head } = layersOf(network);
  const [width] = head.getWeights()[0].shape;
  const bytes = 4 * width * (training.x.shape[0] + (validation?.x.shape[0] ?? 0));
  if (
    solver === 'adam' &&
    optimizer === undefined &&
    features.trainableWeights.length === 0 &&
    bytes <= MOST_KEPT_BYTES &&
    !GPU_BACKENDS.includes(tf.getBackend())
  ) {
    try {
      return await headLearner(network, objective, learningRate, signal);
    } catch (error) {
      if (!(error instanceof SimdMemoryError)) throw error;
    }
  }
  return networkLearner(network, objective, optimizer?.() ?? adam(learningRate));
}
