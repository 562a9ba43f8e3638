import { scoresInTurns } from '../../numerics/in-turns.ts';
import type { Matrix, Numerics } from '../../numerics/numerics.ts';
import { OwnedMatrices } from '../owned-matrices.ts';
import type { SolverContext } from '../solver.ts';
import type { ClassRows } from './class-rows.ts';

/** The rows of a class, and their products with each other. */
export interface ClassBlock {
  readonly z: Matrix;
  readonly weights: Float64Array;
  /** Z·Zᵀ, row-major. */
  readonly gram: Float32Array;
  /** Z·Zᵀ·s: of each row, the weighted sum of its products with the rows of the class. */
  readonly sums: Float64Array;
}

/** Products of rows of classes; those within a class are computed once and kept for all its pairs. */
export class ClassProducts {
  readonly rows: ClassRows;
  readonly #numerics: Numerics;
  readonly #signal: AbortSignal;
  readonly #owned: OwnedMatrices;
  readonly #blocks = new Map<number, ClassBlock>();

  constructor(rows: ClassRows, { numerics, signal }: Pick<SolverContext, 'numerics' | 'signal'>) {
    this.rows = rows;
    this.#numerics = numerics;
    this.#signal = signal;
    this.#owned = new OwnedMatrices(numerics);
  }

  /** @throws the signal's reason when aborted. */
  async within(k: number): Promise<ClassBlock> {
    const known = this.#blocks.get(k);
    if (known) return known;
    const { values, starts, origin } = this.rows;
    const [from, to, width] = [starts[k], starts[k + 1], origin.length];
    const z = this.#owned.matrix(values.subarray(from * width, to * width), to - from, width);
    const weights = Float64Array.from(this.rows.weights.subarray(from, to));
    const gram = await this.#product(z, z);
    const sums = weightedSums(gram, weights);
    const block = { z, weights, gram, sums };
    this.#blocks.set(k, block);
    return block;
  }

  /** A·Bᵀ, row-major. @throws the signal's reason when aborted. */
  between(a: ClassBlock, b: ClassBlock): Promise<Float32Array> {
    return this.#product(a.z, b.z);
  }

  dispose(): void {
    this.#owned.dispose();
    this.#blocks.clear();
  }

  async #product(a: Matrix, b: Matrix): Promise<Float32Array> {
    // Rows serve as a head with one output per row.
    const bias = this.#numerics.zeros(1, b.rows);
    try {
      const own = { z: a, picked: { from: 0, count: a.rows } };
      return await scoresInTurns(this.#numerics, own, { weights: b, bias }, this.#signal);
    } finally {
      bias.dispose();
    }
  }
}

/** M·s of a matrix with a column for each weight. */
export function weightedSums(matrix: Float32Array, weights: Float64Array): Float64Array {
  const out = new Float64Array(matrix.length / weights.length);
  for (let i = 0, at = 0; i < out.length; i++) {
    for (let j = 0; j < weights.length; j++, at++) out[i] += weights[j] * matrix[at];
  }
  return out;
}
