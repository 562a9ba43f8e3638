import { type RandomFourierFeatures, randomFourierFeatures } from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import type { RowMap } from './class-examples.ts';

interface Options {
  readonly outputDim: number;
  readonly seed: number;
  /** Brings examples to unit length. */
  readonly normalize: boolean;
}

/** An example's shape, and how many numbers it has. */
type Example = Pick<tf.Tensor, 'shape' | 'size'>;

/** Examples of one shape, checked, and their random features for any scale. */
export class ExampleFeatures {
  readonly #options: Options;
  #shape: readonly number[] | undefined;
  #layer: RandomFourierFeatures | undefined;
  /** Numbers of an example; 0 while there is none. */
  inputDim = 0;

  /** @throws RangeError if the options are not those of a map. */
  constructor(options: Options) {
    this.#options = options;
    this.#makeLayer();
  }

  /** @throws RangeError if the shape is not that of the examples before. */
  check(name: string, { shape, size }: Example): void {
    const isSame = this.#shape === undefined || this.#shape.join() === shape.join();
    if (!isSame || (this.inputDim !== 0 && this.inputDim !== size)) {
      throw new RangeError(
        `\`${name}\` must have the shape of the examples before, [${this.#shape ?? this.inputDim}]. Received: [${shape}].`,
      );
    }
  }

  /** The shape of all examples from now on. */
  learn({ shape, size }: Example): void {
    this.#shape ??= shape.slice();
    this.inputDim = size;
  }

  /** @throws RangeError if a number is not finite. */
  inputOf(name: string, values: ArrayLike<number>): Float32Array {
    const input = Float32Array.from(values);
    const norm = Math.sqrt(input.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(norm)) {
      throw new RangeError(`\`${name}\` must hold finite numbers only. Received: norm ${norm}.`);
    }
    if (!this.#options.normalize || norm === 0) return input;
    return input.map((value) => value / norm);
  }

  /** cos features for a scale, each row of norm 1 or so. */
  map(scale: number): RowMap {
    return (inputs) =>
      tf.tidy(() => {
        this.#layer ??= this.#makeLayer();
        const rows = new Float32Array(inputs.length * this.inputDim);
        inputs.forEach((input, row) => {
          for (let i = 0; i < input.length; i++) rows[row * input.length + i] = input[i] / scale;
        });
        const x = tf.tensor2d(rows, [inputs.length, this.inputDim]);
        const features = (this.#layer.apply(x) as tf.Tensor2D).dataSync<'float32'>().slice();
        // On a GPU the layer cannot look by itself.
        const at = features.findIndex((value) => !Number.isFinite(value));
        if (at < 0) return features;
        throw new RangeError(
          `Features of examples must be finite; \`normalize\` brings them to unit length. Received: ${features[at]} for row ${Math.floor((at * inputs.length) / features.length)} of ${inputs.length}.`,
        );
      });
  }

  /** Forgets the shape, and frees the map. */
  dispose(): void {
    for (const weight of this.#layer?.weights ?? []) weight.dispose();
    this.#layer = undefined;
    this.#shape = undefined;
    this.inputDim = 0;
  }

  #makeLayer(): RandomFourierFeatures {
    const { outputDim, seed } = this.#options;
    return randomFourierFeatures({ outputDim, seed, scale: 1, normalize: true });
  }
}
