import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { FittedMap } from './fitted-map.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';

/**
 * Standardizes each column to mean 0 and standard deviation 1, as a tfjs layer that is fitted. A
 * column with the same number in all rows becomes 0.
 *
 * Input: [n, …, d], the last axis is mapped. Output: the same shape, float32. Weights: `mean` [d],
 * `deviation` [d] (divided by n, as in scikit-learn's StandardScaler), computed in float64.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.tensor2d([[0, 10], [1, 20], [2, 60]]);
 * const map = standardize();
 * await map.fit(x);
 * map.apply(x); // columns of mean 0 and deviation 1
 */
export const standardize = (config?: LayerConfig): Standardize => new Standardize(config);

/** The layer that `standardize` makes; see there. */
export class Standardize extends FittedMap {
  static readonly className = 'Standardize';
  #weights: { mean: LayerVariable; deviation: LayerVariable } | undefined;

  constructor(config: LayerConfig = {}) {
    super(checkSettings(config, []));
  }

  protected featuresOf([inputDim]: number[]): number {
    return inputDim;
  }

  protected override createWeights(sample: number[]): void {
    this.#weights = {
      mean: this.fixedWeight('mean', sample),
      deviation: this.fixedWeight('deviation', sample),
    };
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { mean, deviation } = this.#weights!;
    return tf.div(tf.sub(samples, mean.read()), deviation.read());
  }

  /**
   * It takes two passes, relative to the first row, and is exact for a constant column, whatever
   * its value.
   */
  protected async learn(x: tf.Tensor): Promise<tf.Tensor[]> {
    const data = await x.data();
    const [rows, columns] = x.shape;
    const [mean, deviation] = [new Float64Array(columns), new Float64Array(columns)];
    for (let i = 0; i < data.length; i++) mean[i % columns] += data[i] - data[i % columns];
    for (let j = 0; j < columns; j++) mean[j] = data[j] + mean[j] / rows;
    for (let i = 0; i < data.length; i++)
      deviation[i % columns] += (data[i] - mean[i % columns]) ** 2;
    for (let j = 0; j < columns; j++) deviation[j] = Math.sqrt(deviation[j] / rows) || 1;
    return [mean, deviation].map((values) => tf.tensor1d(Float32Array.from(values)));
  }
}

registerLayer(Standardize);
