import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { type LayerVariable, layers, type Shape } from '@tensorflow/tfjs-layers';
import { show } from './check.ts';
import { cosineFeatures } from './cosine-features.ts';
import { fromKerasConfig, type KerasConfig, toKerasCase } from './keras-config.ts';
import { isShiftInvariantKernel } from './kernel.ts';
import { seeded, serializeSource, valuesInitializer } from './kernel-initializer.ts';
import {
  type CheckedConfig,
  checkRandomFourierConfig,
  type RandomFourierFeaturesConfig,
} from './random-fourier-config.ts';
import { registerLayer } from './register-layer.ts';

/** A trained scale stays above this share of what it started from: dividing by 0 gives NaN. */
const smallestShare = 1e-6;

/**
 * Random Fourier features as a tfjs layer: cos(x·W / σ + b).
 *
 * W's columns are frequencies of a shift-invariant kernel K, σ is `scale`, b is uniform in [0, 2π).
 * Then E[2 cos(w·x/σ + b) cos(w·y/σ + b)] = K(x, y): with `normalize`, which multiplies by √(2 / D),
 * the product of two rows of features approximates K with a standard error near 1 / √D. Without it
 * (the default, as in Keras) a linear layer behind it learns the factor.
 *
 * Input: [n, …, d], rank 2 or above, numbers (cast to float32); the last axis is mapped. Output:
 * [n, …, outputDim], float32. Weights, named and ordered as Keras does: `kernel_scale` [1],
 * `unscaled_kernel` [d, outputDim], `bias` [outputDim].
 *
 * The weights repeat bit for bit from `seed`, on every backend; with a tfjs initializer they repeat
 * as far as it does. Two layers of one seed, shape and kernel have the same frequencies: give each
 * its own seed if they stand in one model. A trained scale is kept at 1e-6 of its start or above.
 *
 * Rahimi & Recht, "Random Features for Large-Scale Kernel Machines", NIPS 2007.
 *
 * @throws RangeError or TypeError that names the setting, its rule and the value.
 */
export function randomFourierFeatures(config: RandomFourierFeaturesConfig): RandomFourierFeatures {
  return new RandomFourierFeatures(config);
}

/** The layer that `randomFourierFeatures` makes; there it says what it computes. */
export class RandomFourierFeatures extends layers.Layer {
  static readonly className = 'RandomFourierFeatures';
  static readonly origin = '@kernel-methods/features';

  readonly #config: CheckedConfig;
  #resolvedScale: number | undefined;
  #smallestScale = 0;
  #weights: { scale: LayerVariable; kernel: LayerVariable; bias: LayerVariable } | undefined;

  constructor(config: RandomFourierFeaturesConfig) {
    const checked = checkRandomFourierConfig(config);
    super({ ...config, trainable: config.trainable ?? false });
    this.#config = checked;
    this.#resolvedScale = checked.scale;
  }

  /** The scale the layer starts from: known once it is built, or from the beginning if given. */
  get resolvedScale(): number | undefined {
    return this.#resolvedScale;
  }

