import { FeatureMap, registerLayer } from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';

/**
 * A head that measures how far features z are from a centre c: bias − ‖(z − c)·K‖².
 *
 * Input: [n, D]. Output: [n, 1]. Weights: `kernel` [D, D], `centre` [D], `bias` [1].
 */
export class DistanceHead extends FeatureMap {
  static readonly className = 'DistanceHead';
  static override readonly origin = '@kernel-methods/models';
  #weights: Record<'kernel' | 'centre' | 'bias', LayerVariable> | undefined;

  protected featuresOf(): number {
    return 1;
  }

  protected override createWeights([width]: number[]): void {
    this.#weights = {
      kernel: this.fixedWeight('kernel', [width, width]),
      centre: this.fixedWeight('centre', [width]),
      bias: this.fixedWeight('bias', [1]),
    };
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { kernel, centre, bias } = this.#weights!;
    const whitened = tf.matMul(tf.sub(samples, centre.read()), kernel.read() as tf.Tensor2D);
    return tf.sub(bias.read(), tf.sum(tf.square(whitened), -1, true));
  }
}

registerLayer(DistanceHead);
