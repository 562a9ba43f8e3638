import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** Rows mapped at a time: 2,048 of 4,096 features are 34 MB. */
export const BLOCK_ROWS = 2048;

/** The block of rows from `start` on. */
export function blockOf(x: tf.Tensor, start: number, rows = BLOCK_ROWS): tf.Tensor {
  const rest = x.shape.slice(1);
  const size = Math.min(rows, x.shape[0] - start);
  return tf.slice(x, [start, ...rest.map(() => 0)], [size, ...rest]);
}

/**
 * The model's scores, block of rows by block, so that memory stays bounded whatever is asked. A
 * block's scores are disposed of when the next one is asked for.
 */
export function* blocksOf(
  model: tfl.LayersModel,
  x: tf.Tensor,
): Generator<{ scores: tf.Tensor2D; start: number }> {
  for (let start = 0; start < x.shape[0]; start += BLOCK_ROWS) {
    const scores = tf.tidy(
      () => model.apply(blockOf(x, start), { training: false }) as tf.Tensor2D,
    );
    try {
      yield { scores, start };
    } finally {
      scores.dispose();
    }
  }
}

/** The scores of all rows, row-major `[rows, units]`. */
export async function allScores(model: tfl.LayersModel, x: tf.Tensor): Promise<Float32Array> {
  const units = (model.outputs[0].shape as number[])[1];
  const result = new Float32Array(x.shape[0] * units);
  for (const { scores, start } of blocksOf(model, x)) {
    result.set(await scores.data<'float32'>(), start * units);
  }
  return result;
}
