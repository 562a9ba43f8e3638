import * as tf from '@tensorflow/tfjs-core';
import type { Matrix, Picked } from './numerics.ts';

interface Block {
  readonly from: number;
  readonly to: number;
  /** Undefined: zeros. */
  readonly rows: tf.Tensor2D | undefined;
}

/**
 * A matrix in the memory of a tfjs backend. A tensor cannot be written in part, so blocks are kept
 * as they are put, and joined once, when the whole matrix is needed. Its tensors outlive any
 * `tf.tidy`.
 */
export class TfjsMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  /**
   * The whole matrix, followed by the blocks that were put over it, the newest last; undefined once
   * disposed.
   */
  #blocks: Block[] | undefined;

  /** @param tensor is owned by the matrix from then on; zeros if left out. */
  constructor(rows: number, columns: number, tensor?: tf.Tensor2D) {
    this.rows = rows;
    this.columns = columns;
    this.#blocks = [{ from: 0, to: rows, rows: tensor && tf.keep(tensor) }];
  }

  put(rows: tf.Tensor2D, at: number): void {
    const blocks = this.#own();
    const to = at + rows.shape[0];
    const copy = tf.cast(rows, 'float32');
    if (to - at === this.rows) this.replace(copy);
    else blocks.push({ from: at, to, rows: tf.keep(copy) });
  }

  tensor(): tf.Tensor2D {
    const blocks = this.#own();
    const [whole, put] = blocks;
    if (put === undefined && whole.rows !== undefined) return whole.rows;
    return this.replace(tf.tidy(() => join(blocks, this.rows, this.columns)));
  }

  replace(tensor: tf.Tensor2D): tf.Tensor2D {
    if (this.#blocks === undefined) tensor.dispose();
    tf.dispose(this.#own().map(({ rows }) => rows!));
    this.#blocks = [{ from: 0, to: this.rows, rows: tf.keep(tensor) }];
    return tensor;
  }

  dispose(): void {
    tf.dispose(this.#blocks?.map(({ rows }) => rows!) ?? []);
    this.#blocks = undefined;
  }

  #own(): Block[] {
    if (this.#blocks === undefined) throw new Error('The matrix is disposed.');
    return this.#blocks;
  }
}

/** Every matrix that tfjs's numerics get was made by them. */
export const own = (matrix: Matrix) => matrix as TfjsMatrix;

/** The picked rows, 1 or more, as a tensor within a `tf.tidy`. */
export function pickRows(z: Matrix, picked: Picked): tf.Tensor2D {
  const tensor = own(z).tensor();
  if (picked instanceof Int32Array) return tf.gather(tensor, tf.tensor1d(picked, 'int32'));
  if (picked.count === z.rows) return tensor;
  return tf.slice(tensor, [picked.from, 0], [picked.count, -1]);
}

/**
 * Divides the rows at every border of a block, and takes each part from the newest block that
 * covers it.
 */
function join(blocks: Block[], rows: number, columns: number): tf.Tensor2D {
  const borders = new Set(blocks.flatMap(({ from, to }) => [from, to]));
  const cuts = Float64Array.from(borders).sort();
  const pieces: { block: Block; from: number; to: number }[] = [];
  for (let i = 1; i < cuts.length; i++) {
    const [from, to] = [cuts[i - 1], cuts[i]];
    const block = blocks.findLast((some) => some.from <= from && to <= some.to)!;
    const last = pieces.at(-1);
    if (last?.block === block) last.to = to;
    else pieces.push({ block, from, to });
  }
  if (pieces.length === 0) return tf.zeros([rows, columns]);
  return tf.concat(
    pieces.map(({ block, from, to }) => {
      if (block.rows === undefined) return tf.zeros<tf.Rank.R2>([to - from, columns]);
      if (from === block.from && to === block.to) return block.rows;
      return tf.slice(block.rows, [from - block.from, 0], [to - from, -1]);
    }),
  );
}
