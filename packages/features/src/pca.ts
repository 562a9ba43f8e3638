import * as check from '@kernel-methods/check';
import type { Random } from '@kernel-methods/random';
import { inTurns } from '@kernel-methods/simd/turns';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { covariance } from './covariance.ts';
import { FittedMap } from './fitted-map.ts';
import { loadSimd } from './load-simd.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

export interface PcaConfig extends LayerConfig {
  /** The number of components, at most the input's width. Default: the input's width. */
  outputDim?: number | null;
  /** Whether each component is divided by its standard deviation. Default: false. */
  whiten?: boolean;
}

/**
 * Principal components, as a tfjs layer that is fitted. It projects centred rows on the directions
 * in which they vary most, in descending order of variance.
 *
 * Input: [n, …, d], the last axis is mapped. Output: [n, …, outputDim], float32. Weights: `mean`
 * [d], `components` [d, outputDim]: the covariance's eigenvectors, found in float64, each with its
 * largest number positive (scikit-learn's signs). With `whiten` they are divided by the standard
 * deviation (n − 1). Components whose deviation float32 cannot tell from rounding (below 1e-6 of
 * the largest or 1e-7 of the mean) are then 0.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.randomUniform([50, 3]);
 * const map = pca({ outputDim: 2 });
 * await map.fit(x);
 * map.apply(x); // [50, 2]
 */
export const pca = (config?: PcaConfig): Pca => new Pca(config);

/**
 * `pca` whose components all have variance 1.
 *
 * @example
 * const x = tf.randomUniform([50, 3]);
 * const map = whiten({ outputDim: 2 });
 * await map.fit(x);
 * map.apply(x); // [50, 2], each column of variance 1
 */
export const whiten = (config?: Omit<PcaConfig, 'whiten'>): Pca =>
  new Pca({ ...config, whiten: true });

/** The layer that `pca` and `whiten` make; see there. */
export class Pca extends FittedMap {
  static readonly className = 'Pca';
  readonly #config: { outputDim: number | undefined; whiten: boolean };
  #weights: { mean: LayerVariable; components: LayerVariable } | undefined;

  constructor(config: PcaConfig = {}) {
    const { outputDim, whiten = false } = checkSettings(config, ['outputDim', 'whiten']);
    if (outputDim != null) check.positiveInteger('outputDim', outputDim);
    super(config);
    this.#config = { outputDim: outputDim ?? undefined, whiten: check.boolean('whiten', whiten) };
  }

  protected featuresOf([inputDim]: number[]): number {
    const { outputDim = inputDim } = this.#config;
    if (outputDim > inputDim) {
      throw check.rangeError(
        'outputDim',
        `be at most the input's width, ${inputDim}`,
        String(outputDim),
      );
    }
    return outputDim;
  }

  protected override createWeights([inputDim]: number[]): void {
    this.#weights = {
      mean: this.fixedWeight('mean', [inputDim]),
      components: this.fixedWeight('components', [inputDim, this.featuresOf([inputDim])]),
    };
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { mean, components } = this.#weights!;
    return tf.matMul(tf.sub(samples, mean.read()), components.read() as tf.Tensor2D);
  }

  protected async learn(x: tf.Tensor, _random: Random, signal?: AbortSignal): Promise<tf.Tensor[]> {
    const d = x.shape[1] as number;
    const count = this.featuresOf([d]);
    const { mean, matrix } = await covariance(x as tf.Tensor2D, signal);
    const { eighSteps, getSimd } = await loadSimd();
    const { values, vectors } = await inTurns(eighSteps(getSimd(), matrix, d), signal);
    // What float32 leaves of the rows: 1e-6 of the largest deviation, and its rounding of their mean.
    const rounding = (from: number) => {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += (vectors[i * d + from] * mean[i]) ** 2;
      return Math.max(1e-12 * values[d - 1], 2 ** -46 * sum);
    };
    const components = new Float32Array(d * count);
    for (let j = 0; j < count; j++) {
      const from = d - 1 - j;
      let largest = 0;
      for (let i = 0; i < d; i++) {
        const value = vectors[i * d + from];
        if (Math.abs(value) > Math.abs(largest)) largest = value;
      }
      const size = this.#config.whiten ? Math.sqrt(values[from]) : 1;
      const factor =
        this.#config.whiten && values[from] <= rounding(from) ? 0 : Math.sign(largest) / size;
      for (let i = 0; i < d; i++) components[i * count + j] = factor * vectors[i * d + from];
    }
    return [tf.tensor1d(Float32Array.from(mean)), tf.tensor2d(components, [d, count])];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { outputDim, whiten } = this.#config;
    return { ...super.getConfig(), outputDim: outputDim ?? null, whiten };
  }
}

registerLayer(Pca);
