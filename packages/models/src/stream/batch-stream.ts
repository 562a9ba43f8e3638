import { kindOf } from '@kernel-methods/check';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';

/** Some rows of a stream with their targets, and their weights if they have any. */
export interface StreamBatch {
  readonly x: RowsLike;
  readonly y: TargetsLike;
  readonly sampleWeight?: ArrayLike<number>;
}

/**
 * Rows that come batch by batch. A generator can be read once; one that can be read again is
 * `{ [Symbol.asyncIterator]: () => batches() }`.
 */
export type BatchStream = AsyncIterable<StreamBatch>;

export const isBatchStream = (value: unknown): value is BatchStream =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Whether the stream is used up by one pass: a generator is its own iterator. */
export const isReadOnce = (stream: BatchStream): boolean =>
  typeof (stream as Partial<AsyncIterator<unknown>>).next === 'function';

/** The batches with each checked to be one. */
export async function* checkedBatches(stream: BatchStream): AsyncGenerator<StreamBatch> {
  let index = 0;
  for await (const batch of stream) {
    if (typeof batch !== 'object' || batch === null || !('x' in batch) || !('y' in batch)) {
      throw new TypeError(
        `A stream must give batches { x, y }. Received: ${kindOf(batch)} as batch ${index}.`,
      );
    }
    yield batch;
    index++;
  }
}
