import {
  type BooleanColumn,
  type CategoryColumn,
  type Column,
  type ColumnType,
  codeOf,
  type DateColumn,
  missingBoolean,
  type NumberColumn,
  type TextColumn,
} from './columns.ts';
import { type FieldRules, parseBoolean, parseDate, parseNumber } from './field-rules.ts';
import { ByteDictionary, ParseCache } from './read/byte-dictionary.ts';
import { bytesText } from './read/bytes.ts';
import { fieldText, type RecordBlock } from './read/csv-scan.ts';
import { parseDecimal } from './read/parse-decimal.ts';

/** Collects the values of one column, of a type that is settled. */
export interface ColumnBuilder {
  readonly type: ColumnType;
  /**
   * Appends field `at` of the records from `from` to before `end`, parsed. A record that has no such
   * field has a missing value.
   *
   * @returns the first record whose field the type does not hold, or −1. Nothing after it counts.
   * @throws TypeError if a text is not UTF-8.
   */
  appendFields(block: RecordBlock, at: number, from: number, end: number): number;
  /** Appends a value of JavaScript; false if the type does not hold it. `null` is missing. */
  push(value: unknown): boolean;
  /** The column of what was appended since the last call. */
  take(): Column;
}

/** @param levels a category's levels where they are given: then no others are held. */
export function columnBuilder(
  name: string,
  type: ColumnType,
  rules: FieldRules,
  levels?: readonly string[],
): ColumnBuilder {
  switch (type) {
    case 'number':
      return new NumberBuilder(name, rules);
    case 'category':
      return new CategoryBuilder(name, rules, levels);
    case 'text':
      return new TextBuilder(name, rules);
    case 'boolean':
      return new BooleanBuilder(name, rules);
    case 'date':
      return new DateBuilder(name, rules);
  }
}

/** A typed array that grows. */
class Store<T extends Float64Array | Int32Array | Uint8Array> {
  data: T;
  length = 0;
  private readonly make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.make = make;
    this.data = make(64);
  }

  /** Room for so many more. */
  reserve(more: number): T {
    if (this.length + more > this.data.length) {
      const larger = this.make(Math.max(2 * this.data.length, this.length + more));
      larger.set(this.data.subarray(0, this.length));
      this.data = larger;
    }
    return this.data;
  }

  take(): T {
    const taken = this.data.slice(0, this.length) as T;
    this.length = 0;
    return taken;
  }
}

class NumberBuilder implements ColumnBuilder {
  readonly type = 'number';
  private readonly name: string;
  private readonly rules: FieldRules;
  private readonly store = new Store((length) => new Float64Array(length));
  private readonly fast: boolean;

  constructor(name: string, rules: FieldRules) {
    this.name = name;
    this.rules = rules;
    this.fast = rules.decimal === '.' && rules.thousands === '' && !rules.numericMissing;
  }

  appendFields(block: RecordBlock, at: number, from: number, end: number): number {
    const { store, fast, rules } = this;
    const { bytes, starts, ends, first } = block;
    const data = store.reserve(end - from);
    let to = store.length;
    for (let i = from; i < end; i++) {
      const field = first[i] + at;
      const start = starts[field];
      const stop = field < first[i + 1] ? ends[field] : start;
      let value = fast ? parseDecimal(bytes, start, stop) : Number.NaN;
      if (Number.isNaN(value) && rules.missingBytes.find(bytes, start, stop) < 0) {
        const text = bytesText(bytes, start, stop);
        value = rules.missing.has(text.trim()) ? Number.NaN : parseNumber(text, rules);
        if (Number.isNaN(value) && rules.strict && !rules.missing.has(text.trim())) {
          store.length = to;
          return i;
        }
      }
      data[to++] = value;
    }
    store.length = to;
    return -1;
  }

  push(value: unknown): boolean {
    const missing = value === null || value === undefined;
    const number = missing ? Number.NaN : Number(value);
    if (!missing && typeof value !== 'number' && !isSafeBigint(value)) return false;
    this.store.reserve(1)[this.store.length++] = number;
    return true;
  }

  take(): NumberColumn {
    return { type: 'number', name: this.name, values: this.store.take() };
  }
}

const isSafeBigint = (value: unknown) =>
  typeof value === 'bigint' && Number.isSafeInteger(Number(value));

class CategoryBuilder implements ColumnBuilder {
  readonly type = 'category';
  private readonly name: string;
  private readonly rules: FieldRules;
  private readonly store = new Store((length) => new Int32Array(length));
  private readonly given: readonly string[] | undefined;
  private levels = new Map<string, number>();
  /** The texts of fields, and the code of each. */
  private texts = new ByteDictionary();
  private codes: number[] = [];

  constructor(name: string, rules: FieldRules, given?: readonly string[]) {
    this.name = name;
    this.rules = rules;
    this.given = given;
    this.clear();
  }

  appendFields(block: RecordBlock, at: number, from: number, end: number): number {
    const { store, codes, texts } = this;
    const { bytes, starts, ends, first } = block;
    const data = store.reserve(end - from);
    let to = store.length;
    for (let i = from; i < end; i++) {
      const field = first[i] + at;
      const start = starts[field];
      const stop = field < first[i + 1] ? ends[field] : start;
      const known = texts.find(bytes, start, stop);
      const code = known < 0 ? this.newCode(bytes, start, stop) : codes[known];
      if (code === undefined) {
        store.length = to;
        return i;
      }
      data[to++] = code;
    }
    store.length = to;
    return -1;
  }

