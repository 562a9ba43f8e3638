import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import type { Frequencies } from './draw.ts';
import { FeatureMap } from './feature-map.ts';
import { gaussian } from './gaussian.ts';
import {
  type CheckedPositiveConfig,
  checkPositiveConfig,
  type PositiveRandomFeaturesConfig,
} from './positive-random-config.ts';
import { registerLayer } from './register-layer.ts';
import { ScaleWeight } from './scale-weight.ts';

/**
 * Positive random features (Performer's FAVOR+) as a tfjs layer: exp(w·x/σ − ‖x/σ‖² / 2).
 *
 * The w are standard normal, and orthogonal by default. Then E[f(x) f(y)] = exp(x·y / σ²), the
 * `softmaxKernel`. With `normalize`, which multiplies by 1 / √D, the product of two rows of
 * features approximates it, so attention becomes a linear map. All features are above 0.
 *
 * With `projection: 'pair'`, D / 2 of the w give exp(w·x/σ − …), followed by exp(−w·x/σ − …).
 *
 * With z = ‖x + y‖² / σ² and independent w, the error relative to K has the variance
 * (exp(z) − 1) / D; for pairs it is 1 − exp(−z) times that. This is good for points within a few σ
 * of 0 and useless far out, where the exponential also overflows. The error has a lognormal tail:
 * for z above 3 or so, that variance is due to a few of many draws, and the error of a typical draw
 * is far smaller.
 *
 * Input: [n, …, d], rank 2 or above, numeric; the last axis is mapped. Output: [n, …, outputDim],
 * float32. Weights: `kernel_scale` [1], and those of the draw (`unscaled_kernel` [d, outputDim], or
 * half as many columns for pairs).
 *
 * Choromanski et al., "Rethinking Attention with Performers", ICLR 2021.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * positiveRandomFeatures({ outputDim: 64, scale: 2, seed: 1 }).apply(x); // [2, 64]
 */
export function positiveRandomFeatures(
  config: PositiveRandomFeaturesConfig,
): PositiveRandomFeatures {
  return new PositiveRandomFeatures(config);
}

/** The layer that `positiveRandomFeatures` makes; see there. */
export class PositiveRandomFeatures extends FeatureMap {
  static readonly className = 'PositiveRandomFeatures';

  readonly #config: CheckedPositiveConfig;
  #scale: ScaleWeight | undefined;
  #frequencies: Frequencies | undefined;
  #matrices: LayerVariable[] = [];

  constructor(config: PositiveRandomFeaturesConfig) {
    const checked = checkPositiveConfig(config);
    super(config);
    this.#config = checked;
  }

  protected override featuresOf(): number {
    return this.#config.outputDim;
  }

  protected override createWeights([inputDim]: number[]): void {
    const { outputDim, scale, draw, projection, seed } = this.#config;
    const count = projection === 'pair' ? outputDim / 2 : outputDim;
    this.#scale = new ScaleWeight(
      (name, shape, start) => this.addWeight(name, shape, 'float32', start, undefined, true),
      scale,
      this.trainable,
    );
    const random = createRandom(seed).stream('frequencies');
    this.#frequencies = draw.draw(gaussian(), random, [inputDim, count]);
    this.#matrices = this.#frequencies.weights.map(({ name, shape, values }) =>
      this.fixedWeight(name, shape, values),
    );
  }

  // An exponential may overflow for moderate numbers.
  protected override get safeInput(): number {
    return -1;
  }

  protected override mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { outputDim, projection, normalize } = this.#config;
    const rows = this.#scale!.divide(samples as tf.Tensor2D);
    const weights = this.#matrices.map((weight) => weight.read());
    const own = this.#frequencies!.project(rows, weights);
    const products = projection === 'pair' ? tf.concat([own, tf.neg(own)], 1) : own;
    const halves = tf.mul(tf.sum(tf.square(rows), 1, true), 0.5);
    // The factor 1 / √D goes inside the exponential, where it costs nothing.
    const shift = normalize ? Math.log(outputDim) / 2 : 0;
    return tf.exp(tf.sub(products, tf.add(halves, shift)));
  }

  /** The configuration from which `fromConfig` and `tf.loadLayersModel` rebuild the layer. */
  override getConfig(): tf.serialization.ConfigDict {
    const { draw, ...settings } = this.#config;
    return { ...super.getConfig(), ...settings, draw: draw.name };
  }
}

registerLayer(PositiveRandomFeatures);
