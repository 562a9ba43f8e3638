import * as tf from '@tensorflow/tfjs-core';
import { countOf, type Picked } from './numerics/numerics.ts';

/** Rows of numbers where they lie, given out in blocks: no second copy of all of them is made. */
export interface RowSource {
  readonly rows: number;
  /** Shape of one row. */
  readonly rowShape: readonly number[];
  /** These rows as a float32 tensor, which the caller owns. */
  take(picked: Picked): tf.Tensor;
  dispose(): void;
}

/** Rows of a row-major array of numbers. The array stays the caller's and must not change meanwhile. */
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

/** Rows of a tensor, which is disposed of with the source. */
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

/** Some rows of a source; the source stays whoever's it is. */
export function someRows(source: RowSource, some: Picked): RowSource {
  return {
    rows: countOf(some),
    rowShape: source.rowShape,
    take: (picked) => source.take(compose(some, picked)),
    dispose: () => {},
  };
}

/** Picks from what was picked. */
export function compose(outer: Picked, inner: Picked): Picked {
  if (!(outer instanceof Int32Array)) {
    if (!(inner instanceof Int32Array))
      return { from: outer.from + inner.from, count: inner.count };
    return inner.map((row) => outer.from + row);
  }
  if (!(inner instanceof Int32Array)) return outer.subarray(inner.from, inner.from + inner.count);
  return inner.map((row) => outer[row]);
}

/** Picked rows of a row-major array, side by side: a view of a range of floats, else a copy. */
export function valuesOf(values: ArrayLike<number>, picked: Picked, width: number): Float32Array {
  if (!(picked instanceof Int32Array)) {
    const [start, end] = [picked.from * width, (picked.from + picked.count) * width];
    if (values instanceof Float32Array) return values.subarray(start, end);
    return Float32Array.from({ length: end - start }, (_, i) => values[start + i]);
  }
  const out = new Float32Array(picked.length * width);
  picked.forEach((row, i) => {
    const start = row * width;
    if (values instanceof Float32Array && width > 16) {
      out.set(values.subarray(start, start + width), i * width);
    } else {
      for (let c = 0; c < width; c++) out[i * width + c] = values[start + c];
    }
  });
  return out;
}
