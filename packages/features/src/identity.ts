import type * as tf from '@tensorflow/tfjs-core';
import { FeatureMap } from './feature-map.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

/**
 * Features that are the numbers themselves, as a tfjs layer: for a linear machine where a feature
 * map is asked for, and beside other maps in `concatenate`.
 *
 * Input: [n, …, d], the last axis is mapped. Output: the same as float32. It has no weights.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * identity().apply(x); // x itself
 */
export const identity = (config?: LayerConfig): Identity => new Identity(config);

/** The layer that `identity` makes; there it says what it computes. */
export class Identity extends FeatureMap {
  static readonly className = 'IdentityFeatures';

  constructor(config: LayerConfig = {}) {
    super(checkSettings(config, []));
  }

  protected featuresOf([inputDim]: number[]): number {
    return inputDim;
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    return samples as tf.Tensor2D;
  }
}

registerLayer(Identity);
