import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { cosineFeatures } from './cosine-features.ts';
import { FeatureMap } from './feature-map.ts';
import type { InputDomain } from './input-checks.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

export interface SkewedChi2FeaturesConfig extends LayerConfig {
  /** The number of features, D. The error of the approximated kernel falls as 1 / √D. */
  outputDim: number;
  /** c of the kernel; numbers must be above −c. Default: 1. */
  skew?: number;
  /** The seed of the weights. Default: 0. */
  seed?: number;
}

/**
 * Random features of the skewed χ² kernel, as a tfjs layer: √(2 / D) · cos(log(x + c)·W + b), c =
 * `skew`, W with density sech(πw), b uniform in [0, 2π).
 *
 * The product of two rows of features is an unbiased estimate of `skewedChi2({ skew })`. A number at
 * −c or below is an error.
 *
 * Input: [n, …, d], the last axis is mapped. Output: [n, …, outputDim], float32. Weights:
 * `frequencies` [d, outputDim], `bias` [outputDim], as in scikit-learn's `SkewedChi2Sampler`.
 *
 * Li, Ionescu & Sminchisescu, "Random Fourier Approximations for Skewed Multiplicative Histogram
 * Kernels", DAGM 2010.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * skewedChi2Features({ outputDim: 64, seed: 1 }).apply(x); // [2, 64]
 */
export const skewedChi2Features = (config: SkewedChi2FeaturesConfig): SkewedChi2Features =>
  new SkewedChi2Features(config);

/** The layer that `skewedChi2Features` makes; see there. */
export class SkewedChi2Features extends FeatureMap {
  static readonly className = 'SkewedChi2Features';
  readonly #config: { outputDim: number; skew: number; seed: number };
  #weights: { frequencies: LayerVariable; bias: LayerVariable } | undefined;

  constructor(config: SkewedChi2FeaturesConfig) {
    const { skew = 1, seed = 0 } = checkSettings(config, ['outputDim', 'skew', 'seed']);
    const outputDim = check.positiveInteger('outputDim', config.outputDim);
    const checked = {
      outputDim,
      skew: check.positiveFloat32('skew', skew),
      seed: check.seed('seed', seed),
    };
    super(config);
    this.#config = checked;
  }

  protected featuresOf(): number {
    return this.#config.outputDim;
  }

  protected override createWeights([inputDim]: number[]): void {
    const { outputDim, seed } = this.#config;
    const random = createRandom(seed);
    this.#weights = {
      frequencies: this.fixedWeight('frequencies', [inputDim, outputDim], () => {
        const { uniform } = random.stream('frequencies');
        // The quantile function of the density sech(πw), half a step of the generator away from 0
        // and 1.
        const draw = () => Math.log(Math.tan((Math.PI / 2) * (uniform() + 2 ** -54))) / Math.PI;
        return Float32Array.from({ length: inputDim * outputDim }, draw);
      }),
      bias: this.fixedWeight('bias', [outputDim], () => {
        const { uniform } = random.stream('bias');
        return Float32Array.from({ length: outputDim }, () => 2 * Math.PI * uniform());
      }),
    };
  }

  override get inputDomain(): InputDomain {
    return { above: -Math.fround(this.#config.skew), isIncluded: false };
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { outputDim, skew } = this.#config;
    const { frequencies, bias } = this.#weights!;
    return cosineFeatures(
      tf.log(tf.add(samples, skew)),
      frequencies.read() as tf.Tensor2D,
      bias.read() as tf.Tensor1D,
      Math.sqrt(2 / outputDim),
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#config };
  }
}

registerLayer(SkewedChi2Features);
