import { positiveInteger, rangeError, seed as seedArgument } from '@kernel-methods/check';
import { gaussian } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { getSimd, matmul } from '@kernel-methods/simd';
import type { RowMap } from './class-examples.ts';
import type { ExampleShape } from './example.ts';

interface Options {
  readonly outputDim: number;
  readonly seed: number;
  /** Whether examples are normalized to unit length. */
  readonly normalize: boolean;
}

/** The random numbers of `randomFourierFeatures` for a given input dimension. */
interface Drawn {
  /** inputDim × outputDim. */
  readonly frequencies: Float32Array;
  readonly phases: Float32Array;
}

/**
 * Checks examples of one shape, and computes their random Fourier features for any scale. They are
 * those of `randomFourierFeatures` with the same seed, but computed on the CPU for any tfjs
 * backend. A single example gains nothing from a GPU, where results cannot be read without waiting.
 */
export class ExampleFeatures {
  readonly #options: Options;
  #shape: readonly number[] | undefined;
  #drawn: Drawn | undefined;
  /** The number of values of an example; 0 before the first. */
  inputDim = 0;

  /** @throws RangeError or TypeError if the options are invalid. */
  constructor(options: Options) {
    positiveInteger('outputDim', options.outputDim);
    seedArgument('seed', options.seed);
    this.#options = options;
  }

  /** @throws RangeError if the shape is not that of the earlier examples. */
  check(name: string, { shape, size }: ExampleShape): void {
    const isSame = this.#shape === undefined || this.#shape.join() === shape.join();
    if (!isSame || (this.inputDim !== 0 && this.inputDim !== size)) {
      const rule = `have the shape of the examples before, [${this.#shape ?? this.inputDim}]`;
      throw rangeError(name, rule, `[${shape}]`);
    }
  }

  /** Sets the shape of all examples from now on. */
  learn({ shape, size }: ExampleShape): void {
    this.#shape ??= shape.slice();
    this.inputDim = size;
  }

  /** @throws RangeError if a number is not finite as a float32. */
  inputOf(name: string, values: ArrayLike<number>): Float32Array {
    const input = Float32Array.from(values);
    const at = input.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw rangeError(name, 'hold finite float32 numbers only', `${values[at]} at ${at}`);
    }
    if (!this.#options.normalize) return input;
    const norm = Math.sqrt(input.reduce((sum, value) => sum + value * value, 0));
    return norm === 0 ? input : input.map((value) => value / norm);
  }

  /** Cosine features for a scale; each row has a norm near 1. */
  map(scale: number): RowMap {
    const { outputDim } = this.#options;
    return (inputs) => {
      const { inputDim } = this;
      this.#drawn ??= this.#draw();
      const { frequencies, phases } = this.#drawn;
      const rows = new Float32Array(inputs.length * inputDim);
      inputs.forEach((input, row) => {
        for (let i = 0; i < inputDim; i++) rows[row * inputDim + i] = input[i] / scale;
      });
      const features = matmul(getSimd(), rows, frequencies, {
        ...{ m: inputs.length, n: outputDim, k: inputDim },
        ...{ bias: phases, epilogue: 'cosine', factor: Math.sqrt(2 / outputDim) },
      });
      const at = features.findIndex((value) => !Number.isFinite(value));
      if (at < 0) return features;
      throw new RangeError(
        `Features of examples must be finite; \`normalize\` brings them to unit length. Received: ${features[at]} for row ${Math.floor(at / outputDim)} of ${inputs.length}.`,
      );
    };
  }

  /** Forgets the shape, and frees the map. */
  dispose(): void {
    this.#drawn = undefined;
    this.#shape = undefined;
    this.inputDim = 0;
  }

  #draw(): Drawn {
    const { outputDim, seed } = this.#options;
    const random = createRandom(seed);
    const { uniform } = random.stream('bias');
    return {
      frequencies: gaussian().sampleFrequencies(random.stream('frequencies'), [
        this.inputDim,
        outputDim,
      ]),
      phases: Float32Array.from({ length: outputDim }, () => 2 * Math.PI * uniform()),
    };
  }
}
