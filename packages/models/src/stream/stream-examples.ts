import type * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../data/dataset.ts';
import { CHUNK_ROWS, type Chunk, type ChunkOptions, type Examples } from '../data/examples.ts';
import { finiteFeatures } from '../network/finite-features.ts';
import type { FeatureMap } from '../network/network.ts';
import type { Matrix, Numerics } from '../numerics/numerics.ts';
import { valuesOf } from '../numerics/picked.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { inPlace } from '../runtime/in-place.ts';

/** The rows of a batch, with its name. */
export interface StreamRows extends Dataset {
  readonly name: string;
}

interface Size {
  /** NaN if it is not known before the end of the stream. */
  readonly rows: number;
  readonly weight: number;
}

import { disposeBlock, takeBlock } from '../data/row-source.ts';

/**
 * The features of the rows of a stream, computed in every pass. `random` changes the order of the
 * rows within a chunk, but not the order of the chunks.
 */
export function streamExamples(
  open: () => AsyncIterable<StreamRows>,
  map: FeatureMap,
  units: number,
  { rows, weight }: Size,
  numerics: Numerics,
  signal: AbortSignal,
): Examples & { dispose(): void } {
  const { width } = map;
  let matrix: Matrix | undefined;
  return {
    ...{ rows, weight, width, units },
    async *chunks({ random, batchSize = 1 }: ChunkOptions = {}): AsyncGenerator<Chunk> {
      const size = Math.ceil(CHUNK_ROWS / batchSize) * batchSize;
      matrix ??= numerics.zeros(size, width);
      if (matrix.rows < size) {
        matrix.dispose();
        matrix = numerics.zeros(size, width);
      }
      const targets = new Float32Array(size * units);
      const weights = new Float32Array(size);
      const turns = eventLoopYielder();
      let [filled, isWeighted] = [0, false];
      const chunk = (z: Matrix): Chunk => {
        const order = random && Int32Array.from(random.permutation(filled));
        const picked = order ?? { from: 0, count: filled };
        filled = 0;
        return {
          z,
          picked,
          targets: valuesOf(targets, picked, units),
          weights: isWeighted ? valuesOf(weights, picked, 1) : undefined,
        };
      };
      for await (const batch of open()) {
        try {
          signal.throwIfAborted();
          for (let from = 0; from < batch.x.rows; ) {
            const count = Math.min(map.together, size - filled, batch.x.rows - from);
            const block = takeBlock(batch.x, { from, count });
            let features: tf.Tensor2D | undefined;
            try {
              features = await inPlace(batch.name, () =>
                finiteFeatures(map, block, { from, count }),
              );
              await numerics.put(features, matrix, filled);
            } finally {
              disposeBlock(block);
              features?.dispose();
            }
            targets.set(
              batch.targets.subarray(from * units, (from + count) * units),
              filled * units,
            );
            isWeighted ||= batch.weights !== undefined;
            if (batch.weights === undefined) weights.fill(1, filled, filled + count);
            else weights.set(batch.weights.subarray(from, from + count), filled);
            filled += count;
            from += count;
            if (filled === size) yield chunk(matrix);
            if (turns.isDue()) await turns.take();
            signal.throwIfAborted();
          }
        } finally {
          batch.x.dispose();
        }
      }
      if (filled > 0) yield chunk(matrix);
    },
    dispose: () => matrix?.dispose(),
  };
}
