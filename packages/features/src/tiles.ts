import * as check from '@kernel-methods/check';
import * as tf from '@tensorflow/tfjs-core';

/** The most numbers that a temporary tensor may hold: 4 MiB as float32. */
export const tileSize = 1 << 20;

/**
 * Computes a Gram matrix in tiles: `tile` gets one block of rows of x and of y at a time.
 *
 * @param x [n, d] @param y [m, d]
 * @param elements the number of values per pair of points in the largest temporary of `tile`.
 * @param tile maps [a, d] and [b, d] to [a, b].
 * @returns [n, m], float32.
 */
export function gramInTiles(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  elements: number,
  tile: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor2D,
  size = tileSize,
): tf.Tensor2D {
  const pairs = Math.max(1, Math.floor(size / elements));
  const columns = Math.max(1, Math.min(y.shape[0], pairs));
  const rows = Math.max(1, Math.floor(pairs / columns));
  const blocks = blocksOf(y, columns);
  return concat(
    blocksOf(x, rows).map((a) =>
      concat(
        blocks.map((b) => tf.tidy(() => tile(a, b))),
        1,
      ),
    ),
    0,
  );
}

/** Checks that both are rows of points in one space, and returns them as float32. */
export function checkPoints(x: tf.Tensor, y: tf.Tensor): [tf.Tensor2D, tf.Tensor2D] {
  for (const [name, points] of [['x', x] as const, ['y', y] as const]) {
    if (!(points instanceof tf.Tensor)) {
      throw check.typeError(name, 'be a tensor', check.shown(points));
    }
    if (points.rank !== 2) {
      throw new RangeError(`\`${name}\` must have rank 2. Received shape: [${points.shape}].`);
    }
    if (!['float32', 'int32', 'bool'].includes(points.dtype)) {
      throw new TypeError(`\`${name}\` must hold real numbers. Received dtype: ${points.dtype}.`);
    }
  }
  if (x.shape[1] !== y.shape[1]) {
    throw new RangeError(
      '`x` and `y` must have last axes of the same length. ' +
        `Received shapes: [${x.shape}] and [${y.shape}].`,
    );
  }
  return [tf.cast(x as tf.Tensor2D, 'float32'), tf.cast(y as tf.Tensor2D, 'float32')];
}

/** Blocks of so many rows; the last may have fewer. */
export function blocksOf(points: tf.Tensor2D, rows: number): tf.Tensor2D[] {
  const [n, d] = points.shape;
  if (n <= rows) return [points];
  return Array.from({ length: Math.ceil(n / rows) }, (_, i) =>
    tf.slice(points, [i * rows, 0], [Math.min(rows, n - i * rows), d]),
  );
}

const concat = (parts: tf.Tensor2D[], axis: number) =>
  parts.length === 1 ? parts[0] : tf.concat(parts, axis);
