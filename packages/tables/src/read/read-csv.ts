import { knownOptions, oneOf, positiveInteger } from '@kernel-methods/check';
import { fail, show } from '../check.ts';
import { type ColumnBuilder, columnBuilder } from '../column-builder.ts';
import { valueError } from '../column-from-values.ts';
import type { CategoryColumn, ColumnType, NumberColumn } from '../columns.ts';
import {
  type FieldOptions,
  type FieldRules,
  fieldOptionNames,
  fieldRules,
} from '../field-rules.ts';
import { inferFieldType } from '../infer.ts';
import { type AnyRow, type RowOf, Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import { type ColumnSpec, specOf } from '../table-from-rows.ts';
import { only, watcher } from './batched.ts';
import { bytesText, concatBytes } from './bytes.ts';
import { findDialect, looksLikeHeader } from './csv-dialect.ts';
import { csvRecords, fieldText, type RecordBlock } from './csv-scan.ts';
import { asUtf8, badText, checkEncoding } from './decode.ts';
import {
  type BatchOptions,
  checkReaderOptions,
  readerOptionNames,
  type TableReaderOptions,
} from './reader-options.ts';
import { type OpenSource, openSource, type Source, unpacked } from './source.ts';

export interface CsvOptions<Specs extends Record<string, ColumnSpec> = Record<string, ColumnSpec>>
  extends TableReaderOptions<Specs>,
    FieldOptions {
  /** What stands between two fields. Default: detected among comma, semicolon, tab and `|`. */
  delimiter?: string;
  /**
   * What encloses a field that holds a separator or a line break. Default: detected, `"` or `'`.
   */
  quote?: string;
  /**
   * Whether the first record names the columns; or the names, where the file has none. Default
   * 'auto': it does unless it has numbers, dates, blanks, or values that occur again below.
   */
  header?: boolean | 'auto' | readonly string[];
  /** The label of the text's encoding, as `TextDecoder` has them. Default utf-8. */
  encoding?: string;
  /** What happens to a record with too few fields: an error, or blanks for the rest. */
  ragged?: 'error' | 'pad';
  /** What happens to a name that occurs twice: an error, or `name_2`. */
  duplicateNames?: 'error' | 'number';
  /**
   * The maximum number of bytes of a record, which limits what an unclosed quote can cost. Default
   * 2^24.
   */
  maxRecordLength?: number;
}

const optionNames = [
  ...readerOptionNames,
  ...fieldOptionNames,
  'delimiter',
  'quote',
  'header',
  'encoding',
  'ragged',
  'duplicateNames',
  'maxRecordLength',
] as const;

/** The rows that a reader gives: those of the columns that it was told, and others. */
export type ReadRow<Specs> = string extends keyof Specs ? AnyRow : RowOf<Specs> & AnyRow;

interface CsvReader {
  <const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: CsvOptions<Specs>,
  ): Promise<Table<ReadRow<Specs>>>;
  /** The same, some rows at a time. Categories number their levels in each batch anew. */
  batches<const Specs extends Record<string, ColumnSpec>>(
    source: Source,
    options?: CsvOptions<Specs> & BatchOptions,
  ): AsyncGenerator<Table<ReadRow<Specs>>>;
}

/**
 * Reads delimited text (RFC 4180), gzipped or not. Quotes, separators, the header and the columns'
 * types are detected from the beginning of the file where they are not given; a later value that
 * does not fit its column is an error. Empty lines are skipped.
 *
 * @throws TableError with the line, and where there is one the row, column and value.
 *
 * @example
 * const table = await readCsv('people.csv', { columns: { zip: 'category' } });
 */
export const readCsv: CsvReader = Object.assign(
  (source: Source, options: CsvOptions = {}) => only(csvBatches(source, options, Infinity)),
  {
    batches: (source: Source, options: CsvOptions & BatchOptions = {}) =>
      csvBatches(source, options, options.batchRows ?? 10_000),
  },
) as CsvReader;

