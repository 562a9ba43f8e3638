import * as tf from '@tensorflow/tfjs-core';

/**
 * Gaussian windows over `length` pixels, one per row, each with sum 1. Their centres are those of
 * `grid` equal cells, and their σ is 1/1.5 of a cell.
 */
export function poolingWindows(length: number, grid: number): tf.Tensor2D {
  const cell = length / grid;
  const windows = Array.from({ length: grid }, (_, i) => {
    const centre = (i + 0.5) * cell - 0.5;
    const weights = Array.from({ length }, (_, at) =>
      Math.exp((-1.5 * 1.5 * ((at - centre) / cell) ** 2) / 2),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  });
  return tf.tensor2d(windows);
}
