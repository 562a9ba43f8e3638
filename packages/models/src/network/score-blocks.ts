import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { disposeBlock, type RowSource, shareKept, takeBlock } from '../data/row-source.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { finiteFeatures } from './finite-features.ts';
import { foldedScores, type ScoresOf } from './folded-head.ts';
import { applyAll } from './network.ts';
import { rowsTogether } from './rows-together.ts';

/**
 * The model's scores, block by block, so that memory is bounded for any number of rows. The scores
 * of a block are disposed of when the next block is requested.
 *
 * @throws RangeError that names the layer and the row whose features, or scores, are not finite.
 */
export async function* blocksOf(
  model: tfl.LayersModel,
  x: RowSource,
  isTraining = false,
): AsyncGenerator<{ scores: tf.Tensor2D; start: number }> {
  const layers = model.layers.slice(1);
  // In training the weights move.
  const apply: ScoresOf = isTraining
    ? (block) => applyAll(layers, block) as tf.Tensor2D
    : await foldedScores(model);
  const turns = eventLoopYielder();
  const together = rowsTogether(layers, shareKept(x));
  for (let from = 0; from < x.rows; from += together) {
    const picked = { from, count: Math.min(together, x.rows - from) };
    const block = takeBlock(x, picked);
    let scores: tf.Tensor2D;
    try {
      // In training the weights may diverge, which is reported elsewhere.
      scores = isTraining ? apply(block) : await finiteFeatures({ layers, apply }, block, picked);
    } finally {
      disposeBlock(block);
    }
    try {
      yield { scores, start: from };
    } finally {
      scores.dispose();
    }
    if (turns.isDue()) await turns.take();
  }
}

/** The scores of all rows, row-major `[rows, units]`. */
export async function allScores(model: tfl.LayersModel, x: RowSource): Promise<Float32Array> {
  const units = (model.outputs[0].shape as number[])[1];
  const result = new Float32Array(x.rows * units);
  for await (const { scores, start } of blocksOf(model, x)) {
    result.set(await scores.data<'float32'>(), start * units);
  }
  return result;
}
