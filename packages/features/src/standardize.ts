import * as check from '@kernel-methods/check';
import type { Random } from '@kernel-methods/random';
import { inTurns } from '@kernel-methods/simd/turns';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { buildFor } from './build-for.ts';
import { FittedMap } from './fitted-map.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';
import { ofColumns, type SparseBlock } from './sparse-block.ts';

export interface StandardizeConfig extends LayerConfig {
  /**
   * Whether the mean is subtracted. Without that, zeros stay zeros, and sparse rows sparse. Default:
   * true.
   */
  center?: boolean;
}

/**
 * Standardizes each column to mean 0 and standard deviation 1, as a tfjs layer that is fitted. A
 * column with the same number in all rows becomes 0.
 *
 * With `center: false` columns are only divided by their deviation, as in StandardScaler without
 * `with_mean`; sparse rows then stay sparse.
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
export const standardize = (config?: StandardizeConfig): Standardize => new Standardize(config);

/** The numbers that are summed in a step: a few milliseconds of work. */
const BLOCK = 2 ** 20;

/** The layer that `standardize` makes; there it says what it computes. */
export class Standardize extends FittedMap {
  static readonly className = 'Standardize';
  #weights: { mean: LayerVariable; deviation: LayerVariable } | undefined;

  readonly #center: boolean;

  constructor(config: StandardizeConfig = {}) {
    const { center = true } = checkSettings(config, ['center']);
    super(config);
    this.#center = check.boolean('center', center);
  }

  /** Whether the mean is subtracted. */
  get center(): boolean {
    return this.#center;
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

  /** Sparse rows are taken as they are if the mean is not subtracted. */
  override applySparse(rows: SparseBlock): SparseBlock | undefined {
    if (this.#center) return undefined;
    const deviation = this.#weights!.deviation.read() as tf.Tensor1D;
    return { ...rows, values: tf.div(rows.values, ofColumns(deviation, rows)) };
  }

  /**
   * `fit` for sparse rows, whose values the caller still owns.
   *
   * @throws RangeError if the mean is subtracted: the rows would not stay sparse.
   */
  async fitSparse(rows: SparseBlock): Promise<void> {
    if (this.#center) {
      throw check.rangeError('center', 'be false for sparse rows', String(this.#center));
    }
    const [count, columns] = rows.shape;
    const values = await rows.values.data();
    const [sums, squares] = [new Float64Array(columns), new Float64Array(columns)];
    const numbers = new Uint32Array(columns);
    rows.indices.forEach((column, at) => {
      sums[column] += values[at];
      numbers[column]++;
    });
    rows.indices.forEach((column, at) => {
      squares[column] += (values[at] - sums[column] / count) ** 2;
    });
    const deviation = squares.map((square, column) => {
      const zeros = (count - numbers[column]) * (sums[column] / count) ** 2;
      return Math.sqrt((square + zeros) / count) || 1;
    });
    buildFor(this, [count, columns]);
    tf.tidy(() =>
      this.setWeights([tf.zeros([columns]), tf.tensor1d(Float32Array.from(deviation))]),
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...(!this.#center && { center: false }) };
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
    if (!this.#center) mean.fill(0);
    return [mean, deviation].map((values) => tf.tensor1d(Float32Array.from(values)));
  }
}

registerLayer(Standardize);
