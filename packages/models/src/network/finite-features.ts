import { checkFeatures } from '@kernel-methods/features';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { RowSource } from '../data/row-source.ts';
import type { Picked } from '../numerics/numerics.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { applyAll, type FeatureMap } from './network.ts';

/** Numbers up to which no map that is worth its name overflows. */
const SAFE = 1e12;

/**
 * What a map makes of rows that are finite, which the caller owns.
 *
 * @param block the rows that were picked; they stay the caller's.
 * @throws RangeError that names the layer and the row whose features are not finite, or that is
 * outside of the layer's domain.
 */
export async function finiteFeatures(
  { layers, apply }: Pick<FeatureMap, 'layers' | 'apply'>,
  block: tf.Tensor,
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
 * Looks at the rows that hold numbers so large that layers may overflow. (Where a network is trained
 * as a whole, nobody sees its features.)
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

/** One number to read, whatever the device. The sum of finite numbers may overflow all the same. */
async function hasFiniteSum(z: tf.Tensor): Promise<boolean> {
  const sum = tf.sum(z);
  try {
    return Number.isFinite((await sum.data())[0]);
  } finally {
    sum.dispose();
  }
}

/** Layer by layer, until one whose output is not finite. */
async function findCause(layers: readonly tfl.layers.Layer[], block: tf.Tensor): Promise<void> {
  let before = tf.clone(block);
  try {
    for (const layer of layers) {
      const after = applyAll([layer], before);
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

/** A layer counts the rows of its block; the user counts all. */
function renumbered(error: unknown, rowOf: (row: number) => number): unknown {
  if (!(error instanceof RangeError)) return error;
  const message = error.message.replace(/\brow (\d+)/g, (_, row) => `row ${rowOf(Number(row))}`);
  return message === error.message ? error : new RangeError(message, { cause: error });
}
