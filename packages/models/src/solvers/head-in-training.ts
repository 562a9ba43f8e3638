import type { Loss } from '@kernel-methods/losses';
import type { Chunk } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { AS_GIVEN, type HeadMatrices, measuresOf, type Scales } from './optimizer.ts';
import { OwnedMatrices, zeroHead } from './owned-matrices.ts';

/** A head in the memory of a numerics, and its gradient. It owns four matrices. */
export class HeadInTraining {
  readonly head: HeadMatrices;
  readonly gradient: HeadMatrices;
  readonly units: number;
  readonly #numerics: Numerics;
  readonly #owned: OwnedMatrices;
  readonly #biasSlopes: Float32Array;
  readonly #scales: Scales;
  #slopes = new Float32Array(0);

  /** @param scales the units of the gradient. */
  constructor(numerics: Numerics, { weights, bias }: Head, scales: Scales = AS_GIVEN) {
    const units = bias.length;
    const width = weights.length / units;
    this.#numerics = numerics;
    this.units = units;
    this.#scales = scales;
    this.#biasSlopes = new Float32Array(units);
    this.#owned = new OwnedMatrices(numerics);
    try {
      this.head = {
        weights: this.#owned.matrix(weights, units, width),
        bias: this.#owned.matrix(bias, 1, units),
      };
      this.gradient = zeroHead(this.#owned, units, width);
    } catch (error) {
      this.#owned.dispose();
      throw error;
    }
  }

  scores({ z, picked }: Chunk, { weights, bias } = this.head): Promise<Float32Array> {
    return this.#numerics.scores(z, picked, weights, bias);
  }

  /** Sets the gradient to Σ scale·s·∂loss / rows of the batch, for its weights s. */
  differentiate(
    loss: Loss,
    { z, picked, targets, weights }: Chunk,
    predictions: Float32Array,
    scale: number,
  ): void {
    const units = this.units;
    const { length } = predictions;
    if (this.#slopes.length < length) this.#slopes = new Float32Array(length);
    const slopes = this.#slopes.subarray(0, length);
    loss.gradient({ targets, predictions, units }, slopes);
    const share = units / length;
    const sums = new Float64Array(units);
    for (let row = 0, at = 0; at < length; row++) {
      const factor = weights === undefined ? share : scale * weights[row] * share;
      for (let unit = 0; unit < units; unit++, at++) {
        // A row of weight 0 must not give 0·∞ = NaN.
        slopes[at] = factor === 0 ? 0 : slopes[at] * factor;
        sums[unit] += slopes[at];
      }
    }
    const [forWeights, forBias] = (['weights', 'bias'] as const).map(
      (part) => measuresOf(part, this.#scales).slope,
    );
    this.#biasSlopes.set(sums.map((sum) => sum * forBias));
    if (forWeights !== 1) for (let at = 0; at < length; at++) slopes[at] *= forWeights;
    this.#numerics.gradient(z, picked, slopes, this.gradient.weights);
    this.#numerics.write(this.gradient.bias, this.#biasSlopes);
  }

  /** A copy of the head as it is now. */
  async read(head = this.head): Promise<Head> {
    return {
      weights: await this.#numerics.read(head.weights),
      bias: await this.#numerics.read(head.bias),
    };
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

export const isFiniteHead = ({ weights, bias }: Head): boolean =>
  weights.every(Number.isFinite) && bias.every(Number.isFinite);
