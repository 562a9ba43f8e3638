import { type BooleanColumn, type DateColumn, missingBoolean } from '../columns.ts';
import { type FieldRules, parseBoolean, parseDate } from '../field-rules.ts';
import { ParseCache } from '../read/byte-dictionary.ts';
import type { RecordBlock } from '../read/record-block.ts';
import type { ColumnBuilder } from './builder.ts';
import { Store } from './store.ts';

/** Builds columns of numbers that texts stand for. Each different text is parsed once. */
abstract class ParsedBuilder<Values extends Uint8Array | Float64Array> {
  protected readonly name: string;
  protected readonly rules: FieldRules;
  protected readonly store: Store<Values>;
  /** The number that stands for no value. */
  private readonly missing: number;
  /** Nothing where a text is neither a value nor missing. */
  private readonly parsed: ParseCache<number | undefined>;

  constructor(
    name: string,
    rules: FieldRules,
    make: (length: number) => Values,
    missing: number,
    parse: (text: string) => number | undefined,
  ) {
    this.name = name;
    this.rules = rules;
    this.store = new Store(make);
    this.missing = missing;
    this.parsed = new ParseCache((text) =>
      rules.missing.has(text.trim()) ? missing : parse(text),
    );
  }

  /** The number of a value of JavaScript; nothing if the type does not hold it. */
  protected abstract numberOf(value: unknown): number | undefined;

  appendFields(block: RecordBlock, at: number, from: number, end: number): number {
    const { store, parsed, missing } = this;
    const { strict } = this.rules;
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

  push(value: unknown): boolean {
    const number = value === null || value === undefined ? this.missing : this.numberOf(value);
    if (number === undefined) return false;
    this.store.reserve(1)[this.store.length++] = number;
    return true;
  }
}

export class BooleanBuilder extends ParsedBuilder<Uint8Array> implements ColumnBuilder {
  readonly type = 'boolean';

  constructor(name: string, rules: FieldRules) {
    super(
      name,
      rules,
      (length) => new Uint8Array(length),
      missingBoolean,
      (text) => {
        const value = parseBoolean(text);
        return value === undefined ? undefined : Number(value);
      },
    );
  }

  protected override numberOf(value: unknown): number | undefined {
    return typeof value === 'boolean' ? Number(value) : undefined;
  }

  take(): BooleanColumn {
    return { type: 'boolean', name: this.name, values: this.store.take() };
  }
}

export class DateBuilder extends ParsedBuilder<Float64Array> implements ColumnBuilder {
  readonly type = 'date';

  constructor(name: string, rules: FieldRules) {
    const parse = (text: string) => timeOf(text, rules);
    super(name, rules, (length) => new Float64Array(length), Number.NaN, parse);
  }

  /** A `Date`, or its text as in files. */
  protected override numberOf(value: unknown): number | undefined {
    if (value instanceof Date) return value.getTime();
    return typeof value === 'string' ? timeOf(value, this.rules) : undefined;
  }

  take(): DateColumn {
    return { type: 'date', name: this.name, values: this.store.take() };
  }
}

function timeOf(text: string, { dateOrder }: FieldRules): number | undefined {
  const time = parseDate(text, dateOrder);
  return Number.isNaN(time) ? undefined : time;
}
