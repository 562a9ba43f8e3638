import { getSimd, type Simd, type Steps } from '@kernel-methods/simd';
import type { MomentSums, Moments, Numerics } from '../numerics/numerics.ts';
import { SimdMatrix } from '../numerics/simd-matrix.ts';
import { SimdMoments } from '../numerics/simd-moments.ts';
import { SimdSparse } from '../numerics/simd-sparse.ts';
import { pickedSparseRows } from '../numerics/sparse-rows.ts';
import { isSparseRows, joinedNumbers, joinedRows, type RowValues } from './kept-rows.ts';
import { type KeptRows, type RowsGram, rowsGramSteps, rowsSolveSteps } from './rows-solve.ts';
import type { RidgeSolution } from './solve.ts';

/** Rows that are kept while there are fewer than features. Rows of weight 0 are not kept. */
export class RowsInWaiting {
  readonly #width: number;
  readonly #units: number;
  #rows: KeptRows;
  #gram: RowsGram | undefined;

  constructor(width: number, units: number) {
    this.#width = width;
    this.#units = units;
    const none = new Float32Array(0);
    this.#rows = { z: none, y: none, weights: none, width, units };
  }

  get count(): number {
    return this.#rows.weights.length;
  }

  get weight(): number {
    return this.#rows.weights.reduce((sum, weight) => sum + weight, 0);
  }

  add(z: RowValues, y: Float32Array, weights: Float32Array | undefined): void {
    const [width, units] = [this.#width, this.#units];
    const count = isSparseRows(z) ? z.shape[0] : z.length / width;
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    const kept = weights === undefined ? rows : rows.filter((row) => weights[row] !== 0);
    const pick = (values: Float32Array, columns: number) => {
      const out = new Float32Array(kept.length * columns);
      kept.forEach((row, i) => {
        out.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
      });
      return out;
    };
    const own = weights ?? new Float32Array(rows.length).fill(1);
    const added = isSparseRows(z) ? pickedSparseRows(z, kept) : pick(z, width);
    this.#rows = {
      ...{ width, units },
      z: joinedRows(this.#rows.z, added, width),
      y: joinedNumbers(this.#rows.y, pick(y, units)),
      weights: joinedNumbers(this.#rows.weights, pick(own, 1)),
    };
    this.#gram = undefined;
  }

  merge({ z, y, weights }: KeptRows): void {
    this.add(z, y, weights);
  }

  /** The rows, not copied. */
  get rows(): KeptRows {
    return this.#rows;
  }

  *solveSteps(l2: number): Steps<RidgeSolution> {
    const rows = this.#rows;
    // What several penalties share is computed once.
    this.#gram ??= yield* rowsGramSteps(rows);
    return yield* rowsSolveSteps(rows, this.#gram, l2);
  }

  /** Adds the rows to moments. */
  async addTo(moments: Moments, numerics: Numerics, signal?: AbortSignal): Promise<void> {
    const { z, y, weights } = this.#rows;
    if (this.count === 0) return;
    const matrix = isSparseRows(z)
      ? numerics.sparse!(z)
      : numerics.matrix(z, this.count, this.#width);
    try {
      await moments.add(matrix, { from: 0, count: this.count }, y, weights, signal);
    } finally {
      matrix.dispose();
    }
  }

  /** Their sums. */
  *momentsSteps(): Steps<MomentSums> {
    const simd = getSimd();
    const { z, y, weights } = this.#rows;
    const moments = new SimdMoments(simd, this.#width, this.#units);
    try {
      const matrix = matrixOf(simd, z, this.count, this.#width);
      try {
        yield* moments.addSteps(matrix, { from: 0, count: this.count }, y, weights);
      } finally {
        matrix.dispose();
      }
      return yield* moments.takeSteps();
    } finally {
      moments.dispose();
    }
  }
}

function matrixOf(simd: Simd, z: RowValues, rows: number, width: number) {
  if (isSparseRows(z)) return new SimdSparse(simd, z);
  const matrix = new SimdMatrix(simd, rows, width);
  matrix.view().set(z);
  return matrix;
}
