import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';
import { type LayerVariable, layers, type Shape } from '@tensorflow/tfjs-layers';
import { weightsAreGiven } from './given-weights.ts';
import {
  canReadNow,
  checkInput,
  checkOutput,
  type InputDomain,
  valuesNow,
} from './input-checks.ts';
import { valuesInitializer } from './kernel-initializer.ts';
import type { LayerConfig } from './settings.ts';
import type { SparseBlock, SparseMap } from './sparse-block.ts';

/**
 * The base class of our feature maps, as tfjs layers. A subclass says how many features a sample
 * has, which weights it needs, and what it computes for samples [n, …].
 *
 * A sample is the last axis, or more axes if `sampleAxes` says so; all axes before it are rows.
 */
export abstract class FeatureMap extends layers.Layer implements SparseMap {
  /**
   * The package of the class, by which `registerLayer` tells it from another class with the same
   * name.
   */
  static readonly origin: string = '@kernel-methods/features';
  #sample: number[] | undefined;

  constructor(config: LayerConfig) {
    super({ ...config, trainable: config.trainable ?? false });
  }

  /** The number of features of a sample of this shape. */
  protected abstract featuresOf(sample: number[]): number;

  /** The features [n, D] of samples [n, …sample], float32. Runs inside `tf.tidy`. */
  protected abstract mapSamples(samples: tf.Tensor): tf.Tensor2D;

  /** Overridden by maps that need not see zeros. */
  applySparse(_rows: SparseBlock): SparseBlock | tf.Tensor2D | undefined {
    return undefined;
  }

  /** Adds the weights with `fixedWeight`. */
  protected createWeights(_sample: number[]): void {}

  /** How many of the last axes of an input make a sample; asked before the layer is built. */
  protected sampleAxes(_shape: Shape): number {
    return 1;
  }

  /** Adds a weight that is never trained, with these values or zeros. */
  protected fixedWeight(name: string, shape: number[], values?: () => Float32Array): LayerVariable {
    const zeros = () => new Float32Array(tf.util.sizeFromShape(shape));
    const start = valuesInitializer(weightsAreGiven() ? zeros : (values ?? zeros));
    return this.addWeight(name, shape, 'float32', start, undefined, false);
  }

  override build(inputShape: Shape | Shape[]): void {
    const sample = this.#sampleOf(inputShape);
    this.createWeights(sample);
    this.#sample = sample;
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const sample = this.#sampleOf(inputShape);
    return [...(inputShape as Shape).slice(0, -sample.length), this.featuresOf(sample)];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [input] = Array.isArray(inputs) ? inputs : [inputs];
      const shape = this.computeOutputShape(input.shape) as number[];
      return tf.reshape(this.checked(this.samplesOf(input)), shape);
    });
  }

  /** The numbers that the map is defined for. Default: all. */
  get inputDomain(): InputDomain | undefined {
    return undefined;
  }

  /** Features of numbers up to this size cannot overflow, and are not checked. */
  protected get safeInput(): number {
    return 1e12;
  }

  /**
   * `mapSamples`, or what is like it, with its numbers checked where they can be read at once.
   *
   * @throws RangeError for a number outside the domain, or for features that overflow.
   */
  protected checked(
    samples: tf.Tensor,
    map = (samples: tf.Tensor) => this.mapSamples(samples),
  ): tf.Tensor2D {
    const [n] = samples.shape;
    if (n === 0 || !canReadNow()) return map(samples);
    const numbers = (tensor: tf.Tensor) => [valuesNow(tensor), tensor.size / n] as const;
    const subject = { layer: this, domain: this.inputDomain, safe: this.safeInput };
    const isLarge = checkInput(subject, ...numbers(samples));
    const features = map(samples);
    if (isLarge) checkOutput(subject, numbers(samples), numbers(features));
    return features;
  }

  /**
   * The values of a tensor where they are, until the next operation; undefined on a backend that cannot be
   * read at once, such as a GPU.
   */
  protected valuesOf(tensor: tf.Tensor): ArrayLike<number> | undefined {
    return canReadNow() ? valuesNow(tensor) : undefined;
  }

  /** The input as [n, …sample], float32. */
  protected samplesOf(input: tf.Tensor): tf.Tensor {
    const sample = this.#sampleOf(input.shape);
    if (!['float32', 'int32', 'bool'].includes(input.dtype)) {
      throw new TypeError(`\`input\` must hold real numbers. Received dtype: ${input.dtype}.`);
    }
    return tf.reshape(tf.cast(input, 'float32'), [-1, ...sample]);
  }

  /** Drops what tfjs adds to the config. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    { customObjects, ...settings }: tf.serialization.ConfigDict,
  ): T {
    return new cls(settings);
  }

  /** The shape of a sample, which must be known and the same as the layer was built for. */
  #sampleOf(shape: Shape | Shape[]): number[] {
    const received = `Received shape: ${check.shown(shape)}.`;
    if (shape.length < 2 || Array.isArray(shape[0])) {
      throw new RangeError(`\`input\` must be one tensor of rank 2 or above. ${received}`);
    }
    const built = this.#sample;
    const count = built?.length ?? this.sampleAxes(shape as Shape);
    const sample = (shape as Shape).slice(-count) as number[];
    if (!sample.every(Boolean) || (built && !tf.util.arraysEqual(built, sample))) {
      const axes = sample.length === 1 ? 'a last axis' : `${sample.length} last axes`;
      throw new RangeError(
        `\`input\` must have ${axes} of ${built ? built.join(' × ') : 'known length'}. ${received}`,
      );
    }
    return sample;
  }
}
