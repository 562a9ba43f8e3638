import { positiveInteger } from '@kernel-methods/check';
import { atOnce, inTurns, type Steps } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import {
  countOf,
  type Matrix,
  type MomentSums,
  type Moments,
  type Numerics,
  type Picked,
} from '../numerics/numerics.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import { readPicked } from '../numerics/read-picked.ts';
import { fromBytes, toBytes } from './bytes.ts';
import { RowsInWaiting } from './rows-in-waiting.ts';
import { type RidgeSolution, solveSteps } from './solve.ts';
import {
  addMomentsSteps,
  addSums,
  copied,
  mirrored,
  type RidgeSums,
  sumsOf,
  widened,
  zeroSums,
} from './sums.ts';

/** Rows of features: numbers row by row, a tensor, or rows of a matrix of the same `Numerics`. */
export type FeatureRows =
  | Float32Array
  | tf.Tensor2D
  | { readonly z: Matrix; readonly picked: Picked };

export interface RidgeAccumulatorOptions {
  /**
   * The number of rows, if it is known. If there are fewer rows than features, they are kept and
   * solved in their own space, by a matrix of rows × rows. Sums are then computed on demand: by
   * `remove`, `serialize`, or if there are more rows after all.
   */
  readonly rows?: number;
}

/**
 * The sums over rows z with targets y and weights s from which ridge regression is solved. Rows may
 * be added, removed and merged in any order, up to rounding, and are not kept.
 *
 * Products of blocks of rows are float32, their sums float64: D(D + 1)/2 numbers for D features.
 * They are about means, so an offset of features or targets costs no digits. A feature that
 * deviates from its mean by less than the resolution of float32, 2.4e-7 of the mean, counts as
 * constant. While rows are added, a square matrix of sums is in the memory of simd; `solve` needs
 * one too.
 */
export class RidgeAccumulator {
  /** Features per row. */
  readonly width: number;
  readonly #numerics: Numerics;
  #units: number;
  /** Absent while there are no rows. */
  #sums: RidgeSums | undefined;
  /** The rows that were added since the sums were last read. */
  #recent: Moments | undefined;
  /** The rows themselves, while there are fewer than features; then there are no sums. */
  #waiting: RowsInWaiting | undefined;

  constructor(
    width: number,
    units: number,
    numerics: Numerics = numericsFor(),
    { rows }: RidgeAccumulatorOptions = {},
  ) {
    positiveInteger('width', width);
    positiveInteger('units', units);
    if (rows !== undefined && rows < width) this.#waiting = new RowsInWaiting(width, units);
    this.width = width;
    this.#numerics = numerics;
    this.#units = units;
  }

  /** Targets per row. */
  get units(): number {
    return this.#units;
  }

  /** Σ s so far. */
  get weight(): number {
    return this.#waiting?.weight ?? this.sums().weight;
  }