  /** Numbers count by their shortest text: rows often bring a code as a number. */
  push(value: unknown): boolean {
    let code: number | undefined = -1;
    if (value !== null && value !== undefined) {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') {
        return false;
      }
      if (!Number.isNaN(value)) code = this.level(String(value));
    }
    if (code === undefined) return false;
    this.store.reserve(1)[this.store.length++] = code;
    return true;
  }

  take(): CategoryColumn {
    const column: CategoryColumn = {
      type: 'category',
      name: this.name,
      codes: this.store.take(),
      levels: [...this.levels.keys()],
      ordered: this.given !== undefined,
    };
    // A stream of names that never repeat must not fill the memory.
    this.clear();
    return column;
  }

  private clear(): void {
    this.levels = new Map((this.given ?? []).map((level, i) => [level, i]));
    this.texts = new ByteDictionary();
    this.codes = [];
  }

  private newCode(bytes: Uint8Array, start: number, end: number): number | undefined {
    const text = bytesText(bytes, start, end);
    const code = this.rules.missing.has(text.trim()) ? -1 : this.level(text);
    if (code !== undefined) this.codes[this.texts.add(bytes, start, end)] = code;
    return code;
  }

  private level(text: string): number | undefined {
    const known = this.levels.get(text);
    if (known !== undefined) return known;
    if (!this.given) return codeOf(this.levels, text);
    return this.rules.strict ? undefined : -1;
  }
}

class TextBuilder implements ColumnBuilder {
  readonly type = 'text';
  private readonly name: string;
  private readonly rules: FieldRules;
  private values: (string | null)[] = [];

  constructor(name: string, rules: FieldRules) {
    this.name = name;
    this.rules = rules;
  }

  appendFields(block: RecordBlock, at: number, from: number, end: number): number {
    const { values, rules } = this;
    for (let i = from; i < end; i++) {
      const text = textAt(block, i, at);
      values.push(rules.missing.has(text.trim()) ? null : text);
    }
    return -1;
  }

  push(value: unknown): boolean {
    if (value !== null && value !== undefined && typeof value !== 'string') return false;
    this.values.push(value ?? null);
    return true;
  }

  take(): TextColumn {
    const { values } = this;
    this.values = [];
    return { type: 'text', name: this.name, values };
  }
}

class BooleanBuilder implements ColumnBuilder {
  readonly type = 'boolean';
  private readonly name: string;
  private readonly rules: FieldRules;
  private readonly store = new Store((length) => new Uint8Array(length));

  constructor(name: string, rules: FieldRules) {
    this.name = name;
    this.rules = rules;
  }

  /** Nothing where a text is neither a value nor missing. */
  private readonly parsed = new ParseCache<number | undefined>((text) => {
    if (this.rules.missing.has(text.trim())) return missingBoolean;
    const value = parseBoolean(text);
    return value === undefined ? undefined : Number(value);
  });

  appendFields(block: RecordBlock, at: number, from: number, end: number): number {
    return appendParsed(
      this.store,
      this.parsed,
      { block, at, from, end },
      this.rules.strict,
      missingBoolean,
    );
  }

  push(value: unknown): boolean {
    const missing = value === null || value === undefined;
    if (!missing && typeof value !== 'boolean') return false;
    this.store.reserve(1)[this.store.length++] = missing ? missingBoolean : Number(value);
    return true;
  }

  take(): BooleanColumn {
    return { type: 'boolean', name: this.name, values: this.store.take() };
  }
}

class DateBuilder implements ColumnBuilder {
  readonly type = 'date';
  private readonly name: string;
  private readonly rules: FieldRules;
  private readonly store = new Store((length) => new Float64Array(length));

  constructor(name: string, rules: FieldRules) {
    this.name = name;
    this.rules = rules;
  }

  /** Nothing where a text is neither a date nor missing. */
  private readonly parsed = new ParseCache<number | undefined>((text) => {
    if (this.rules.missing.has(text.trim())) return Number.NaN;
    const time = parseDate(text, this.rules.dateOrder);
    return Number.isNaN(time) ? undefined : time;
  });

  appendFields(block: RecordBlock, at: number, from: number, end: number): number {
    return appendParsed(
      this.store,
      this.parsed,
      { block, at, from, end },
      this.rules.strict,
      Number.NaN,
    );
  }

  /** A `Date`, or its text as in files. */
  push(value: unknown): boolean {
    let time = Number.NaN;
    if (value instanceof Date) time = value.getTime();
    else if (typeof value === 'string') time = parseDate(value, this.rules.dateOrder);
    else if (value !== null && value !== undefined) return false;
    if (Number.isNaN(time) && typeof value === 'string') return false;
    this.store.reserve(1)[this.store.length++] = time;
    return true;
  }

  take(): DateColumn {
    return { type: 'date', name: this.name, values: this.store.take() };
  }
}

/** Appends fields that are parsed as texts; `missing` stands for those that are no value. */
function appendParsed(
  store: Store<Uint8Array> | Store<Float64Array>,
  parsed: ParseCache<number | undefined>,
  { block, at, from, end }: { block: RecordBlock; at: number; from: number; end: number },
  strict: boolean,
  missing: number,
): number {
  const { bytes, starts, ends, first } = block;
  const data = store.reserve(end - from);
  for (let i = from; i < end; i++) {
    const field = first[i] + at;
    const start = starts[field];
    const value = parsed.get(bytes, start, field < first[i + 1] ? ends[field] : start);
    if (value === undefined && strict) return i;
    data[store.length++] = value ?? missing;
  }
  return -1;
}

/** The text of a record's field; nothing where the record has no such field. */
function textAt(block: RecordBlock, record: number, at: number): string {
  const field = block.first[record] + at;
  return field < block.first[record + 1] ? fieldText(block, field) : '';
}
