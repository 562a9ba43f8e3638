import type { Random } from '@kernel-methods/random';
import { inTurns } from '@kernel-methods/simd/turns';
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

/** The numbers that are summed in a step: a few milliseconds of work. */
const BLOCK = 2 ** 20;

/** The layer that `standardize` makes; there it says what it computes. */
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
  protected async learn(x: tf.Tensor, _: Random, signal?: AbortSignal): Promise<tf.Tensor[]> {
    const data = await x.data();
    const [rows, columns] = x.shape;
    const [mean, deviation] = [new Float64Array(columns), new Float64Array(columns)];
    function* inBlocks(use: (i: number) => void): Generator<void> {
      for (let from = 0; from < data.length; from += BLOCK) {
        const to = Math.min(from + BLOCK, data.length);
        for (let i = from; i < to; i++) use(i);
        yield;
      }
    }
    const sum = (i: number) => {
      mean[i % columns] += data[i] - data[i % columns];
    };
    await inTurns(inBlocks(sum), signal);
    for (let j = 0; j < columns; j++) mean[j] = data[j] + mean[j] / rows;
    const square = (i: number) => {
      deviation[i % columns] += (data[i] - mean[i % columns]) ** 2;
    };
    await inTurns(inBlocks(square), signal);
    for (let j = 0; j < columns; j++) deviation[j] = Math.sqrt(deviation[j] / rows) || 1;
    return [mean, deviation].map((values) => tf.tensor1d(Float32Array.from(values)));
  }
}

registerLayer(Standardize);