  override build(inputShape: Shape | Shape[]): void {
    const inputDim = this.#inputDim(inputShape);
    const { outputDim, source, scale, seed } = this.#config;
    const random = createRandom(seed);
    const isKernel = isShiftInvariantKernel(source);
    const resolved = scale ?? (isKernel ? source.defaultScale(inputDim) : 1);
    const frequencies = isKernel
      ? valuesInitializer(() =>
          source.sampleFrequencies(random.stream('frequencies'), [inputDim, outputDim]),
        )
      : seeded(source, seed);
    const phases = valuesInitializer(() => {
      const { uniform } = random.stream('bias');
      return Float32Array.from({ length: outputDim }, () => 2 * Math.PI * uniform());
    });
    const start = valuesInitializer(() => Float32Array.of(resolved));
    this.#smallestScale = resolved * smallestShare;
    // Keras's names, in Keras's order.
    const weight = this.addWeight.bind(this);
    this.#weights = {
      scale: weight('kernel_scale', [1], 'float32', start, undefined, true),
      kernel: weight(
        'unscaled_kernel',
        [inputDim, outputDim],
        'float32',
        frequencies,
        undefined,
        false,
      ),
      bias: weight('bias', [outputDim], 'float32', phases, undefined, false),
    };
    this.#weights.scale.trainable = this.trainable;
    this.#resolvedScale = resolved;
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    this.#inputDim(inputShape);
    return [...(inputShape as Shape).slice(0, -1), this.#config.outputDim];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [input] = Array.isArray(inputs) ? inputs : [inputs];
      const inputDim = this.#inputDim(input.shape);
      if (!['float32', 'int32', 'bool'].includes(input.dtype)) {
        throw new TypeError(`\`input\` must hold real numbers. Received dtype: ${input.dtype}.`);
      }
      const { outputDim, normalize } = this.#config;
      const { scale, kernel, bias } = this.#weights!;
      // No tfjs constraint does this: optimizers pass constraints by, and loading leaks with them.
      // So whatever was written, by a step or from a file, is put right before it is used.
      scale.write(tf.maximum(scale.read(), this.#smallestScale));
      // Not the kernel: it is the larger one, and it stays the same tensor from call to call.
      const rows = tf.reshape(tf.cast(input, 'float32'), [-1, inputDim]);
      const features = cosineFeatures(
        tf.div(rows, scale.read()),
        kernel.read() as tf.Tensor2D,
        bias.read() as tf.Tensor1D,
        normalize ? Math.sqrt(2 / outputDim) : 1,
      );
      return tf.reshape(features, [...input.shape.slice(0, -1), outputDim]);
    });
  }

  /**
   * What `fromConfig` and `tf.loadLayersModel` rebuild the layer from; never changed by `build`.
   *
   * What Keras does not know, `normalize` and `seed`, is written only where it is not the default:
   * any other layer in a saved model is one that Keras can read.
   */
  override getConfig(): tf.serialization.ConfigDict {
    const { outputDim, source, scale, normalize, seed } = this.#config;
    return {
      ...super.getConfig(),
      outputDim,
      kernelInitializer: serializeSource(source),
      scale: scale ?? null,
      ...(normalize && { normalize }),
      ...(seed !== 0 && { seed }),
    };
  }

  /**
   * The configuration of the same layer in Keras: give it to Keras's `from_config`, and this layer's
   * weights to its `set_weights`. As Keras does, it holds the resolved scale once there is one.
   *
   * @throws RangeError if Keras's layer cannot do the same: `normalize`, or a kernel it lacks.
   */
  getKerasConfig(): KerasConfig {
    const { normalize, seed, ...config } = this.getConfig();
    const { source } = this.#config;
    if (normalize) throw new RangeError('`normalize` must be false for Keras. Received: true.');
    if (isShiftInvariantKernel(source) && !['gaussian', 'laplacian'].includes(source.name)) {
      throw new RangeError(
        `\`kernelInitializer\` must be gaussian or laplacian for Keras. Received: ${source.name}.`,
      );
    }
    return toKerasCase({ ...config, dtype: 'float32', scale: this.#resolvedScale ?? null });
  }

  /** Reads our configuration and Keras's, whose keys are in snake_case. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const { customObjects, ...settings } = config; // added by tfjs on the way
    return new cls(fromKerasConfig(settings));
  }

  /** The length of the last axis, which must be known, and the one the layer was built for. */
  #inputDim(shape: Shape | Shape[]): number {
    if (shape.length < 2 || Array.isArray(shape[0])) {
      throw new RangeError(
        `\`input\` must be one tensor of rank 2 or above. Received shape: ${show(shape)}.`,
      );
    }
    const last = shape.at(-1) as number | null;
    const built = this.#weights?.kernel.shape[0];
    if (!last || (built !== undefined && last !== built)) {
      throw new RangeError(
        `\`input\` must have a last axis of ${built ?? 'known length'}. Received shape: ${show(shape)}.`,
      );
    }
    return last;
  }
}

registerLayer(RandomFourierFeatures);
