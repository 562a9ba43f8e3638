import type * as tf from '@tensorflow/tfjs-core';
import { FeatureMap } from './feature-map.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';
import type { SparseBlock } from './sparse-block.ts';

/**
 * The identity as a feature map and tfjs layer. It gives a linear machine wherever a feature map is
 * required, and can be combined with other maps by `concatenate`.
 *
 * Input: [n, …, d], the last axis is mapped. Output: the same as float32. It has no weights. Sparse
 * rows stay sparse.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * identity().apply(x); // x itself
 */
export const identity = (config?: LayerConfig): Identity => new Identity(config);

/** The layer that `identity` makes; see there. */
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

  override applySparse(rows: SparseBlock): SparseBlock {
    return rows;
  }
}

registerLayer(Identity);
