import { type BooleanColumn, type DateColumn, missingBoolean } from '../columns.ts';
import { type FieldRules, parseBoolean, parseDate } from '../field-rules.ts';
import { ParseCache } from '../read/byte-dictionary.ts';
import type { ColumnBuilder } from './builder.ts';
import { FieldBuilder } from './field-builder.ts';

/** Builds columns of numbers that texts stand for. Each different text is parsed once. */
abstract class ParsedBuilder<
  Values extends Uint8Array | Float64Array,
> extends FieldBuilder<Values> {
  protected readonly rules: FieldRules;
  /** Nothing where a text is neither a value nor missing. */
  private readonly parsed: ParseCache<number | undefined>;

  constructor(
    name: string,
    rules: FieldRules,
    make: (length: number) => Values,
    missing: number,
    parse: (text: string) => number | undefined,
  ) {
    super(name, make, missing);
    this.rules = rules;
    this.parsed = new ParseCache((text) =>
      rules.missing.has(text.trim()) ? missing : parse(text),
    );
  }

  protected override write(
    values: Values,
    to: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const value = this.parsed.get(bytes, start, end);
    if (value === undefined && this.rules.strict) return false;
    values[to] = value ?? this.missing;
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
