import { knownOptions, positiveInteger } from '@kernel-methods/check';
import { fail, show } from '../check.ts';
import type { SparseRows } from '../sparse-rows.ts';
import { TableError } from '../table-error.ts';
import { batchesOf, watcher } from './batched.ts';
import type { BatchOptions } from './reader-options.ts';
import { openSource, type Source, type SourceOptions } from './source.ts';
import { textLines } from './text-lines.ts';

export interface SvmlightOptions extends SourceOptions {
  /** The number of columns. Default: as many as the largest index needs. */
  columns?: number;
  /** Whether indices count from 0. Default false: from 1, as LIBSVM's do. */
  zeroBased?: boolean;
  /** The maximum number of bytes of a line. Default 2^24. */
  maxRecordLength?: number;
}

/** Sparse rows with their labels. */
export interface SvmlightData {
  x: SparseRows;
  y: Float64Array;
  /** The query of each row (`qid:`), if the file has them. */
  queries?: Float64Array;
}

/**
 * Reads sparse rows as SVMlight and LIBSVM write them, gzipped or not: a label and `index:value` for
 * what is not 0; `qid:` and comments from `#` on.
 *
 * @throws TableError with the line.
 */
export const readSvmlight = Object.assign(
  async (source: Source, options: SvmlightOptions = {}): Promise<SvmlightData> => {
    let all: SvmlightData | undefined;
    for await (const batch of rowBatches(source, options, Infinity)) all = batch;
    return all!;
  },
  {
    /**
     * The same, some rows at a time, from the beginning whenever it is iterated (a `ReadableStream`
     * only once). `columns` must be given, so that all batches have as many.
     */
    batches(
      source: Source,
      options: SvmlightOptions & BatchOptions & { columns: number },
    ): AsyncIterable<SvmlightData> {
      positiveInteger('columns', options?.columns);
      return batchesOf(source, () => rowBatches(source, options, options.batchRows ?? 10_000));
    },
  },
);

async function* rowBatches(
  source: Source,
  options: SvmlightOptions & BatchOptions,
  batchRows: number,
): AsyncGenerator<SvmlightData> {
  knownOptions('The options', options, [
    'columns',
    'zeroBased',
    'maxRecordLength',
    'batchRows',
    'signal',
    'onProgress',
  ]);
  const { columns, zeroBased = false, maxRecordLength = 1 << 24 } = options;
  if (columns !== undefined) positiveInteger('columns', columns);
  positiveInteger('batchRows', options.batchRows ?? 1);
  positiveInteger('maxRecordLength', maxRecordLength);
  if (typeof zeroBased !== 'boolean') fail('zeroBased', 'true or false', zeroBased);
  const opened = await openSource(source, options.signal);
  try {
    const watch = watcher(opened, options);
    const rows = new SparseAppender(columns, zeroBased ? 0 : 1, opened.name);
    let given = 0;
    for await (const { lines, firstLine } of textLines(opened, maxRecordLength)) {
      for (let i = 0; i < lines.length; i++) {
        rows.append(lines[i], firstLine + i);
        if (rows.pending < batchRows) continue;
        given++;
        yield rows.take();
      }
      watch(rows.total);
    }
    watch(rows.total);
    if (rows.pending > 0 || given === 0) yield rows.take();
  } finally {
    await opened.close();
  }
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?(?:inf|nan)$/i;

class SparseAppender {
  total = 0;
  pending = 0;
  private readonly columns: number | undefined;
  private readonly base: number;
  private readonly source: string | undefined;
  private widest = 0;
  private withQueries: boolean | undefined;
  private y: number[] = [];
  private queries: number[] = [];
  private indptr: number[] = [0];
  private indices: number[] = [];
  private values: number[] = [];

  constructor(columns: number | undefined, base: number, source: string | undefined) {
    this.columns = columns;
    this.base = base;
    this.source = source;
  }

  append(text: string, line: number): void {
    const comment = text.indexOf('#');
    const words = (comment < 0 ? text : text.slice(0, comment)).split(/\s+/).filter(Boolean);
    if (words.length === 0) return;
    const error = (code: 'type' | 'format', rule: string, value: string) =>
      new TableError(code, `${rule}. Received: ${show(value)}.`, {
        source: this.source,
        line,
        row: this.total,
        value,
      });
    const [label, ...rest] = words;
    if (!number.test(label)) throw error('type', 'the label must be a number', label);
    let query: number | undefined;
    const entries: { index: number; value: number }[] = [];
    rest.forEach((word, i) => {
      const at = word.indexOf(':');
      const key = word.slice(0, at);
      const value = word.slice(at + 1);
      if (at < 1 || !number.test(value))
        throw error('format', 'an entry must be `index:value`', word);
      if (key === 'qid' && i === 0) {
        query = toNumber(value);
        return;
      }
      if (!/^\d+$/.test(key)) throw error('format', 'an index must be a whole number', word);
      const index = Number(key) - this.base;
      const most = this.columns ?? 2 ** 32 - 1;
      if (index < 0 || index >= most) {
        throw error(
          'format',
          `an index must be from ${this.base} to ${most - 1 + this.base}`,
          word,
        );
      }
      entries.push({ index, value: toNumber(value) });
    });
    this.withQueries ??= query !== undefined;
    if (this.withQueries !== (query !== undefined)) {
      throw error('format', 'all rows must have a `qid:`, or none', text.slice(0, 40));
    }
    entries.sort((a, b) => a.index - b.index);
    entries.forEach(({ index, value }, i) => {
      if (index === entries[i - 1]?.index) {
        throw error('format', 'an index may come once in a row', `${index + this.base}`);
      }
      this.widest = Math.max(this.widest, index + 1);
      if (value === 0) return;
      this.indices.push(index);
      this.values.push(value);
    });
    this.indptr.push(this.indices.length);
    this.y.push(toNumber(label));
    if (query !== undefined) this.queries.push(query);
    this.total++;
    this.pending++;
  }

  take(): SvmlightData {
    const x: SparseRows = {
      indptr: Uint32Array.from(this.indptr),
      indices: Uint32Array.from(this.indices),
      values: Float32Array.from(this.values),
      shape: [this.pending, this.columns ?? this.widest],
    };
    const y = Float64Array.from(this.y);
    const data = this.withQueries ? { x, y, queries: Float64Array.from(this.queries) } : { x, y };
    this.pending = 0;
    [this.y, this.queries, this.indptr, this.indices, this.values] = [[], [], [0], [], []];
    return data;
  }
}

const toNumber = (text: string) =>
  /inf/i.test(text)
    ? text.startsWith('-')
      ? -Infinity
      : Infinity
    : Number(text.toLowerCase() === 'nan' ? Number.NaN : text);
