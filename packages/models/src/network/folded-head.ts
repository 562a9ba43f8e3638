import { isProjectedMap, type SparseBlock } from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { applyAll, isLinear, layersOf, withZeros } from './network.ts';
import { productsTogether } from './rows-together.ts';

/** The scores of rows, which the caller owns. */
export type ScoresOf = (rows: tf.Tensor | SparseBlock) => tf.Tensor2D;

/** A product of two weights, known by their ids: what is written into a weight has another. */
interface Folded {
  readonly from: readonly object[];
  readonly values: Float32Array;
}

// Plain numbers, so that nothing has to be disposed of with the network.
const folds = new WeakMap<tfl.LayersModel, Folded>();

/**
 * The scores of a network that is not trained meanwhile. Where its last map ends with a product, such as
 * Nyström's, and its head is linear, both products are one, computed at the first call: the numbers of
 * the layers one by one, but for rounding in float32.
 */
export async function foldedScores(network: tfl.LayersModel): Promise<ScoresOf> {
  const { maps, head } = layersOf(network);
  const last = maps[maps.length - 1];
  const [kernel, bias] = head.getWeights();
  // As many outputs as features would save nothing.
  if (!isProjectedMap(last) || !isLinear(head) || kernel.shape[1]! > kernel.shape[0] / 2) {
    return (rows) => applyAll([...maps, head], rows) as tf.Tensor2D;
  }
  const { projection } = last;
  const { values } = await foldOf(network, projection, kernel as tf.Tensor2D);
  const shape: [number, number] = [projection.shape[0], kernel.shape[1] as number];
  return (rows) =>
    tf.tidy(() => {
      const before = withZeros(applyAll(maps.slice(0, -1), rows)) as tf.Tensor2D;
      return tf.add(last.applyProjected(before, tf.tensor2d(values, shape)), bias) as tf.Tensor2D;
    });
}

async function foldOf(
  network: tfl.LayersModel,
  projection: tf.Tensor2D,
  kernel: tf.Tensor2D,
): Promise<Folded> {
  const from = [projection.dataId, kernel.dataId];
  const known = folds.get(network);
  if (known?.from.every((id, i) => id === from[i])) return known;
  const [rows, width] = projection.shape;
  const units = kernel.shape[1];
  const together = Math.max(1, Math.min(rows, Math.floor(productsTogether() / (width * units))));
  const values = new Float32Array(rows * units);
  const turns = eventLoopYielder();
  for (let at = 0; at < rows; at += together) {
    const count = Math.min(together, rows - at);
    const block = tf.tidy(() => tf.matMul(tf.slice(projection, [at, 0], [count, width]), kernel));
    try {
      values.set(await block.data<'float32'>(), at * units);
    } finally {
      block.dispose();
    }
    if (turns.isDue()) await turns.take();
  }
  const folded = { from, values };
  folds.set(network, folded);
  return folded;
}
