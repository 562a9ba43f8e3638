import { knownOptions, positiveInteger } from '@kernel-methods/check';
import { show } from '../check.ts';
import type { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import type { ColumnSpec } from '../table-from-rows.ts';
import { batchesOf, only, watcher } from './batched.ts';
import { asUtf8, badText } from './decode.ts';
import { type ObjectRow, ObjectRowAppender } from './object-rows.ts';
import { collect, type OpenSource, peek } from './opened.ts';
import type { ReadRow } from './read-csv.ts';
import {
  type BatchOptions,
  checkReaderOptions,
  readerOptionNames,
  type TableReaderOptions,
} from './reader-options.ts';
import { openSource, type Source } from './source.ts';
import { textLines } from './text-lines.ts';
import { unpacked } from './unpacked.ts';

export interface JsonLinesOptions<
  Specs extends Record<string, ColumnSpec> = Record<string, ColumnSpec>,
> extends TableReaderOptions<Specs> {
  /** The maximum number of bytes of a line. Default 2^24. */
  maxRecordLength?: number;
}

/** What `readJsonLines` is: a function, with `batches` beside it. */
export interface JsonLinesReader {
  <const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: JsonLinesOptions<Specs>,
  ): Promise<Table<ReadRow<Specs>>>;
  /**
   * The same, some rows at a time, from the beginning whenever it is iterated (a `ReadableStream`
   * only once). Categories number their levels in each batch anew.
   */
  batches<const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: JsonLinesOptions<Specs> & BatchOptions,
  ): AsyncIterable<Table<ReadRow<Specs>>>;
}

/**
 * Reads JSON, gzipped or not: an object on each line, or one array of objects (which is read whole).
 * Columns are the keys of the first `sampleRows` rows; a key that a row lacks is missing there. Texts
 * that are all dates of ISO 8601 become dates.
 *
 * @throws TableError with the line, and where there is one the row, column and value.
 *
 * @example
 * const table = await readJsonLines('{"age":36}\n{"age":41}\n'); // 2 rows
 */
export const readJsonLines: JsonLinesReader = Object.assign(
  (source: Source, options: JsonLinesOptions = {}) => only(jsonBatches(source, options, Infinity)),
  {
    batches: (source: Source, options: JsonLinesOptions & BatchOptions = {}) =>
      batchesOf(source, () => jsonBatches(source, options, options.batchRows ?? 10_000)),
  },
) as JsonLinesReader;

async function* jsonBatches(
  source: Source,
  options: JsonLinesOptions,
  batchRows: number,
): AsyncGenerator<Table> {
  knownOptions('The options', options, [...readerOptionNames, 'maxRecordLength']);
  checkReaderOptions(options);
  positiveInteger('maxRecordLength', options.maxRecordLength ?? 1);
  const opened = await openSource(source, options.signal);
  try {
    yield* readOpened(opened, options, batchRows);
  } finally {
    await opened.close();
  }
}

async function* readOpened(
  opened: OpenSource,
  options: JsonLinesOptions,
  batchRows: number,
): AsyncGenerator<Table> {
  const { sampleRows = 10_000, maxRecordLength = 1 << 24 } = options;
  const watch = watcher(opened, options);
  const lines = (await isArray(opened)) ? arrayRows(opened) : lineRows(opened, maxRecordLength);
  let sample: ObjectRow[] | undefined = [];
  let rows: ObjectRowAppender | undefined;
  let given = 0;
  const put = function* (block: readonly ObjectRow[]) {
    for (const row of block) {
      rows!.append(row);
      if (rows!.pending < batchRows) continue;
      given++;
      yield rows!.take();
    }
  };
  for await (const block of lines) {
    if (sample) {
      sample.push(...block);
      if (sample.length >= sampleRows) {
        rows = new ObjectRowAppender(sample.slice(0, sampleRows), options, opened.name);
        yield* put(sample);
        sample = undefined;
      }
    } else {
      yield* put(block);
    }
    watch(rows?.total ?? 0);
  }
  if (sample) {
    if (sample.length === 0 && !options.columns) {
      throw new TableError('empty', 'there are no rows: it is empty.', { source: opened.name });
    }
    rows = new ObjectRowAppender(sample, options, opened.name);
    yield* put(sample);
  }
  watch(rows!.total);
  if (rows!.pending > 0 || given === 0) yield rows!.take();
}

/** Whether the first character that is no space is a bracket. */
async function isArray(opened: OpenSource): Promise<boolean> {
  const head = await peek(opened, 4096);
  // Of gzip only the whole tells: lines are the usual content.
  const text = typeof head === 'string' ? head : new TextDecoder().decode(head);
  return text.trimStart().startsWith('[');
}

async function* lineRows(opened: OpenSource, longest: number): AsyncGenerator<ObjectRow[]> {
  for await (const { lines, firstLine } of textLines(opened, longest)) {
    const rows: ObjectRow[] = [];
    lines.forEach((text, i) => {
      if (text.trim() === '') return;
      const line = firstLine + i;
      rows.push({ row: parse(text, { source: opened.name, line }), line });
    });
    yield rows;
  }
}

async function* arrayRows(opened: OpenSource): AsyncGenerator<ObjectRow[]> {
  const chunks = () => asUtf8(unpacked(opened), 'utf-8', opened.name);
  const bytes = await collect({ chunks });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw badText('utf-8', { source: opened.name }, cause);
  }
  yield (parse(text, { source: opened.name }) as unknown[]).map((row) => ({ row }));
}

function parse(text: string, place: { source?: string; line?: number }): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = `is not JSON: ${(cause as Error).message}. It begins ${show(text.slice(0, 40))}.`;
    throw new TableError('format', what, place, cause);
  }
}
