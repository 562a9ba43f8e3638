import { kindOf } from '@kernel-methods/check';
import { countRows } from '../data/pick-rows.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTable, isTableRows, type TableRows } from '../data/tables.ts';
import type { TrainingData } from '../fit/training-data.ts';
import type { ResolvedOptions } from '../options.ts';
import { abortable } from '../runtime/abortable.ts';
import { batchName, type StreamBatch } from '../stream/batch-stream.ts';
import { streamData } from '../stream/stream-data.ts';
import { codeStream } from '../stream/table-stream.ts';
import type { NoveltyFitOptions } from './novelty-options.ts';

/** Some rows of a stream, with their weights if they have any. */
export interface UnlabelledBatch {
  readonly x: RowsLike;
  readonly sampleWeight?: ArrayLike<number>;
}

/** Rows that arrive batch by batch: rows of numbers, or tables. */
export type RowStream = AsyncIterable<RowsLike | TableRows | UnlabelledBatch>;

export const isRowStream = (value: unknown): value is RowStream =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** The training data of a stream of rows without targets. */
export async function unlabelledData(
  stream: RowStream,
  fitOptions: Omit<NoveltyFitOptions, 'sampleWeight'>,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<TrainingData> {
  const { first, whole } = await peeked(stream, signal);
  if (!isTableRows(first)) {
    return streamData(mapped(whole, batchOf), fitOptions, options, signal);
  }
  const tables = whole as AsyncIterable<TableRows>;
  const coded = await codeStream(tables, undefined, fitOptions, options, signal);
  const rows = mapped(coded.stream, ({ x }, index) => batchOf(x, index));
  const data = await streamData(rows, fitOptions, options, signal);
  return { ...data, encoder: coded.encoder };
}

/** Rows in the form of a labelled batch: the targets are all 1. */
async function batchOf(
  item: RowsLike | TableRows | UnlabelledBatch,
  index: number,
): Promise<StreamBatch> {
  if (typeof item !== 'object' || item === null || isTable(item)) {
    throw new TypeError(
      `A stream must give rows, or batches { x }. Received: ${kindOf(item)} as ${batchName(index)}.`,
    );
  }
  const batch = 'x' in item ? item : { x: item as RowsLike };
  const y = new Float32Array(await countRows(batch.x)).fill(1);
  return { ...batch, y };
}

/**
 * The first item of a stream, and the whole stream, which can be read as often as before.
 *
 * @throws RangeError if it is empty; the signal's reason when aborted.
 */
async function peeked<T>(
  stream: AsyncIterable<T>,
  signal: AbortSignal,
): Promise<{ first: T; whole: AsyncIterable<T> }> {
  const source = stream[Symbol.asyncIterator]();
  const { value: first, done } = await abortable(source.next(), signal);
  if (done) throw new RangeError('`x` must hold at least one row. Received: an empty stream.');
  let isFresh = true;
  const once: AsyncIterableIterator<T> = {
    async next() {
      if (!isFresh) return source.next();
      isFresh = false;
      return { done: false, value: first };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => once,
  };
  // What is its own iterator can be read once, and says so.
  if ('next' in stream) return { first, whole: once };
  const again = {
    [Symbol.asyncIterator]: () => (isFresh ? once : stream[Symbol.asyncIterator]()),
  };
  return { first, whole: again };
}

/** A stream of other items, which can be read as often. */
function mapped<T, U>(
  stream: AsyncIterable<T>,
  change: (item: T, index: number) => U | Promise<U>,
): AsyncIterable<U> {
  async function* run() {
    let index = 0;
    for await (const item of stream) yield await change(item, index++);
  }
  return 'next' in stream ? run() : { [Symbol.asyncIterator]: run };
}
