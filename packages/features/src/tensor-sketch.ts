import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { FeatureMap } from './feature-map.ts';
import { checkPolynomial, type PolynomialConfig } from './polynomial.ts';
import { registerLayer } from './register-layer.ts';
import { checkSettings, type LayerConfig } from './settings.ts';
import { sketchTables } from './sketch-tables.ts';
import { type SparseBlock, sparseMatMul } from './sparse-block.ts';

export interface TensorSketchConfig extends LayerConfig, PolynomialConfig {
  /** The number of features, D. The error of the approximated kernel falls as 1 / √D. */
  outputDim: number;
  /** The seed of the hashes. Default: 0. */
  seed?: number;
}

/**
 * Random features of the polynomial kernel by TensorSketch, as a tfjs layer: the product of two rows
 * of features is an unbiased estimate of `polynomial({ degree, gamma, coef0 })`.
 *
 * Each of `degree` count sketches adds the numbers of √gamma·x, followed by √coef0, to D places by
 * random hashes and signs. The circular convolution of the sketches is a sketch of the tensor
 * power. Here the sketches stay in the frequency domain, where convolution is a product and inner
 * products are the same. The features are the real and imaginary parts, a fixed rotation of the
 * features of the paper and of scikit-learn. So it takes one matrix product per degree, and no
 * Fourier transform of the rows.
 *
 * Input: [n, …, d], the last axis is mapped. Output: [n, …, outputDim], float32. Weights: `cosines`
 * and `sines` [degree, d + 1, ⌊D / 2⌋ + 1], the transforms of all signs at their places.
 *
 * Pham & Pagh, "Fast and Scalable Polynomial Kernels via Explicit Feature Maps", KDD 2013.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const x = tf.tensor2d([[0.2, 0.8], [0.5, 0.5]]);
 * tensorSketch({ outputDim: 64, degree: 2, seed: 1 }).apply(x); // [2, 64]
 */
export const tensorSketch = (config: TensorSketchConfig): TensorSketch => new TensorSketch(config);

/** The layer that `tensorSketch` makes; see there. */
export class TensorSketch extends FeatureMap {
  static readonly className = 'TensorSketch';
  readonly #config: { outputDim: number; seed: number } & Required<PolynomialConfig>;
  #weights: { cosines: LayerVariable; sines: LayerVariable } | undefined;

  constructor(config: TensorSketchConfig) {
    const own = ['outputDim', 'degree', 'gamma', 'coef0', 'seed'];
    const seed = check.seed('seed', checkSettings(config, own).seed ?? 0);
    const outputDim = check.positiveInteger('outputDim', config.outputDim);
    const settings = checkPolynomial(config);
    super(config);
    this.#config = { outputDim, ...settings, seed };
  }

  protected featuresOf(): number {
    return this.#config.outputDim;
  }

  protected override createWeights([inputDim]: number[]): void {
    const { outputDim, degree, seed } = this.#config;
    const random = createRandom(seed).stream('hashes');
    const places = Array.from({ length: degree * (inputDim + 1) }, () => random.integer(outputDim));
    const signs = places.map(() => 2 * random.integer(2) - 1);
    const { cosines, sines } = sketchTables(places, signs, outputDim);
    const shape = [degree, inputDim + 1, Math.floor(outputDim / 2) + 1];
    this.#weights = {
      cosines: this.fixedWeight('cosines', shape, () => cosines),
      sines: this.fixedWeight('sines', shape, () => sines),
    };
  }

  // A power of a moderate number may overflow.
  protected override get safeInput(): number {
    return -1;
  }

  protected mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const { gamma, coef0 } = this.#config;
    const constant = tf.fill([samples.shape[0], 1], Math.sqrt(coef0));
    const x = tf.concat([tf.mul(samples, Math.sqrt(gamma)), constant], 1) as tf.Tensor2D;
    return this.#features((table) => tf.matMul(x, table));
  }

  /** Sparse rows are taken as they are. */
  override applySparse(rows: SparseBlock): tf.Tensor2D {
    const { gamma, coef0 } = this.#config;
    const [, inputDim] = rows.shape;
    const x = { ...rows, values: tf.mul<tf.Tensor1D>(rows.values, Math.sqrt(gamma)) };
    return this.#features((table) => {
      const product = sparseMatMul(x, tf.slice(table, [0, 0], [inputDim, -1]));
      return tf.add(product, tf.mul(tf.slice(table, [inputDim, 0], [1, -1]), Math.sqrt(coef0)));
    });
  }

  /** The features, by the products of rows with tables, [d + 1, ⌊D / 2⌋ + 1] each. */
  #features(multiply: (table: tf.Tensor2D) => tf.Tensor2D): tf.Tensor2D {
    const { outputDim, degree } = this.#config;
    const half = Math.floor(outputDim / 2) + 1;
    const sketch = (tables: LayerVariable, i: number) => {
      const table = tf.slice(tables.read(), [i, 0, 0], [1, -1, -1]);
      return multiply(tf.reshape(table, [-1, half]) as tf.Tensor2D);
    };
    const { cosines, sines } = this.#weights!;
    let [real, imaginary] = [sketch(cosines, 0), sketch(sines, 0)];
    for (let i = 1; i < degree; i++) {
      const [a, b] = [sketch(cosines, i), sketch(sines, i)];
      [real, imaginary] = [
        tf.sub(tf.mul(real, a), tf.mul(imaginary, b)),
        tf.add(tf.mul(real, b), tf.mul(imaginary, a)),
      ];
    }
    // In the transform of real numbers the upper half mirrors the lower, except for its two ends.
    const [n] = real.shape;
    const between = Math.floor((outputDim - 1) / 2);
    const twice = (part: tf.Tensor) => tf.mul(tf.slice(part, [0, 1], [n, between]), Math.SQRT2);
    const parts = [tf.slice(real, [0, 0], [n, 1]), twice(real), twice(imaginary)];
    if (outputDim % 2 === 0) parts.push(tf.slice(real, [0, half - 1], [n, 1]));
    return tf.mul(tf.concat(parts, 1), 1 / Math.sqrt(outputDim)) as tf.Tensor2D;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#config };
  }
}

registerLayer(TensorSketch);