/**
 * `readCsv` with tabs between the fields.
 *
 * @example
 * const table = await readTsv('people.tsv', { columns: { zip: 'category' } });
 */
export const readTsv: CsvReader = Object.assign(
  (source: Source, options: CsvOptions = {}) => readCsv(source, { delimiter: '\t', ...options }),
  {
    batches: (source: Source, options: CsvOptions & BatchOptions = {}) =>
      readCsv.batches(source, { delimiter: '\t', ...options }),
  },
) as CsvReader;

async function* csvBatches(
  source: Source,
  options: CsvOptions,
  batchRows: number,
): AsyncGenerator<Table> {
  const rules = checkCsvOptions(options);
  const opened = await openSource(source, options.signal);
  try {
    yield* readOpened(opened, options, rules, batchRows);
  } finally {
    await opened.close();
  }
}

async function* readOpened(
  opened: OpenSource,
  options: CsvOptions,
  rules: FieldRules,
  batchRows: number,
): AsyncGenerator<Table> {
  const { name } = opened;
  const { maxRecordLength = 1 << 24, encoding = 'utf-8', delimiter, quote } = options;
  const watch = watcher(opened, options);
  const pieces = asUtf8(unpacked(opened), encoding, name);
  const head = await beginning(pieces, () => watch(0));
  const dialect = findDialect(head.bytes, head.whole, { delimiter, quote, trim: rules.trim });
  const rest = head.whole ? undefined : pieces;
  let rows: RowAppender | undefined;
  let given = 0;
  for await (const block of csvRecords(head.bytes, rest, dialect, maxRecordLength, name)) {
    let from = 0;
    if (!rows) {
      const header = takeHeader(block, options, rules, name);
      from = header.from;
      rows = new RowAppender(header.names, block, from, options, rules, name);
    }
    while (from < block.count) {
      from = rows.append(block, from, batchRows);
      if (rows.pending < batchRows) continue;
      given++;
      yield rows.take();
    }
    watch(rows.total);
  }
  if (!rows) {
    const empty =
      'there are no records: it is empty. Pass names as `header` for a table without rows.';
    if (typeof options.header !== 'object') throw new TableError('empty', empty, { source: name });
    rows = new RowAppender([...(options.header as string[])], noRecords, 0, options, rules, name);
  }
  watch(rows.total);
  // A file of a header alone is a table without rows.
  if (rows.pending > 0 || given === 0) yield rows.take();
}

const noRecords: RecordBlock = {
  bytes: new Uint8Array(0),
  starts: new Uint32Array(0),
  ends: new Uint32Array(0),
  first: new Uint32Array(1),
  lines: new Float64Array(0),
  count: 0,
};

/** What types are told from at most, so that they do not depend on how a file comes in pieces. */
const headLength = 1 << 22;

/** The first bytes of a file, and whether that is all of it. */
async function beginning(
  pieces: AsyncGenerator<Uint8Array>,
  watch: () => void,
): Promise<{ bytes: Uint8Array; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  while (length < headLength && !whole) {
    const { done, value } = await pieces.next();
    watch();
    whole = done === true;
    if (!value) continue;
    chunks.push(value);
    length += value.length;
  }
  return { bytes: concatBytes(chunks, length), whole };
}

/** The columns' names, and the first record that is a row. */
function takeHeader(
  block: RecordBlock,
  options: CsvOptions,
  rules: FieldRules,
  source: string | undefined,
): { names: string[]; from: number } {
  const { header = 'auto', duplicateNames = 'error' } = options;
  if (typeof header === 'object') return { names: [...header], from: 0 };
  const line = block.lines[0];
  const record = fieldsOf(block, 0, source);
  const few = () =>
    Array.from({ length: Math.min(block.count, 200) }, (_, i) => fieldsOf(block, i, source));
  const named = header === 'auto' ? looksLikeHeader(few(), rules) : header;
  if (!named) return { names: record.map((_, i) => `column_${i + 1}`), from: 0 };
  const names = record.map((field, i) => field.trim() || `column_${i + 1}`);
  return { names: uniqueNames(names, duplicateNames === 'number', { source, line }), from: 1 };
}

