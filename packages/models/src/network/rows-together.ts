import { type Simd, STEP_PRODUCTS } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { RowSource } from '../data/row-source.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';

/** The most rows, whatever they cost: 2,048 rows with 4,096 features take 34 MB. */
const MOST = 2048;
/** With fewer rows, the cost per call would be noticeable. */
const LEAST = 16;
/** The cost of a function such as a cosine, in multiplications. */
const FUNCTION = 16;
/** The numbers that are copied at a time. */
const COPIED = 2 ** 20;

/**
 * The number of rows that layers map at a time: as many as a step allows, given the work per row.
 * This is estimated from the layers' weights: each weight is used once at each place of an image or
 * a sequence.
 *
 * @param share the share of the rows' numbers that are multiplied: the others are 0, and not kept.
 */
export function rowsTogether(layers: readonly tfl.layers.Layer[], share = 1): number {
  let cost = 1;
  let own = share;
  for (const layer of layers) {
    cost += own * costOf(layer);
    // The features of a product have no zeros to leave out.
    if (layer.weights.length > 0) own = 1;
  }
  return Math.max(LEAST, Math.min(MOST, Math.floor(productsTogether() / cost)));
}

/** The multiplications that tfjs's backend may do in one step. */
export function productsTogether(): number {
  const backend = tf.backend() as tf.KernelBackend & { readonly simd?: Simd };
  if (backend.simd !== undefined) return backend.simd.stepProducts;
  // What has tensors on a GPU computes aside.
  const onGpu = backend.readToGPU !== tf.KernelBackend.prototype.readToGPU;
  return onGpu ? Number.POSITIVE_INFINITY : STEP_PRODUCTS;
}

/** The number of multiplications per row. */
function costOf(layer: tfl.layers.Layer): number {
  const { layers = [] } = layer as Partial<tfl.LayersModel>;
  if (layers.length > 0) return layers.reduce((sum, inner) => sum + costOf(inner), 0);
  const shapes = shapesOf(layer);
  const places = Math.max(1, ...shapes.map((shape) => sizeOf(shape.slice(1, -1))));
  const numbers = Math.max(1, ...shapes.map((shape) => sizeOf(shape.slice(1))));
  const weights = layer.weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return places * weights + FUNCTION * numbers;
}

/** The shapes of its inputs and outputs wherever it is used. */
function shapesOf({ inboundNodes = [] }: tfl.layers.Layer): tfl.Shape[] {
  return inboundNodes.flatMap(({ inputShapes, outputShapes }) =>
    [inputShapes, outputShapes].flatMap((shapes) =>
      Array.isArray(shapes[0]) ? (shapes as tfl.Shape[]) : [shapes as tfl.Shape],
    ),
  );
}

const sizeOf = (shape: readonly (number | null)[]): number =>
  shape.reduce<number>((size, length) => size * (length ?? 1), 1);

/**
 * The first rows of a source in one tensor, which the caller owns: taken some at a time, with turns for
 * the event loop.
 *
 * @param together the number of rows that the source can return at a time.
 * @throws the signal's reason when aborted.
 */
export async function takeInTurns(
  source: RowSource,
  count: number,
  together = MOST,
  signal?: AbortSignal,
): Promise<tf.Tensor> {
  const blocks: tf.Tensor[] = [];
  try {
    for await (const { block } of inBlocks(source, count, together, signal)) {
      blocks.push(tf.clone(block));
    }
    return tf.tidy(() => tf.concat(blocks));
  } finally {
    tf.dispose(blocks);
  }
}

/** The same, block by block; each is disposed of when the next one is requested. */
export async function* inBlocks(
  source: RowSource,
  count: number,
  together = MOST,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly block: tf.Tensor; readonly from: number }> {
  const most = Math.max(1, Math.min(together, Math.floor(COPIED / sizeOf(source.rowShape))));
  const turns = eventLoopYielder();
  for (let from = 0; from < count; from += most) {
    const block = source.take({ from, count: Math.min(most, count - from) });
    try {
      yield { block, from };
    } finally {
      block.dispose();
    }
    if (turns.isDue()) await turns.take();
    signal?.throwIfAborted();
  }
}
