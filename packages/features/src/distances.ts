import * as tf from '@tensorflow/tfjs-core';
import type { LengthScale } from './scale.ts';
import { scaleFor } from './scale.ts';
import { checkPoints, gramInTiles } from './tiles.ts';

/** The length scale for points of a given width. */
export type ScaleOf = (inputDim: number) => LengthScale;

/**
 * The Gram matrix of a kernel that is a function of ‖x − y‖² / σ². The squares are
 * ‖x‖² + ‖y‖² − 2xy on centred points, clamped at 0: one matrix product. Their error is within
 * 1e-7 × ‖x − mean‖² / σ², too large for a kernel with a cusp at 0.
 *
 * @example
 * const x = tf.tensor2d([[0, 0], [3, 4]]);
 * gramOfSquares(x, x, () => 5, (squares) => tf.exp(tf.neg(squares))).print(); // exp(−‖x − y‖²/5²)
 */
export const gramOfSquares = (
  xs: tf.Tensor2D,
  ys: tf.Tensor2D,
  scale: ScaleOf,
  value: (squares: tf.Tensor2D) => tf.Tensor,
): tf.Tensor2D =>
  gramOfUnits(xs, ys, scale, 1, (rows, columns) => {
    const squares = tf.add(
      tf.sum(tf.square(rows), 1, true),
      tf.reshape(tf.sum(tf.square(columns), 1), [1, -1]),
    );
    // Transposed first: a product with a transposed operand is many times slower on some backends.
    const products = tf.matMul(rows, tf.transpose(columns));
    return value(tf.relu(tf.sub(squares, tf.mul(products, 2))) as tf.Tensor2D);
  });

/**
 * The Gram matrix of any function of the differences (x − y) / σ, given as [a, b, d].
 *
 * @example
 * const x = tf.tensor2d([[0, 0], [3, 4]]);
 * gramOfDifferences(x, x, () => 5, (d) => tf.exp(tf.neg(tf.sum(tf.abs(d), -1)))).print();
 */
export const gramOfDifferences = (
  xs: tf.Tensor2D,
  ys: tf.Tensor2D,
  scale: ScaleOf,
  value: (differences: tf.Tensor3D) => tf.Tensor,
): tf.Tensor2D =>
  gramOfUnits(xs, ys, scale, xs.shape?.[1], (rows, columns) =>
    value(tf.sub(tf.expandDims(rows, 1), tf.expandDims(columns, 0))),
  );

function gramOfUnits(
  xs: tf.Tensor2D,
  ys: tf.Tensor2D,
  scale: ScaleOf,
  elements: number,
  tile: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor,
): tf.Tensor2D {
  return tf.tidy(() => {
    const [x, y] = checkPoints(xs, ys);
    const sigma = scaleFor(scale(x.shape[1]), x.shape[1]) as number | number[];
    // Moving all points does not change distances, but it reduces the rounding errors of large
    // norms.
    const center = tf.mean(y, 0, true);
    const unit = (points: tf.Tensor2D) => tf.div(tf.sub(points, center), sigma) as tf.Tensor2D;
    return gramInTiles(
      unit(x),
      unit(y),
      Math.max(1, elements),
      (a, b) => tile(a, b) as tf.Tensor2D,
    );
  });
}