function fieldsOf(block: RecordBlock, record: number, source: string | undefined): string[] {
  const { first, lines } = block;
  try {
    return Array.from({ length: first[record + 1] - first[record] }, (_, i) =>
      fieldText(block, first[record] + i),
    );
  } catch (cause) {
    throw badText('utf-8', { source, line: lines[record] }, cause);
  }
}

function uniqueNames(
  names: readonly string[],
  number: boolean,
  place: { source?: string; line: number },
): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    if (!number) {
      const what = `the name ${show(name)} is given to two columns. Pass \`duplicateNames: 'number'\` to tell them apart, or \`header: false\` if these are values.`;
      throw new TableError('header', what, { ...place, column: name });
    }
    let other = 2;
    while (taken.has(`${name}_${other}`)) other++;
    taken.add(`${name}_${other}`);
    return `${name}_${other}`;
  });
}

/** Puts records into columns. */
class RowAppender {
  total = 0;
  pending = 0;
  private readonly names: readonly string[];
  private readonly places: number[];
  private readonly builders: ColumnBuilder[];
  private readonly pad: boolean;
  private readonly source: string | undefined;

  constructor(
    names: readonly string[],
    sample: RecordBlock,
    from: number,
    { columns = {}, select, sampleRows = 10_000, ragged = 'error' }: CsvOptions,
    rules: FieldRules,
    source: string | undefined,
  ) {
    this.names = names;
    this.source = source;
    this.pad = ragged === 'pad';
    for (const name of [...(select ?? []), ...Object.keys(columns)]) {
      if (names.includes(name)) continue;
      const what = `there is no column ${show(name)}. The columns are ${names.map(show).join(', ')}.`;
      throw new TableError('columns', what, { source, column: name });
    }
    this.places = (select ?? names).map((name) => names.indexOf(name));
    const end = Math.min(from + sampleRows, sample.count);
    this.builders = this.places.map((at) => {
      const name = names[at];
      const spec = specOf(columns, name);
      const type = spec?.type ?? inferBlockType(sample, at, from, end, rules);
      return columnBuilder(name, type, rules, spec?.levels);
    });
  }

  /** Appends records from `from` until so many rows are pending; gives the first that is left. */
  append(block: RecordBlock, from: number, most: number): number {
    const stop = Math.min(block.count, from + most - this.pending);
    const ragged = this.firstRagged(block, from, stop);
    let end = ragged < 0 ? stop : ragged;
    let bad: ColumnBuilder | undefined;
    let place = 0;
    this.builders.forEach((builder, i) => {
      const record = this.appendColumn(builder, block, this.places[i], from, end);
      if (record < 0) return;
      // The first row that is wrong is told, whichever column it is in.
      [end, bad, place] = [record, builder, this.places[i]];
    });
    const row = this.total + end - from;
    const line = block.lines[end];
    if (bad) {
      const value = fieldText(block, block.first[end] + place);
      throw valueError(this.names[place], bad.type, value, row, line, this.source);
    }
    if (ragged >= 0) {
      const fields = block.first[ragged + 1] - block.first[ragged];
      const what = `a record has ${count(fields, 'field')}, and there are ${count(this.names.length, 'column')}.${this.pad ? '' : " Pass `ragged: 'pad'` if fields at the end may be left out."}`;
      throw new TableError('ragged', what, { source: this.source, line, row });
    }
    this.total += stop - from;
    this.pending += stop - from;
    return stop;
  }

  private appendColumn(
    builder: ColumnBuilder,
    block: RecordBlock,
    at: number,
    from: number,
    end: number,
  ): number {
    try {
      return builder.appendFields(block, at, from, end);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      for (let i = from; i < end; i++) {
        try {
          fieldText(block, block.first[i] + at);
        } catch {
          const place = { source: this.source, line: block.lines[i], row: this.total + i - from };
          throw badText('utf-8', { ...place, column: this.names[at] }, cause);
        }
      }
      throw cause;
    }
  }

