import { kindOf } from '@kernel-methods/check';
import type { TableEncoder } from '@kernel-methods/tables';
import type { TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTable, isTableRows, type TableRows } from '../data/tables.ts';
import type { FitStreamOptions } from '../fit/fit-options.ts';
import { codeTable, codeValidation, targetsOf } from '../fit/table-data.ts';
import type { ResolvedOptions } from '../options.ts';
import { abortable } from '../runtime/abortable.ts';
import { type BatchStream, isReadOnce, type StreamBatch } from './batch-stream.ts';

/** Tables that arrive batch by batch, such as the `batches` of a reader. */
export type TableStream = AsyncIterable<TableRows>;

/** A stream of tables, coded as rows of numbers. */
export interface CodedStream {
  readonly stream: BatchStream;
  readonly fitOptions: FitStreamOptions;
  readonly encoder: TableEncoder;
}

/**
 * Codes a stream of tables. The encoder is fitted to the first batch, which is coded by
 * `fitTransform` in every pass.
 *
 * @throws the signal's reason when aborted; RangeError or TableError that names the column.
 */
export async function codeStream(
  tables: TableStream,
  target: string,
  given: FitStreamOptions,
  options: ResolvedOptions,
  signal: AbortSignal,
): Promise<CodedStream> {
  const source = tables[Symbol.asyncIterator]();
  try {
    const { value: first, done } = await abortable(source.next(), signal);
    if (done) throw new RangeError('`x` must hold at least one row. Received: an empty stream.');
    const { x, y, encoder } = await codeTable(tableIn(first, 0), target, {}, options);
    const opening: StreamBatch = { x, y: y as TargetsLike };
    const { validationData, target: _, ...rest } = given;
    const validation = validationData && (await codeValidation(encoder, validationData));
    const code = async (batch: TableRows): Promise<StreamBatch> => ({
      x: encoder.transform(batch) as RowsLike,
      y: (await targetsOf(batch, target, 'y')) as TargetsLike,
    });
    const once = codedBatches(source, opening, code);
    let isFresh = true;
    const again = {
      [Symbol.asyncIterator]() {
        if (isFresh) {
          isFresh = false;
          return once;
        }
        return codedBatches(tables[Symbol.asyncIterator](), opening, code, true);
      },
    };
    const fitOptions = { ...rest, ...(validation && { validationData: validation }) };
    return { stream: isReadOnce(tables as never) ? once : again, fitOptions, encoder };
  } catch (error) {
    Promise.resolve(source.return?.()).catch(() => {});
    throw error;
  }
}

/** The first batch, which is already coded, and the rest of a source. */
function codedBatches(
  source: AsyncIterator<TableRows>,
  opening: StreamBatch,
  code: (table: TableRows) => Promise<StreamBatch>,
  isReopened = false,
): AsyncIterableIterator<StreamBatch> {
  let index = 0;
  return {
    async next() {
      if (index === 0 && isReopened) {
        const { done } = await source.next();
        if (done) return { done: true, value: undefined };
      }
      if (index++ === 0) return { done: false, value: opening };
      for (;;) {
        const { value, done } = await source.next();
        if (done) return { done: true, value: undefined };
        // A reader that filters its rows may leave none of a batch.
        const batch = tableIn(value, index - 1);
        if (isTable(batch) && batch.rows === 0) continue;
        return { done: false, value: await code(batch) };
      }
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** @throws TypeError unless a batch is a table or objects. */
function tableIn(batch: unknown, index: number): TableRows {
  if (isTableRows(batch)) return batch;
  throw new TypeError(
    `A stream with a \`target\` must give tables or arrays of objects. Received: ${kindOf(batch)} as batch ${index}.`,
  );
}
