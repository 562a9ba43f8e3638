import { kindOf } from '@kernel-methods/check';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { abortable } from '../runtime/abortable.ts';

/** Some rows of a stream with their targets, and their weights if they have any. */
export interface StreamBatch<Y extends TargetsLike = TargetsLike> {
  readonly x: RowsLike;
  readonly y: Y;
  readonly sampleWeight?: ArrayLike<number>;
}

/**
 * Rows that arrive batch by batch. A generator can be read only once; `{ [Symbol.asyncIterator]: ()
 * => batches() }` can be read again.
 */
export type BatchStream<Y extends TargetsLike = TargetsLike> = AsyncIterable<StreamBatch<Y>>;

/** The number of a batch in its source, if batches were left out before it. */
export const sourceIndex = Symbol('source index');

/** A batch, and its number in the source, from 0. */
export interface NumberedBatch extends StreamBatch {
  readonly index: number;
}

/** A batch's name in errors. */
export const batchName = (index: number): string => `batch ${index}`;

export const isBatchStream = (value: unknown): value is BatchStream =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Whether the stream is used up by one pass: a generator is its own iterator. */
export const isReadOnce = (stream: BatchStream): boolean =>
  typeof (stream as Partial<AsyncIterator<unknown>>).next === 'function';

/**
 * The batches, each checked. The signal also takes effect while a batch is awaited.
 *
 * @throws the signal's reason when aborted.
 */
export async function* checkedBatches(
  stream: BatchStream,
  signal: AbortSignal,
): AsyncGenerator<NumberedBatch> {
  const source = stream[Symbol.asyncIterator]();
  let isOpen = true;
  try {
    for (let index = 0; ; index++) {
      signal.throwIfAborted();
      isOpen = false; // A source that throws is at its end.
      const { value: batch, done } = await abortable(source.next(), signal).catch((error) => {
        isOpen = signal.aborted;
        throw error;
      });
      if (done) return;
      isOpen = true;
      if (typeof batch !== 'object' || batch === null || !('x' in batch) || !('y' in batch)) {
        throw new TypeError(
          `A stream must give batches { x, y }. Received: ${kindOf(batch)} as batch ${index}.`,
        );
      }
      const {
        x,
        y,
        sampleWeight,
        [sourceIndex]: own,
      } = batch as StreamBatch & {
        readonly [sourceIndex]?: number;
      };
      yield { x, y, sampleWeight, index: own ?? index };
    }
  } finally {
    if (isOpen) await close(source, signal);
  }
}

/**
 * Tells a source to end. A stalled source does not answer, so an aborted fit does not wait for it.
 */
async function close(source: AsyncIterator<StreamBatch>, signal: AbortSignal): Promise<void> {
  const closing = Promise.resolve(source.return?.());
  if (!signal.aborted) await closing;
  else closing.catch(() => {});
}
