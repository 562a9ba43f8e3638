import type { SparseRows } from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import { countOf, type Picked } from '../numerics/numerics.ts';
import { compose, valuesOf } from '../numerics/picked.ts';

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

/** Sparse rows, whose blocks are expanded one at a time. The caller still owns the arrays. */
export function sparseSource({ indptr, indices, values, shape }: SparseRows): RowSource {
  const [rows, width] = shape;
  return {
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

/** Some rows of a source. The owner of the source does not change. */
export function someRows(source: RowSource, some: Picked): RowSource {
  return {
    rows: countOf(some),
    rowShape: source.rowShape,
    take: (picked) => source.take(compose(some, picked)),
    dispose: () => {},
  };
}
