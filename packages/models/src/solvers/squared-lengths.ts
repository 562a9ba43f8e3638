import type { Random } from '@kernel-methods/random';
import type { Chunk } from '../data/examples.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { OwnedMatrices } from './owned-matrices.ts';

/** The number of random sign vectors; the estimate is almost always within a factor of 2. */
const PROBES = 16;

/**
 * Estimates s·‖[z/features, 1]‖² of rows, s their weights × `scale`, without reading them: the mean of their
 * squared products with random signs (Hutchinson, 1990). It owns two matrices.
 */
export class SquaredLengths {
  readonly #numerics: Numerics;
  readonly #owned: OwnedMatrices;
  readonly #signs;
  readonly #none;
  readonly #scale: number;
  readonly #features: number;

  constructor(
    numerics: Numerics,
    width: number,
    random: Random,
    { scale, features }: { readonly scale: number; readonly features: number },
  ) {
    this.#numerics = numerics;
    this.#features = features;
    this.#scale = scale;
    const sign = () => (random.uniform() < 0.5 ? -1 : 1);
    this.#owned = new OwnedMatrices(numerics);
    try {
      const signs = Float32Array.from({ length: PROBES * width }, sign);
      this.#signs = this.#owned.matrix(signs, PROBES, width);
      this.#none = this.#owned.zeros(1, PROBES);
    } catch (error) {
      this.#owned.dispose();
      throw error;
    }
  }

  async of({ z, picked, weights }: Chunk): Promise<Float64Array> {
    const products = await this.#numerics.scores(z, picked, this.#signs, this.#none);
    return Float64Array.from({ length: products.length / PROBES }, (_, row) => {
      let sum = 0;
      for (let at = row * PROBES; at < (row + 1) * PROBES; at++) sum += products[at] ** 2;
      const square = sum / PROBES / this.#features ** 2 + 1;
      return (weights === undefined ? 1 : this.#scale * weights[row]) * square;
    });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

export const largestOf = (values: Float64Array): number =>
  values.reduce((largest, value) => Math.max(largest, value), 0);
