import {
  checkFeatures,
  isSparseBlock,
  type SparseBlock,
  toDenseBlock,
} from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { RowSource } from '../data/row-source.ts';
import type { Picked } from '../numerics/numerics.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { applyAll, type FeatureMap } from './network.ts';

/** No sensible map overflows for numbers up to this size. */
const SAFE = 1e12;

/**
 * The features of finite rows, which the caller owns.
 *
 * @param block the picked rows, which the caller still owns.
 * @throws RangeError that names the layer and the row if its features are not finite, or if it is
 * outside the layer's domain.
 */
export async function finiteFeatures(
  { layers, apply }: Pick<FeatureMap, 'layers' | 'apply'>,
  block: tf.Tensor | SparseBlock,
  picked: Picked,
): Promise<tf.Tensor2D> {
  const rowOf = (i: number) => (picked instanceof Int32Array ? picked[i] : picked.from + i);
  try {
    const z = apply(block);
    try {
      if (!(await hasFiniteSum(z))) await findCause(layers, block);
      return z;
    } catch (error) {
      z.dispose();
      throw error;
    }
  } catch (error) {
    throw renumbered(error, rowOf);
  }
}

/**
 * Checks the rows that hold numbers so large that layers may overflow. (If a network is trained as
 * a whole, nothing else checks its features.)
 *
 * @throws RangeError as `finiteFeatures`.
 */
export async function checkLargeRows(
  map: FeatureMap,
  x: RowSource,
  signal?: AbortSignal,
): Promise<void> {
  const turns = eventLoopYielder();
  for (let from = 0; from < x.rows; from += map.together) {
    const picked = { from, count: Math.min(map.together, x.rows - from) };
    const block = x.take(picked);
    try {
      const largest = tf.tidy(() => tf.max(tf.abs(block)));
      const [value] = await largest.data();
      largest.dispose();
      if (value > SAFE) (await finiteFeatures(map, block, picked)).dispose();
    } finally {
      block.dispose();
    }
    if (turns.isDue()) await turns.take();
    signal?.throwIfAborted();
  }
}

/** Only one number has to be read from the device. The sum of finite numbers may still overflow. */
async function hasFiniteSum(z: tf.Tensor): Promise<boolean> {
  const sum = tf.sum(z);
  try {
    return Number.isFinite((await sum.data())[0]);
  } finally {
    sum.dispose();
  }
}

/** Applies layer by layer, to find the first whose output is not finite. */
async function findCause(
  layers: readonly tfl.layers.Layer[],
  block: tf.Tensor | SparseBlock,
): Promise<void> {
  let before = isSparseBlock(block) ? toDenseBlock(block) : tf.clone(block);
  try {
    for (const layer of layers) {
      const after = applyAll([layer], before) as tf.Tensor;
      try {
        await checkFeatures(layer, before, after);
      } catch (error) {
        after.dispose();
        throw error;
      }
      before.dispose();
      before = after;
    }
  } finally {
    before.dispose();
  }
}

/** Replaces the row number within the block by the row number among all rows. */
function renumbered(error: unknown, rowOf: (row: number) => number): unknown {
  if (!(error instanceof RangeError)) return error;
  const message = error.message.replace(/\brow (\d+)/g, (_, row) => `row ${rowOf(Number(row))}`);
  return message === error.message ? error : new RangeError(message, { cause: error });
}
