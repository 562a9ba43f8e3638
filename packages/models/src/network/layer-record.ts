import { isFittable } from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { layerLike } from './network.ts';

interface Weight {
  readonly shape: number[];
  readonly values: Float32Array;
}

/**
 * A description of a layer without tensors: its configuration, and its weights unless they are
 * drawn from its seed or fitted to data. With it, a loaded model can be fitted again, any number of
 * times.
 */
export class LayerRecord {
  readonly trainable: boolean;
  readonly #make: () => tfl.layers.Layer;
  readonly #describe: () => object;
  readonly #weights: readonly Weight[];

  /**
   * Reads the layer's weights, if they are to be kept. By default they are, unless they are drawn
   * from the layer's seed or fitted to data.
   */
  static async of(
    layer: tfl.layers.Layer,
    keepsWeights = !(isFittable(layer) || 'seed' in layer.getConfig()),
  ): Promise<LayerRecord> {
    const weights = (keepsWeights ? layer.getWeights() : []).map(async (weight) => ({
      shape: weight.shape,
      values: (await weight.data<'float32'>()).slice(),
    }));
    return new LayerRecord(layer, await Promise.all(weights));
  }

  private constructor(layer: tfl.layers.Layer, weights: readonly Weight[]) {
    this.trainable = layer.trainable && layer.trainableWeights.length > 0;
    const config = layer.getConfig();
    // The layer itself is not kept, because it may have large weights.
    const [layerClass, trainable] = [layer.constructor, layer.trainable];
    this.#describe = () => ({ className: layerClass.name, config });
    this.#make = () => layerLike(layerClass, config, trainable);
    this.#weights = weights;
  }

  /** Whether layers that are made like it get recorded weights. */
  get hasWeights(): boolean {
    return this.#weights.length > 0;
  }

  /** The shapes of the recorded weights. */
  get shapes(): readonly (readonly number[])[] {
    return this.#weights.map(({ shape }) => shape);
  }

  /** Its class and configuration, for people to read. */
  toJSON(): object {
    return this.#describe();
  }

  /** Makes a new layer like it, which may not be built. */
  make(): tfl.layers.Layer {
    return this.#make();
  }

  /** Sets the recorded weights on a layer that `make` made and that has been built. */
  restore(layer: tfl.layers.Layer): void {
    if (this.#weights.length === 0) return;
    tf.tidy(() =>
      layer.setWeights(this.#weights.map(({ values, shape }) => tf.tensor(values, shape))),
    );
  }
}