  /**
   * Adds rows with their targets, row-major `count × units`, and their weights (all 1 if left out).
   * One call at a time. The event loop has its turns meanwhile.
   *
   * @throws RangeError if sizes do not match or a weight is negative, before any work; the signal's
   * reason when aborted, after which the sums are invalid.
   */
  async add(
    z: FeatureRows,
    y: ArrayLike<number> | tf.Tensor,
    weight?: number | ArrayLike<number>,
    signal?: AbortSignal,
  ): Promise<void> {
    const { width, units } = this;
    const rows = countRows(z, width);
    const targets = Float32Array.from(y instanceof tf.Tensor ? await y.data() : y);
    checkLength('y', targets, rows * units);
    const weights = typeof weight === 'number' ? new Float32Array(rows).fill(weight) : weight;
    if (weights !== undefined) checkWeights(weights, rows);
    if (rows === 0) return;
    const matrix = 'picked' in z ? undefined : await this.#matrixOf(z, rows);
    try {
      const block =
        matrix === undefined
          ? (z as { z: Matrix; picked: Picked })
          : { z: matrix, picked: { from: 0, count: rows } };
      const own = weights && Float32Array.from(weights);
      if (this.#waiting !== undefined && this.#waiting.count + rows < width) {
        const values =
          block.z.take?.(block.picked) ?? (await readPicked(this.#numerics, block.z, block.picked));
        this.#waiting.add(values, targets, own);
        return;
      }
      this.#recent ??= this.#numerics.moments(width, units);
      const waiting = this.#waiting;
      this.#waiting = undefined;
      await waiting?.addTo(this.#recent, this.#numerics, signal);
      await this.#recent.add(block.z, block.picked, targets, own, signal);
    } finally {
      matrix?.dispose();
    }
  }

  /** Adds the rows of another accumulator. */
  merge(other: RidgeAccumulator): void {
    this.#checkAlike(other);
    const [own, others] = [this.#waiting, other.#waiting];
    if (own !== undefined && others !== undefined && own.count + others.count < this.width) {
      own.merge(others.rows);
    } else {
      addSums(this.sums(), other.sums(), 1);
    }
  }

  /**
   * Removes rows that were added here, or to an accumulator that was merged: exact up to rounding.
   */
  remove(other: RidgeAccumulator): void;
  remove(
    z: FeatureRows,
    y: ArrayLike<number> | tf.Tensor,
    weight?: number | ArrayLike<number>,
  ): Promise<void>;
  remove(z: RidgeAccumulator | FeatureRows, ...rest: unknown[]): void | Promise<void> {
    if (!(z instanceof RidgeAccumulator)) {
      return this.#removeRows(z, ...(rest as [ArrayLike<number>]));
    }
    this.#checkAlike(z);
    addSums(this.sums(), z.sums(), -1);
  }

  /**
   * The head that minimizes Σ s·‖y − Wz − b‖² / (units·Σ s) + (l2/2)‖W‖², by Cholesky in float64.
   *
   * @throws RangeError if `l2` is negative, a number was not finite, or there are no rows.
   */
  solve(l2: number): RidgeSolution {
    return atOnce(this.#solveSteps(l2));
  }

  /**
   * As `solve`, with turns for the event loop; the sums must not change meanwhile.
   *
   * @throws as `solve`, and the signal's reason when aborted.
   */
  solveInTurns(l2: number, signal?: AbortSignal): Promise<RidgeSolution> {
    return inTurns(this.#solveSteps(l2), signal);
  }

  #solveSteps(l2: number): Steps<RidgeSolution> {
    return this.#waiting?.solveSteps(l2) ?? this.#solveBySums(l2);
  }

  *#solveBySums(l2: number): Steps<RidgeSolution> {
    return yield* solveSteps(yield* this.sumsSteps(), l2);
  }

  /** Appends an output whose target was `value` in all rows so far: −1 for a new class. */
  widen(value: number): void {
    if (!Number.isFinite(value)) {
      throw new RangeError(`\`value\` must be a finite number. Received: ${value}.`);
    }
    this.#sums = widened(this.sums(), value);
    this.#units++;
  }

  /**
   * One output y becomes two, −y and y: each of two classes gets its own output before there are
   * more classes.
   *
   * @throws RangeError unless there is one output.
   */
  mirror(): void {
    if (this.units !== 1) {
      throw new RangeError(`\`units\` must be 1 to be mirrored. Received: ${this.units}.`);
    }
    this.#sums = mirrored(this.sums());
    this.#units = 2;
  }

  /** A copy with this many outputs, for classes without rows so far. */
  grown(units: number): RidgeAccumulator {
    const grown = this.clone();
    if (units > 1 && grown.units === 1) grown.mirror();
    while (grown.units < units) grown.widen(-1);
    return grown;
  }

  /**
   * The l2 for which alpha = l2·Σs·units/2, with this additional weight, is that of `l2` on these
   * rows.
   */
  l2With(l2: number, weight: number, units: number): number {
    return (l2 * this.weight * this.units) / ((this.weight + weight) * units);
  }

  /** An independent copy with the same rows. */
  clone(): RidgeAccumulator {
    const copy = new RidgeAccumulator(this.width, this.units, this.#numerics);
    if (this.#waiting !== undefined) {
      copy.#waiting = new RowsInWaiting(this.width, this.units);
      copy.#waiting.merge(this.#waiting.rows);
    } else {
      copy.#sums = copied(this.sums());
    }
    return copy;
  }

  /** The sums in float64, as bytes that `deserialize` reads: about 4·D² bytes. */
  serialize(): ArrayBuffer {
    return toBytes(this.sums());
  }

  /** The same, in steps. */
  *serializeSteps(): Steps<ArrayBuffer> {
    return toBytes(yield* this.sumsSteps());
  }

  /** @throws RangeError unless the bytes come from `serialize`. */
  static deserialize(bytes: ArrayBuffer, numerics?: Numerics): RidgeAccumulator {
    return RidgeAccumulator.adopt(bytes.slice(0), numerics);
  }

  /**
   * As `deserialize`, without a copy: the bytes belong to the accumulator from now on, and change with
   * it.
   *
   * @throws as `deserialize`.
   */
  static adopt(bytes: ArrayBuffer, numerics?: Numerics): RidgeAccumulator {
    const sums = fromBytes(bytes);
    const accumulator = new RidgeAccumulator(sums.width, sums.units, numerics);
    accumulator.#sums = sums;
    return accumulator;
  }

  /** The sums over all rows so far, not copied. */
  sums(): RidgeSums {
    return atOnce(this.sumsSteps());
  }

  /**
   * The same, in steps, during which nothing may be added. If the steps are abandoned, the sums are
   * invalid.
   */
  *sumsSteps(): Steps<RidgeSums> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined && waiting.count > 0) {
      yield* this.#addSteps(yield* waiting.momentsSteps());
    }
    const recent = this.#recent;
    this.#recent = undefined;
    if (recent !== undefined) yield* this.#addSteps(yield* recent.takeSteps());
    this.#sums ??= zeroSums(this.width, this.#units);
    return this.#sums;
  }

  /** Adds sums, which become the accumulator's own if it has none. */
  *#addSteps(moments: MomentSums): Steps<void> {
    if (this.#sums !== undefined) yield* addMomentsSteps(this.#sums, moments);
    else this.#sums = sumsOf(this.width, this.#units, moments);
  }

  /**
   * Computes the sums of the added rows, in steps, so that the next caller of `sums` need not wait.
   */
  *settleSteps(): Steps<void> {
    if (this.#waiting === undefined) yield* this.sumsSteps();
  }

  /** Frees the memory, and forgets all rows. */
  dispose(): void {
    this.#recent?.dispose();
    this.#recent = undefined;
    this.#sums = undefined;
    this.#waiting = undefined;
  }

  async #removeRows(...rows: Parameters<RidgeAccumulator['add']>): Promise<void> {
    const other = new RidgeAccumulator(this.width, this.units, this.#numerics);
    try {
      await other.add(...rows);
      this.remove(other);
    } finally {
      other.dispose();
    }
  }

  async #matrixOf(z: Float32Array | tf.Tensor2D, rows: number): Promise<Matrix> {
    if (z instanceof Float32Array) return this.#numerics.matrix(z, rows, this.width);
    const matrix = this.#numerics.zeros(rows, this.width);
    try {
      await this.#numerics.put(z, matrix, 0);
      return matrix;
    } catch (error) {
      matrix.dispose();
      throw error;
    }
  }

  #checkAlike({ width, units }: RidgeAccumulator): void {
    if (width !== this.width || units !== this.units) {
      throw new RangeError(
        `\`other\` must have ${this.width} features and ${this.units} outputs. Received: ${width} and ${units}.`,
      );
    }
  }
}

function countRows(z: FeatureRows, width: number): number {
  const columns = z instanceof Float32Array ? width : 'picked' in z ? z.z.columns : z.shape[1];
  if (columns !== width || (z instanceof Float32Array && z.length % width !== 0)) {
    const received = z instanceof Float32Array ? `${z.length} numbers` : columns;
    throw new RangeError(`\`z\` must have rows of ${width} features. Received: ${received}.`);
  }
  if (z instanceof Float32Array) return z.length / width;
  return 'picked' in z ? countOf(z.picked) : z.shape[0];
}

function checkLength(name: string, values: ArrayLike<number>, expected: number): void {
  if (values.length !== expected) {
    throw new RangeError(
      `\`${name}\` must have ${expected} numbers for these rows. Received: ${values.length}.`,
    );
  }
}

function checkWeights(weights: ArrayLike<number>, rows: number): void {
  checkLength('weight', weights, rows);
  for (let row = 0; row < rows; row++) {
    if (!(weights[row] >= 0 && weights[row] < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `\`weight\` must be finite, 0 or above. Received: ${weights[row]} at row ${row}.`,
      );
    }
  }
}
