import { isSparseBlock, type SparseBlock } from '@kernel-methods/features';
import type { SparseRows } from '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import type { Dataset } from '../data/dataset.ts';
import { weightOf } from '../data/examples.ts';
import { sparseBlock } from '../data/row-source.ts';
import type { FeatureMap } from '../network/network.ts';
import type { Matrix, Numerics, Picked } from '../numerics/numerics.ts';
import { featureChunks } from './feature-chunks.ts';
import type { FeatureOptions, OwnedExamples } from './owned-examples.ts';

/** Whether rows whose zeros are not kept stay so under the map, and the solver can take them. */
export function staySparse(
  map: FeatureMap,
  { x }: Pick<Dataset, 'x'>,
  numerics: Numerics,
): boolean {
  if (x.takeSparse === undefined || numerics.sparse === undefined) return false;
  return tf.tidy(() => {
    const none = {
      indptr: new Uint32Array(2),
      indices: new Uint32Array(),
      values: tf.tensor1d([]),
    };
    return isSparseBlock(map.applySparse({ ...none, shape: [1, x.rowShape[0]] }));
  });
}

/** The least number of rows of a chunk: they take little memory, and each chunk has its cost. */
const CHUNK = 8192;

/**
 * The features of rows whose zeros are not kept, under a map that lets them stay so. If they fit
 * into the budget they are computed in the first pass and kept, 8 bytes for each number. Otherwise
 * the rows of a chunk are taken each time it is requested.
 */
export function sparseExamples(
  map: FeatureMap,
  rows: Dataset,
  { numerics, signal, budget, onRows }: FeatureOptions,
): OwnedExamples {
  const { x, units, weights } = rows;
  const numbersPerRow = x.numbersPerRow as number;
  const isKept = 8 * x.rows * numbersPerRow <= budget;
  let kept: Matrix | undefined;
  let current: Matrix | undefined;
  const matrixOf = async (picked: Picked): Promise<Matrix> => {
    const features = await featuresOf(map, x.takeSparse!(picked), picked);
    signal.throwIfAborted();
    return numerics.sparse!(features);
  };
  const whole = async () => {
    if (isKept && kept === undefined) {
      kept = await matrixOf({ from: 0, count: x.rows });
      onRows?.(x.rows);
    }
    return kept;
  };
  const some = async (picked: Picked) => {
    current?.dispose();
    current = undefined;
    current = await matrixOf(picked);
    return current;
  };
  return {
    ...{ rows: x.rows, width: map.width, units, numbersPerRow, kept: isKept },
    weight: weightOf(x.rows, weights),
    chunks: (options) => featureChunks(rows, { least: CHUNK, whole, some }, options),
    dispose() {
      kept?.dispose();
      current?.dispose();
      kept = undefined;
      current = undefined;
    },
  };
}

/** @throws RangeError that names the row whose features are not finite. */
async function featuresOf(map: FeatureMap, rows: SparseRows, picked: Picked): Promise<SparseRows> {
  const block = sparseBlock(rows);
  let features: SparseBlock | undefined;
  try {
    features = map.applySparse(block) as SparseBlock;
    const { indptr, indices, shape } = features;
    const values = (await features.values.data<'float32'>()).slice();
    const odd = values.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) {
      const row = indptr.findIndex((end) => end > odd) - 1;
      const place = picked instanceof Int32Array ? picked[row] : picked.from + row;
      throw new RangeError(
        `The features of row ${place} must be finite in float32. Received: ${values[odd]}. Scale the rows.`,
      );
    }
    return { indptr, indices, values, shape };
  } finally {
    block.values.dispose();
    features?.values.dispose();
  }
}
