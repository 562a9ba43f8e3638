import type * as tfl from '@tensorflow/tfjs-layers';
import { CHUNK_ROWS } from '../data/examples.ts';
import { disposeBlock, takeBlock } from '../data/row-source.ts';
import type { RowsLike } from '../data/rows.ts';
import type { NamedRows } from '../data/tables.ts';
import { rowsFor } from '../estimators/inference.ts';
import type { Fitted } from '../fit/fitted.ts';
import { finiteFeatures } from '../network/finite-features.ts';
import { layersOf, mapOf } from '../network/network.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';

/** The features of rows under the map of a fitted model, row-major. */
export async function featureValues(
  fitted: Fitted,
  x: RowsLike | NamedRows,
): Promise<Float32Array> {
  const map = mapOf(fitted.network);
  const rows = await rowsFor(fitted, x);
  const turns = eventLoopYielder();
  try {
    const out = new Float32Array(rows.rows * map.width);
    const together = Math.min(CHUNK_ROWS, map.together);
    for (let from = 0; from < rows.rows; from += together) {
      const picked = { from, count: Math.min(together, rows.rows - from) };
      const block = takeBlock(rows, picked);
      try {
        const features = await finiteFeatures(map, block, picked);
        out.set(await features.data<'float32'>(), from * map.width);
        features.dispose();
      } finally {
        disposeBlock(block);
      }
      if (turns.isDue()) await turns.take();
    }
    return out;
  } finally {
    rows.dispose();
  }
}

/** Whether two networks map rows to the same features: the same kinds of layers and the same weights. */
export async function sameMap(a: tfl.LayersModel, b: tfl.LayersModel): Promise<boolean> {
  const [own, others] = [layersOf(a).maps, layersOf(b).maps];
  if (own.length !== others.length) return false;
  for (const [i, layer] of own.entries()) {
    if (layer.getClassName() !== others[i].getClassName()) return false;
    const [weights, same] = [layer.getWeights(), others[i].getWeights()];
    if (weights.length !== same.length) return false;
    for (const [w, weight] of weights.entries()) {
      if (weight.shape.join() !== same[w].shape.join()) return false;
      const [values, other] = [await weight.data(), await same[w].data()];
      for (let at = 0; at < values.length; at++) if (values[at] !== other[at]) return false;
    }
  }
  return true;
}
