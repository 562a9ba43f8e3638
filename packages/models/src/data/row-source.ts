import { isSparseBlock, type SparseBlock } from '@kernel-methods/features';
import type { SparseRows } from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import { countOf, type Picked } from '../numerics/numerics.ts';
import { compose, valuesOf } from '../numerics/picked.ts';
import { pickedSparseRows } from '../numerics/sparse-rows.ts';

/**
 * Rows of numbers that are read in blocks from where they are stored, without a second copy of all
 * of them.
 */
export interface RowSource {
  readonly rows: number;
  /** Shape of one row. */
  readonly rowShape: readonly number[];
  /** These rows as a float32 tensor, which the caller owns. */
  take(picked: Picked): tf.Tensor;
  /** These rows without their zeros, where the source does not keep them. */
  takeSparse?(picked: Picked): SparseRows;
  /** Where zeros are not kept: the numbers that are, per row. */
  readonly numbersPerRow?: number;
  dispose(): void;
}

/**
 * Rows of a row-major array of numbers. The caller still owns the array, and must not change it
 * meanwhile.
 */
export function arraySource(values: ArrayLike<number>, shape: readonly number[]): RowSource {
  const [rows, ...rowShape] = shape;
  const width = values.length / rows;
  return {
    rows,
    rowShape,
    take(picked) {
      const count = countOf(picked);
      return tf.tensor(valuesOf(values, picked, width), [count, ...rowShape], 'float32');
    },
    dispose: () => {},
  };
}

/** Rows of a tensor; disposing of the source disposes of the tensor. */
export function tensorSource(tensor: tf.Tensor): RowSource {
  const [rows, ...rowShape] = tensor.shape;
  return {
    rows,
    rowShape,
    take(picked) {
      if (picked instanceof Int32Array) {
        return tf.tidy(() => tf.gather(tensor, tf.tensor1d(picked, 'int32')));
      }
      const zeros = rowShape.map(() => 0);
      return tf.slice(tensor, [picked.from, ...zeros], [picked.count, ...rowShape]);
    },
    dispose: () => tensor.dispose(),
  };
}

/**
 * Sparse rows, of which a block at a time is expanded where something needs the zeros. The caller
 * still owns the arrays.
 */
export function sparseSource(all: SparseRows): RowSource {
  const { indptr, indices, values, shape } = all;
  const [rows, width] = shape;
  return {
    numbersPerRow: values.length / Math.max(1, rows),
    takeSparse: (picked) => pickedSparseRows(all, picked),
    rows,
    rowShape: [width],
    take(picked) {
      const count = countOf(picked);
      const block = new Float32Array(count * width);
      for (let i = 0; i < count; i++) {
        const row = picked instanceof Int32Array ? picked[i] : picked.from + i;
        for (let at = indptr[row]; at < indptr[row + 1]; at++) {
          block[i * width + indices[at]] = values[at];
        }
      }
      return tf.tensor(block, [count, width], 'float32');
    },
    dispose: () => {},
  };
}

/** The rows as maps take them; the caller owns the values. */
export const sparseBlock = ({ values, ...rest }: SparseRows): SparseBlock => ({
  ...rest,
  values: tf.tensor1d(values, 'float32'),
});

/** Picked rows, without their zeros where the source does not keep them; the caller owns them. */
export const takeBlock = (source: RowSource, picked: Picked): tf.Tensor | SparseBlock =>
  source.takeSparse ? sparseBlock(source.takeSparse(picked)) : source.take(picked);

export const disposeBlock = (block: tf.Tensor | SparseBlock): void =>
  (isSparseBlock(block) ? block.values : block).dispose();

/** The share of the numbers of a row that are kept. */
export const shareKept = ({ numbersPerRow, rowShape }: RowSource): number =>
  numbersPerRow === undefined ? 1 : Math.max(1, numbersPerRow) / Math.max(1, rowShape[0]);

/** Some rows of a source. The owner of the source does not change. */
export function someRows(source: RowSource, some: Picked): RowSource {
  const { takeSparse, numbersPerRow } = source;
  return {
    rows: countOf(some),
    rowShape: source.rowShape,
    take: (picked) => source.take(compose(some, picked)),
    ...(takeSparse && {
      takeSparse: (picked: Picked) => takeSparse(compose(some, picked)),
      numbersPerRow,
    }),
    dispose: () => {},
  };
}
