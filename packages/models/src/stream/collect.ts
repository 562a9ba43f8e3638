import { inTurns } from '@kernel-methods/simd';
import { requireShape } from '../data/dataset.ts';
import { joined } from '../data/joined.ts';
import { type Label, requireOnePerRow, type TargetsLike } from '../data/labels.ts';
import { type NumericArray, toRows } from '../data/rows.ts';
import { checkedWeights } from '../data/weights.ts';
import { inPlace } from '../runtime/in-place.ts';
import type { Task } from '../tasks/task.ts';
import { type BatchStream, batchName, checkedBatches } from './batch-stream.ts';

/** The result of a pass over a whole stream. */
export interface Collected {
  readonly rows: number;
  readonly weight: number;
  /** Absent in a regression. */
  readonly classes?: readonly Label[];
  /** The rows themselves, if they are within the limit. */
  readonly whole?: {
    readonly x: NumericArray;
    readonly y: TargetsLike;
    readonly sampleWeight?: Float32Array;
  };
}

/**
 * Reads a stream to its end, and keeps its rows as long as they take no more than `limit` bytes.
 *
 * @param onOutgrown called once if they take more, before the rest is read; it may throw.
 */
export async function collect(
  stream: BatchStream,
  task: Task,
  limit: number,
  signal: AbortSignal,
  onOutgrown: () => void,
): Promise<Collected> {
  const blocks: Float32Array[] = [];
  const targets = task.collect();
  const weights: ArrayLike<number>[] = [];
  let [rows, weight, bytes, isWeighted] = [0, 0, 0, false];
  let rowShape: readonly number[] | undefined;
  for await (const { x, y, sampleWeight, index } of checkedBatches(stream, signal)) {
    const named = <T>(work: () => Promise<T>) => inPlace(batchName(index), work);
    const source = await named(() => toRows(x, 'x', signal));
    try {
      const count = source.rows;
      const isKept = bytes <= limit;
      const coming = 4 * count * source.rowShape.reduce((size, length) => size * length, 1);
      const s = await named(async () => {
        requireShape(source, rowShape, 'x');
        const found = await targets.add(y, 'y', bytes + coming <= limit);
        requireOnePerRow('y', found, count);
        if (sampleWeight === undefined) return new Float32Array(count).fill(1);
        return inTurns(checkedWeights(sampleWeight, count), signal);
      });
      rowShape ??= source.rowShape;
      rows += count;
      isWeighted ||= sampleWeight !== undefined;
      for (let i = 0; i < count; i++) weight += s[i];
      if (!isKept) continue;
      bytes += coming;
      if (bytes > limit) {
        onOutgrown();
        blocks.length = 0;
        continue;
      }
      const block = source.take({ from: 0, count });
      blocks.push((await block.data<'float32'>()).slice());
      block.dispose();
      weights.push(s);
    } finally {
      source.dispose();
    }
  }
  if (rowShape === undefined) {
    throw new RangeError('`x` must hold at least one row. Received: an empty stream.');
  }
  if (weight === 0) {
    throw new RangeError('`sampleWeight` must leave a row with a weight above 0. Received: none.');
  }
  const classes = targets.classes();
  if (bytes > limit) return { rows, weight, classes };
  return {
    ...{ rows, weight, classes },
    whole: {
      x: { data: joined(blocks), shape: [rows, ...rowShape] },
      y: targets.all(),
      sampleWeight: isWeighted ? joined(weights) : undefined,
    },
  };
}