  take(): Table {
    this.pending = 0;
    return new Table(this.builders.map((builder) => builder.take()));
  }

  /** The first record with a number of fields that is wrong, or −1. */
  private firstRagged({ first }: RecordBlock, from: number, end: number): number {
    const { length } = this.names;
    for (let i = from; i < end; i++) {
      const fields = first[i + 1] - first[i];
      if (fields !== length && !(this.pad && fields < length)) return i;
    }
    return -1;
  }
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

/** The type that holds the fields of a column in some records. */
function inferBlockType(
  block: RecordBlock,
  at: number,
  from: number,
  end: number,
  rules: FieldRules,
): ColumnType {
  try {
    const numbers = columnBuilder('', 'number', { ...rules, strict: true });
    const held = numbers.appendFields(block, at, from, end) < 0;
    const present = (numbers.take() as NumberColumn).values.some((value) => !Number.isNaN(value));
    if (held && present && !hasCode(block, at, from, end)) return 'number';
  } catch {
    return 'category';
  }
  const column = columnBuilder('', 'category', { ...rules, strict: false });
  try {
    column.appendFields(block, at, from, end);
  } catch {
    // Bytes that are no text: the column's own reading says where.
    return 'category';
  }
  const { codes, levels } = column.take() as CategoryColumn;
  const counts = new Map(levels.map((level) => [level, 0]));
  for (const code of codes) if (code >= 0) counts.set(levels[code], counts.get(levels[code])! + 1);
  return inferFieldType(counts, rules);
}

/** Whether a field is a whole number with a leading zero: that is a code. */
function hasCode(block: RecordBlock, at: number, from: number, end: number): boolean {
  const { bytes, starts, ends, first } = block;
  for (let i = from; i < end; i++) {
    const field = first[i] + at;
    if (field >= first[i + 1]) continue;
    let start = starts[field];
    if (bytes[start] === 43 || bytes[start] === 45) start++;
    const next = bytes[start + 1];
    const isCode = ends[field] > start + 1 && bytes[start] === 48 && next >= 48 && next <= 57;
    if (isCode && /^\d+$/.test(bytesText(bytes, start, ends[field]))) return true;
  }
  return false;
}

function checkCsvOptions(options: CsvOptions): FieldRules {
  knownOptions('The options', options, optionNames);
  checkReaderOptions(options);
  const { delimiter, quote, header = 'auto', encoding = 'utf-8' } = options;
  if (
    delimiter !== undefined &&
    (typeof delimiter !== 'string' || !/^[^\r\n"\ufeff]+$/.test(delimiter))
  ) {
    fail('delimiter', 'a character or more, no quote or line break', delimiter);
  }
  if (quote !== undefined && (typeof quote !== 'string' || !/^[!-~]$/.test(quote))) {
    fail('quote', 'one character of ASCII, no space', quote);
  }
  if (quote !== undefined && delimiter?.includes(quote)) fail('quote', 'no delimiter', quote);
  if (Array.isArray(header)) {
    const names = header.length > 0 && header.every((name) => typeof name === 'string');
    if (!names || new Set(header).size < header.length) {
      fail('header', 'true, false, auto, or distinct names', header);
    }
  } else {
    oneOf('header', header, [true, false, 'auto'], '"');
  }
  oneOf('ragged', options.ragged ?? 'error', ['error', 'pad'], '"');
  oneOf('duplicateNames', options.duplicateNames ?? 'error', ['error', 'number'], '"');
  positiveInteger('maxRecordLength', options.maxRecordLength ?? 1);
  checkEncoding(encoding);
  const own = fieldOptionNames.filter((name) => options[name] !== undefined);
  return fieldRules(Object.fromEntries(own.map((name) => [name, options[name]])));
}
