import { type Label, readLabels, realTargets, sortedClasses } from '../data/labels.ts';
import { type NumericArray, toRows } from '../data/rows.ts';
import { checkedWeights } from '../data/weights.ts';
import { requireShape } from '../fit/prepare.ts';
import type { Task } from '../options.ts';
import { type BatchStream, checkedBatches } from './batch-stream.ts';

/** What a pass over a whole stream finds. */
export interface Collected {
  readonly rows: number;
  readonly weight: number;
  /** Absent in a regression. */
  readonly classes?: readonly Label[];
  /** The rows themselves, where they did not outgrow the limit. */
  readonly whole?: {
    readonly x: NumericArray;
    readonly y: readonly Label[] | NumericArray;
    readonly sampleWeight?: Float32Array;
  };
}

/**
 * Reads a stream to its end, and keeps its rows as long as they take no more than `limit` bytes.
 *
 * @param onOutgrown called once where they do, before the rest is read; it may throw.
 */
export async function collect(
  stream: BatchStream,
  task: Task,
  limit: number,
  signal: AbortSignal,
  onOutgrown: () => void,
): Promise<Collected> {
  const blocks: Float32Array[] = [];
  const targets: ArrayLike<Label>[] = [];
  const weights: ArrayLike<number>[] = [];
  const labels = new Set<Label>();
  let [rows, weight, bytes, width, isWeighted] = [0, 0, 0, 1, false];
  let rowShape: readonly number[] | undefined;
  for await (const { x, y, sampleWeight } of checkedBatches(stream)) {
    signal.throwIfAborted();
    const source = await toRows(x, 'x');
    try {
      requireShape(source, rowShape, 'x');
      rowShape ??= source.rowShape;
      const read = await readTargets(y, task);
      const [values, count] = [read.values, source.rows];
      if (values.length / (task === 'regression' ? read.width : 1) !== count) {
        throw new RangeError(
          `\`y\` must have one entry a row of \`x\`, ${count}. Received: ${values.length}.`,
        );
      }
      width = Math.max(width, read.width);
      rows += count;
      if (task === 'classification') for (let i = 0; i < count; i++) labels.add(values[i]);
      isWeighted ||= sampleWeight !== undefined;
      const s = sampleWeight
        ? checkedWeights(sampleWeight, count)
        : new Float32Array(count).fill(1);
      for (let i = 0; i < count; i++) weight += s[i];
      if (bytes > limit) continue;
      bytes += 4 * count * rowShape.reduce((size, length) => size * length, 1);
      if (bytes > limit) {
        onOutgrown();
        blocks.length = 0;
        continue;
      }
      const block = source.take({ from: 0, count });
      blocks.push((await block.data<'float32'>()).slice());
      block.dispose();
      // A stream may use an array again for its next batch.
      targets.push(Array.from(values));
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
  const oneHot = width > 1 ? Array.from({ length: width }, (_, i) => i) : [...labels];
  const classes = task === 'classification' ? sortedClasses(oneHot, 'y') : undefined;
  if (bytes > limit) return { rows, weight, classes };
  const all = targets.flatMap((values) => Array.from(values));
  return {
    ...{ rows, weight, classes },
    whole: {
      x: { data: joined(blocks), shape: [rows, ...rowShape] },
      y: task === 'regression' ? { data: all as number[], shape: [rows, width] } : all,
      sampleWeight: isWeighted ? joined(weights) : undefined,
    },
  };
}

async function readTargets(y: Parameters<typeof readLabels>[0], task: Task) {
  if (task === 'regression') return realTargets(y, 'y');
  const { labels, width } = await readLabels(y, 'y');
  return { values: labels, width };
}

function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
