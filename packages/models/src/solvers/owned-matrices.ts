import type { Matrix, Numerics } from '../numerics/numerics.ts';
import type { HeadMatrices } from './optimizer.ts';

/** Matrices that are disposed of together. */
export class OwnedMatrices {
  readonly #numerics: Numerics;
  readonly #matrices: Matrix[] = [];

  constructor(numerics: Numerics) {
    this.#numerics = numerics;
  }

  zeros(rows: number, columns: number): Matrix {
    return this.#own(this.#numerics.zeros(rows, columns));
  }

  matrix(values: Float32Array, rows: number, columns: number): Matrix {
    return this.#own(this.#numerics.matrix(values, rows, columns));
  }

  dispose(): void {
    for (const matrix of this.#matrices.splice(0)) matrix.dispose();
  }

  #own(matrix: Matrix): Matrix {
    this.#matrices.push(matrix);
    return matrix;
  }
}

export const zeroHead = (owned: OwnedMatrices, units: number, width: number): HeadMatrices => ({
  weights: owned.zeros(units, width),
  bias: owned.zeros(1, units),
});
