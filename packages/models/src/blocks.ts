import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** Rows mapped at a time: 2,048 of 4,096 features are 34 MB. */
const BLOCK_ROWS = 2048;

/**
 * Applies the model to blocks of rows, so that memory stays bounded whatever is asked, and hands
 * each block's scores on. They are disposed of when `use` is done.
 */
export async function forEachBlock(
  model: tfl.LayersModel,
  x: tf.Tensor,
  use: (scores: tf.Tensor2D, start: number) => void | Promise<void>,
): Promise<void> {
  for (let start = 0; start < x.shape[0]; start += BLOCK_ROWS) {
    const scores = tf.tidy(() => {
      const size = Math.min(BLOCK_ROWS, x.shape[0] - start);
      const block = tf.slice(x, [start, ...x.shape.slice(1).fill(0)], [size, ...x.shape.slice(1)]);
      return model.apply(block, { training: false }) as tf.Tensor2D;
    });
    try {
      await use(scores, start);
    } finally {
      scores.dispose();
    }
  }
}

/** The scores of all rows, row-major `[rows, units]`. */
export async function allScores(model: tfl.LayersModel, x: tf.Tensor): Promise<Float32Array> {
  const units = (model.outputs[0].shape as number[])[1];
  const result = new Float32Array(x.shape[0] * units);
  await forEachBlock(model, x, async (scores, start) => {
    result.set(await scores.data<'float32'>(), start * units);
  });
  return result;
}
