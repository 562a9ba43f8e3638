import { CHUNK_ROWS } from '../data/examples.ts';
import { disposeBlock, takeBlock } from '../data/row-source.ts';
import type { RowsLike } from '../data/rows.ts';
import type { NamedRows } from '../data/tables.ts';
import type { Fitted } from '../fit/fitted.ts';
import { finiteFeatures } from '../network/finite-features.ts';
import { mapOf } from '../network/network.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { rowsFor } from './inference.ts';

/** The features of some rows under the map of a fitted model, row-major `rows × width`, only to be read. */
export interface FeatureBlock {
  readonly z: Float32Array;
  readonly rows: number;
  readonly width: number;
}

/** The features of rows, some at a time, in order. */
export async function* featureBlocks(
  fitted: Fitted,
  x: RowsLike | NamedRows,
): AsyncGenerator<FeatureBlock> {
  const map = mapOf(fitted.network);
  const rows = await rowsFor(fitted, x);
  const turns = eventLoopYielder();
  try {
    const together = Math.min(CHUNK_ROWS, map.together);
    for (let from = 0; from < rows.rows; from += together) {
      const picked = { from, count: Math.min(together, rows.rows - from) };
      const block = takeBlock(rows, picked);
      let z: Float32Array;
      try {
        const features = await finiteFeatures(map, block, picked);
        try {
          z = await features.data<'float32'>();
        } finally {
          features.dispose();
        }
      } finally {
        disposeBlock(block);
      }
      yield { z, rows: picked.count, width: map.width };
      if (turns.isDue()) await turns.take();
    }
  } finally {
    rows.dispose();
  }
}
