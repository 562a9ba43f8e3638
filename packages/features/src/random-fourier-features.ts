import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import { denseFrequencies, type Frequencies } from './draw.ts';
import { FeatureMap } from './feature-map.ts';
import { independentDraw } from './independent-draw.ts';
import { fromKerasConfig, type KerasConfig, toKerasCase } from './keras-config.ts';
import { isShiftInvariantKernel, scaleOf } from './kernel.ts';
import { isInitializer, seeded, serializeSource } from './kernel-initializer.ts';
import {
  type CheckedConfig,
  checkRandomFourierConfig,
  type RandomFourierFeaturesConfig,
} from './random-fourier-config.ts';
import { registerLayer } from './register-layer.ts';
import { type LengthScale, scaleConfig, scaleFor } from './scale.ts';
import { ScaleWeight } from './scale-weight.ts';
import type { SparseBlock } from './sparse-block.ts';

/**
 * Random Fourier features as a tfjs layer: cos(x·W / σ + b).
 *
 * W's columns are frequencies of a shift-invariant kernel K, σ is `scale`, b is uniform in [0, 2π).
 * Then E[2 cos(w·x/σ + b) cos(w·y/σ + b)] = K(x, y) / K(x, x): with `normalize`, which multiplies by
 * √(2 K(x, x) / D), the product of two rows of features approximates K with a standard error near
 * 1 / √D. Without it (the default, as in Keras) a linear layer behind it learns the factor.
 *
 * With `projection: 'pair'`, D / 2 frequencies give cos(x·W / σ), followed by sin(x·W / σ), with
 * the same factor and a smaller error. `draw` says how the frequencies are drawn: independent,
 * orthogonal, quasi-random, or structured in one of two ways.
 *
 * Input: [n, …, d], rank 2 or above, numeric (cast to float32); the last axis is mapped. Output:
 * [n, …, outputDim], float32. Weights, named and ordered as in Keras: `kernel_scale` [1], or [d]
 * for a scale per dimension, `unscaled_kernel` [d, outputDim], `bias` [outputDim]. With pairs there
 * is no bias, and half as many frequencies. The structured draws have `signs`, `lengths` and others
 * instead of the matrix.
 *
 * The same `seed` gives the same weights, bit for bit, on every backend; with a tfjs initializer
 * only as far as the initializer repeats. Two layers with the same seed, shape and kernel have the
 * same frequencies, so give each its own seed if they are in one model. A trained scale stays at or
 * above 1e-6 of its initial value.
 *
 * Rahimi & Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 *
 * @example
 * const model = sequential({
 *   layers: [
 *     randomFourierFeatures({ inputShape: [784], outputDim: 4096, scale: 10, seed: 1 }),
 *     layers.dense({ units: 10 }),
 *   ],
 * });
 */
export function randomFourierFeatures(config: RandomFourierFeaturesConfig): RandomFourierFeatures {
  return new RandomFourierFeatures(config);
}

/** The layer that `randomFourierFeatures` makes; see there. */
export class RandomFourierFeatures extends FeatureMap {
  static readonly className = 'RandomFourierFeatures';

  readonly #config: CheckedConfig;
  #resolvedScale: LengthScale | undefined;
  #scale: ScaleWeight | undefined;
  #frequencies: Frequencies | undefined;
  #matrices: LayerVariable[] = [];
  #bias: LayerVariable | undefined;

  constructor(config: RandomFourierFeaturesConfig) {
    const checked = checkRandomFourierConfig(config);
    super(config);
    this.#config = checked;
    this.#resolvedScale = checked.scale;
  }

  /**
   * The initial scale of the layer. It is known once the layer is built, or from the beginning if
   * it was given.
   */
  get resolvedScale(): LengthScale | undefined {
    return this.#resolvedScale;
  }

  protected override featuresOf(): number {
    return this.#config.outputDim;
  }

