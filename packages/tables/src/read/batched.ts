import { Table } from '../table.ts';
import type { OpenSource } from './opened.ts';
import type { Source, SourceOptions } from './source.ts';

/** Calls `onProgress` and looks at `signal` between two pieces of a file. */
export function watcher(
  source: OpenSource,
  { signal, onProgress }: SourceOptions,
): (rows: number) => void {
  return (rows) => {
    signal?.throwIfAborted();
    const { loaded, total } = source;
    onProgress?.({ loaded, ...(total === undefined ? {} : { total }), rows });
  };
}

/**
 * The batches of a source: each iteration reads it anew from its beginning, so that a model can pass
 * over it many times. A stream can be read only once, and so can its batches.
 */
export function batchesOf<T>(source: Source, read: () => AsyncGenerator<T>): AsyncIterable<T> {
  return source instanceof ReadableStream ? read() : { [Symbol.asyncIterator]: read };
}

/** The one table of batches that were asked for without a limit. */
export async function only(batches: AsyncIterable<Table>): Promise<Table> {
  const tables: Table[] = [];
  for await (const table of batches) tables.push(table);
  return tables.length === 1 ? tables[0] : Table.concat(tables);
}
