import * as tf from '@tensorflow/tfjs-core';
import { valuesNow } from './input-checks.ts';
import { hasManhattanDistances, manhattanDistances } from './manhattan-distances.ts';
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
  gramOfUnits(xs, ys, scale, 1, (rows, columns) => value(squaresTo(rows, asColumns(columns))));

/**
 * `gramOfSquares` for one `ys`, whose share is computed once: the same numbers, bit for bit. It is kept as plain
 * numbers, so there is nothing to dispose of, and uploaded at each call: for calls with few points, on a backend
 * that can be read at once.
 */
export function squaresAgainst(
  ys: tf.Tensor2D,
  scale: ScaleOf,
  value: (squares: tf.Tensor2D) => tf.Tensor,
): (xs: tf.Tensor2D) => tf.Tensor2D {
  const kept = (units: tf.Tensor2D) => {
    const { points, norms } = asColumns(units);
    return [points, norms];
  };
  return unitsAgainst(ys, scale, kept, (rows, [points, norms]) =>
    value(squaresTo(rows, { points, norms })),
  );
}

/** A function of points in units of the scale, of which what one `ys` gives to it is kept. */
function unitsAgainst(
  ys: tf.Tensor2D,
  scale: ScaleOf,
  keep: (units: tf.Tensor2D) => tf.Tensor2D[],
  value: (rows: tf.Tensor2D, kept: readonly tf.Tensor2D[]) => tf.Tensor,
): (xs: tf.Tensor2D) => tf.Tensor2D {
  const sigma = sigmaOf(scale, ys);
  const [center, ...kept] = keptOf(() => {
    const [y] = checkPoints(ys, ys);
    const center = tf.mean(y, 0, true) as tf.Tensor2D;
    return [center, ...keep(unitsOf(y, center, sigma))];
  });
  return (xs) =>
    tf.tidy(() => {
      const middle = center();
      const [x] = checkPoints(xs, middle);
      const again = kept.map((make) => make());
      return value(unitsOf(x, middle, sigma), again) as tf.Tensor2D;
    });
}

/** The numbers of tensors, and of each a new tensor as often as it is needed. */
function keptOf(make: () => tf.Tensor2D[]): (() => tf.Tensor2D)[] {
  const tensors = tf.tidy(make);
  const again = tensors.map((tensor) => {
    const values = Float32Array.from(valuesNow(tensor));
    const { shape } = tensor;
    return () => tf.tensor2d(values, shape);
  });
  tf.dispose(tensors);
  return again;
}

/** Points side by side, with their squared norms. */
interface Columns {
  /** [d, m] */
  readonly points: tf.Tensor2D;
  /** [1, m] */
  readonly norms: tf.Tensor2D;
}

// Transposed first: a product with a transposed operand is many times slower on some backends.
const asColumns = (points: tf.Tensor2D): Columns => ({
  points: tf.transpose(points),
  norms: tf.reshape(tf.sum(tf.square(points), 1), [1, -1]),
});

function squaresTo(rows: tf.Tensor2D, { points, norms }: Columns): tf.Tensor2D {
  const squares = tf.add(tf.sum(tf.square(rows), 1, true), norms);
  return tf.relu(tf.sub(squares, tf.mul(tf.matMul(rows, points), 2)));
}

/**
 * The Gram matrix of a kernel that is a function of ‖x − y‖₁ / σ, of which nothing is lost where the distances are
 * small.
 *
 * @example
 * const x = tf.tensor2d([[0, 0], [3, 4]]);
 * gramOfManhattan(x, x, () => 7, (distances) => tf.exp(tf.neg(distances))).print(); // exp(−‖x − y‖₁/7)
 */
export const gramOfManhattan = (
  xs: tf.Tensor2D,
  ys: tf.Tensor2D,
  scale: ScaleOf,
  value: (distances: tf.Tensor2D) => tf.Tensor,
): tf.Tensor2D =>
  gramOfUnits(xs, ys, scale, hasManhattanDistances() ? 1 : xs.shape?.[1], (rows, columns) =>
    value(manhattanDistances(rows, columns)),
  );

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
    const sigma = sigmaOf(scale, y);
    const center = tf.mean(y, 0, true) as tf.Tensor2D;
    return gramInTiles(
      unitsOf(x, center, sigma),
      unitsOf(y, center, sigma),
      Math.max(1, elements),
      (a, b) => tile(a, b) as tf.Tensor2D,
    );
  });
}

const sigmaOf = (scale: ScaleOf, { shape: [, width] }: tf.Tensor2D) =>
  scaleFor(scale(width), width) as number | number[];

/** Points in units of the scale. Moving all does not change distances, but large norms are rounded more. */
const unitsOf = (points: tf.Tensor2D, center: tf.Tensor2D, sigma: number | number[]) =>
  tf.div(tf.sub(points, center), sigma) as tf.Tensor2D;

/** What makes a shift-invariant kernel of a function of ‖x − y‖₁ / σ. */
export const ofManhattan = (value: (distances: tf.Tensor2D) => tf.Tensor) => ({
  gram: (x: tf.Tensor2D, y: tf.Tensor2D, scale: ScaleOf) => gramOfManhattan(x, y, scale, value),
  against: (y: tf.Tensor2D, scale: ScaleOf) =>
    unitsAgainst(
      y,
      scale,
      (units) => [tf.clone(units)],
      (rows, [points]) => value(manhattanDistances(rows, points)),
    ),
});

/** What makes a shift-invariant kernel of a function of ‖x − y‖² / σ². */
export const ofSquares = (value: (squares: tf.Tensor2D) => tf.Tensor) => ({
  gram: (x: tf.Tensor2D, y: tf.Tensor2D, scale: ScaleOf) => gramOfSquares(x, y, scale, value),
  against: (y: tf.Tensor2D, scale: ScaleOf) => squaresAgainst(y, scale, value),
});