  // The names and the order are those of Keras.
  protected override createWeights([inputDim]: number[]): void {
    const { outputDim, source, scale, draw, projection, seed } = this.#config;
    const random = createRandom(seed);
    const isKernel = isShiftInvariantKernel(source);
    const resolved = scaleFor(scale ?? (isKernel ? scaleOf(source, inputDim) : 1), inputDim);
    const shape = [inputDim, projection === 'pair' ? outputDim / 2 : outputDim] as const;
    this.#scale = new ScaleWeight(
      (name, shape, start) => this.addWeight(name, shape, 'float32', start, undefined, true),
      resolved,
      this.trainable,
    );
    if (isInitializer(source)) {
      this.#frequencies = denseFrequencies(shape, () => new Float32Array());
      const own = seeded(source, seed);
      this.#matrices = [
        this.addWeight('unscaled_kernel', [...shape], 'float32', own, undefined, false),
      ];
    } else {
      this.#frequencies = draw.draw(source, random.stream('frequencies'), shape);
      this.#matrices = this.#frequencies.weights.map(({ name, shape, values }) =>
        this.fixedWeight(name, shape, values),
      );
    }
    if (projection === 'cosine') {
      const { phases } = this.#frequencies;
      this.#bias = this.fixedWeight('bias', [outputDim], () => {
        const { uniform } = random.stream('bias');
        const uniforms = phases?.() ?? Float64Array.from({ length: outputDim }, uniform);
        return Float32Array.from(uniforms, (u) => 2 * Math.PI * u);
      });
    }
    this.#resolvedScale = resolved;
  }

  protected override mapSamples(samples: tf.Tensor): tf.Tensor2D {
    const rows = this.#scale!.divide(samples as tf.Tensor2D);
    const frequencies = this.#frequencies!;
    const weights = this.#matrices.map((weight) => weight.read());
    if (this.#bias === undefined || !frequencies.cosine) {
      return this.#ofAngles(frequencies.project(rows, weights));
    }
    return frequencies.cosine(rows, weights, this.#bias.read() as tf.Tensor1D, this.#factor);
  }

  /** Sparse rows are taken as they are by draws that keep frequencies as one matrix. */
  override applySparse(rows: SparseBlock): tf.Tensor2D | undefined {
    const frequencies = this.#frequencies!;
    if (!frequencies.projectSparse) return undefined;
    const weights = this.#matrices.map((weight) => weight.read());
    return this.#ofAngles(frequencies.projectSparse(this.#scale!.divideSparse(rows), weights));
  }

  /** The features of the products of rows and frequencies. */
  #ofAngles(angles: tf.Tensor2D): tf.Tensor2D {
    const features =
      this.#bias === undefined
        ? tf.concat([tf.cos(angles), tf.sin(angles)], 1)
        : tf.cos(tf.add<tf.Tensor2D>(angles, this.#bias.read()));
    return this.#factor === 1 ? features : tf.mul(features, this.#factor);
  }

  /** √(2·K(x, x) / D) if features are normalized: for D cosines, or D / 2 pairs of length 1. */
  get #factor(): number {
    const { outputDim, source, normalize } = this.#config;
    const diagonal = isShiftInvariantKernel(source) ? (source.diagonal ?? 1) : 1;
    return normalize ? Math.sqrt((2 * diagonal) / outputDim) : 1;
  }

  /**
   * The configuration from which `fromConfig` and `tf.loadLayersModel` rebuild the layer. `build`
   * never changes it.
   *
   * The settings that Keras does not have (`draw`, `projection`, `normalize` and `seed`) are
   * written only if they are not the defaults, so Keras can read any other layer of a saved model.
   */
  override getConfig(): tf.serialization.ConfigDict {
    const { outputDim, source, scale, draw, projection, normalize, seed } = this.#config;
    return {
      ...super.getConfig(),
      outputDim,
      kernelInitializer: serializeSource(source),
      scale: scaleConfig(scale).scale ?? null,
      ...(draw !== independentDraw && { draw: draw.name }),
      ...(projection !== 'cosine' && { projection }),
      ...(normalize && { normalize }),
      ...(seed !== 0 && { seed }),
    };
  }

  /**
   * The configuration of the same layer in Keras. Give it to Keras's `from_config`, and this
   * layer's weights to `set_weights`. As in Keras, it holds the resolved scale once there is one.
   *
   * @throws RangeError if Keras's layer cannot do the same: if one of those settings is not the
   * default, or with a scale per dimension, or with a kernel that Keras does not have.
   */
  getKerasConfig(): KerasConfig {
    const { normalize, seed, draw, projection, ...config } = this.getConfig();
    const { source, scale } = this.#config;
    refuse('normalize', 'false', normalize);
    refuse('draw', 'independent', draw);
    refuse('projection', 'cosine', projection);
    refuse('scale', 'one number', typeof scale === 'object' ? check.shown(scale) : undefined);
    if (isShiftInvariantKernel(source) && !['gaussian', 'laplacian'].includes(source.name)) {
      throw check.rangeError(
        'kernelInitializer',
        'be gaussian or laplacian for Keras',
        source.name,
      );
    }
    return toKerasCase({
      ...config,
      dtype: 'float32',
      scale: (this.#resolvedScale as number | undefined) ?? null,
    });
  }

  /** Reads our configuration, or Keras's with keys in snake_case. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const { customObjects, ...settings } = config; // added by tfjs on the way
    return new cls(fromKerasConfig(settings));
  }
}

function refuse(setting: string, rule: string, value: unknown): void {
  if (value === undefined || value === false) return;
  throw check.rangeError(setting, `be ${rule} for Keras`, String(value));
}

registerLayer(RandomFourierFeatures);
