import { bytesPerFeature, type FeatureType, SimdMemoryError } from '@kernel-methods/simd';
import type * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../data/dataset.ts';
import { CHUNK_ROWS, weightOf } from '../data/examples.ts';
import { disposeBlock, shareKept, takeBlock } from '../data/row-source.ts';
import { finiteFeatures } from '../network/finite-features.ts';
import type { FeatureMap } from '../network/network.ts';
import { rowsTogether } from '../network/rows-together.ts';
import type { Matrix, Numerics, Picked } from '../numerics/numerics.ts';
import { countOf } from '../numerics/numerics.ts';
import { compose } from '../numerics/picked.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { placed } from '../runtime/in-place.ts';
import { featureChunks } from './feature-chunks.ts';
import type { FeatureOptions, OwnedExamples } from './owned-examples.ts';
import { sparseExamples, staySparse } from './sparse-examples.ts';

/**
 * The features of rows under a map that is not trained. If they fit into the budget they are
 * computed in the first pass and kept, 4 bytes each, or 2. Otherwise, or if memory runs out, the
 * features of a chunk are computed each time it is requested.
 *
 * @throws RangeError if the numerics keep no features of this type.
 */
export function featureExamples(
  map: FeatureMap,
  rows: Dataset,
  options: FeatureOptions,
): OwnedExamples {
  const { numerics, signal, budget, featureType = 'float32', onRows, name } = options;
  if (staySparse(map, rows, numerics)) return sparseExamples(map, rows, options);
  const empty = emptyOf(numerics, featureType);
  const { x, units, weights } = rows;
  let kept: Matrix | undefined;
  let isFilled = false;
  let scratch: Matrix | undefined;
  const turns = eventLoopYielder();
  const together = x.takeSparse ? rowsTogether(map.layers, shareKept(x)) : map.together;
  if (bytesPerFeature(featureType) * x.rows * map.width <= budget) {
    try {
      kept = empty(x.rows, map.width);
    } catch (error) {
      if (!(error instanceof SimdMemoryError)) throw error;
    }
  }

  const put = async (picked: Picked, matrix: Matrix, at: number) => {
    for (const part of partsOf(picked, together)) {
      const block = takeBlock(x, part.picked);
      let features: tf.Tensor2D | undefined;
      try {
        features = await finiteFeatures(map, block, part.picked).catch((error) => {
          throw name === undefined ? error : placed(error, name);
        });
        await numerics.put(features, matrix, at + part.from);
      } finally {
        disposeBlock(block);
        features?.dispose();
      }
      if (turns.isDue()) await turns.take();
      signal.throwIfAborted();
    }
  };
  const fill = async (matrix: Matrix) => {
    for (let from = 0; from < x.rows; from += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, x.rows - from);
      await put({ from, count }, matrix, from);
      onRows?.(from + count);
      signal.throwIfAborted();
    }
    isFilled = true;
  };
  const whole = async () => {
    if (kept !== undefined && !isFilled) await fill(kept);
    return kept;
  };
  const some = async (picked: Picked, atMost: number) => {
    if (scratch === undefined || scratch.rows < countOf(picked)) {
      scratch?.dispose();
      scratch = undefined;
      scratch = empty(atMost, map.width);
    }
    await put(picked, scratch, 0);
    return scratch;
  };

  return {
    rows: x.rows,
    width: map.width,
    units,
    weight: weightOf(x.rows, weights),
    kept: kept !== undefined,
    chunks: (options) => featureChunks(rows, { least: 1, whole, some }, options),
    dispose() {
      kept?.dispose();
      scratch?.dispose();
      kept = undefined;
      scratch = undefined;
    },
  };
}

/** Makes matrices of a type. */
function emptyOf({ emptyHalf, empty }: Numerics, type: FeatureType) {
  if (type === 'float32') return empty;
  if (emptyHalf !== undefined)
    return (rows: number, columns: number) => emptyHalf(rows, columns, type);
  throw new RangeError(
    `\`featureType\` must be 'float32' where tfjs keeps the features on a GPU. Received: '${type}'.`,
  );
}

/** Some of the picked rows at a time, with the index of the first. */
function* partsOf(picked: Picked, together: number): Generator<{ picked: Picked; from: number }> {
  const rows = countOf(picked);
  for (let from = 0; from < rows; from += together) {
    const count = Math.min(together, rows - from);
    yield { picked: compose(picked, { from, count }), from };
  }
}
