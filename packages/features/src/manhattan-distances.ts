import * as tf from '@tensorflow/tfjs-core';
import { blocksOf, tileSize } from './tiles.ts';

/**
 * The name of the tfjs kernel that computes the L1 norms of all differences in one pass, on the backends that
 * have it.
 *
 * Inputs `x` [n, d] and `y` [m, d], output [n, m], all float32: Σ_k |x[i][k] − y[j][k]|. Its gradient is
 * registered here, for all backends.
 */
export const manhattanDistancesOp = 'ManhattanDistances';

/**
 * Computes ‖x − y‖₁ = Σ_k |x[i][k] − y[j][k]| for all pairs of points, also known as Manhattan or city block
 * distances. It is one fused kernel if the current backend has `ManhattanDistances`, otherwise differences, sizes
 * and sums, with n·m·d numbers at once. Differentiable; the slope of |t| is taken as 0 at 0.
 *
 * @param x [n, d] @param y [m, d], both float32. @returns [n, m]
 *
 * @example
 * const [x, y] = [tf.tensor2d([[0, 0], [3, 4]]), tf.tensor2d([[1, 1]])];
 * manhattanDistances(x, y).print(); // [[2], [5]]
 */
export function manhattanDistances(x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D {
  if (hasManhattanDistances()) {
    return tf.engine().runKernel(manhattanDistancesOp, { x, y }) as tf.Tensor2D;
  }
  return tf.tidy(() => tf.sum(tf.abs(differences(x, y)), 2));
}

/** Whether no more than the distances themselves is held at once. */
export const hasManhattanDistances = (): boolean =>
  tf.getKernel(manhattanDistancesOp, tf.getBackend()) !== undefined;

const differences = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor3D =>
  tf.sub(tf.expandDims(x, 1), tf.expandDims(y, 0));

tf.registerGradient({
  kernelName: manhattanDistancesOp,
  inputsToSave: ['x', 'y'],
  gradFunc: (dy, saved) => {
    const [x, y] = saved as [tf.Tensor2D, tf.Tensor2D];
    const slopes = dy as tf.Tensor2D;
    return {
      x: () => slopesOf(x, y, slopes),
      y: () => slopesOf(y, x, tf.transpose(slopes)),
    };
  },
});

/** Σ_j dy[i][j]·sign(x[i][k] − y[j][k]), for some rows of x at a time. */
function slopesOf(x: tf.Tensor2D, y: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor2D {
  const rows = Math.max(1, Math.floor(tileSize / Math.max(1, y.size)));
  const slopes = blocksOf(dy, rows);
  const parts = blocksOf(x, rows).map((some, i) =>
    tf.tidy(() => {
      const signs = tf.sign(differences(some, y));
      return tf.sum(tf.mul(signs, tf.expandDims(slopes[i], 2)), 1) as tf.Tensor2D;
    }),
  );
  return parts.length === 1 ? parts[0] : tf.concat(parts, 0);
}
