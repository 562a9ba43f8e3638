import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { checkDegree } from './arc-cosine.ts';
import { FeatureMap } from './feature-map.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

export interface ArcCosineFeaturesConfig extends LayerConfig {
  /** The number of features, D. The error of the approximated kernel falls as 1 / √D. */
  outputDim: number;
  /** 0 for step units, 1 for ReLU, 2 for squared ReLU. Default: 1. */
  degree?: 0 | 1 | 2;
  /** The seed of the frequencies. Default: 0. */
  seed?: number;
}

/**
 * Random features of the arc-cosine kernel, as a tfjs layer: √(2 / D) · max(0, x·W)ⁿ, n = `degree`
 * (for 0 the step, 1 where x·W > 0), W standard normal. In short, it is a random layer of a neural
 * network.
 *
 * The product of two rows of features is an unbiased estimate of `arcCosine({ degree })`.
 *
 * Input: [n, …, d], the last axis is mapped. Output: [n, …, outputDim], float32. Weight:
 * `frequencies` [d, outputDim], the same bits from the same `seed` on every backend.
 *
 * Cho & Saul, "Kernel Methods for Deep Learning", NIPS 2009.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * arcCosineFeatures({ outputDim: 64, seed: 1 }).apply(x); // [2, 64]
 */
export const arcCosineFeatures = (config: ArcCosineFeaturesConfig): ArcCosineFeatures =>
  new ArcCosineFeatures(config);

/** The layer that `arcCosineFeatures` makes; see there. */
export class ArcCosineFeatures extends FeatureMap {
  static readonly className = 'ArcCosineFeatures';
  readonly #config: { outputDim: number; degree: number; seed: number };
  #frequencies: LayerVariable | undefined;

  constructor(config: ArcCosineFeaturesConfig) {
    const { degree = 1, seed = 0 } = checkSettings(config, ['outputDim', 'degree', 'seed']);
    const outputDim = check.positiveInteger('outputDim', config.outputDim);
    const checked = { outputDim, degree: checkDegree(degree), seed: check.seed('seed', seed) };
    super(config);
    this.#config = checked;
  }

  protected featuresOf(): number {
    return this.#config.outputDim;
  }

  protected override createWeights([inputDim]: number[]): void {
    const { outputDim, seed } = this.#config;
    this.#frequencies = this.fixedWeight('frequencies', [inputDim, outputDim], () => {
      const { normal } = createRandom(seed).stream('frequencies');
      return Float32Array.from({ length: inputDim * outputDim }, normal);
    });
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { outputDim, degree } = this.#config;
    const projections = tf.matMul(samples as tf.Tensor2D, this.#frequencies!.read() as tf.Tensor2D);
    const units = degree === 0 ? tf.step(projections) : tf.relu(projections);
    return tf.mul(degree === 2 ? tf.square(units) : units, Math.sqrt(2 / outputDim));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#config };
  }
}

registerLayer(ArcCosineFeatures);
