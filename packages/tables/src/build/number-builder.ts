import type { NumberColumn } from '../columns.ts';
import { type FieldRules, parseNumber } from '../field-rules.ts';
import { bytesText } from '../read/bytes.ts';
import { parseDecimal } from '../read/parse-decimal.ts';
import type { ColumnBuilder } from './builder.ts';
import { FieldBuilder } from './field-builder.ts';

export class NumberBuilder extends FieldBuilder<Float64Array> implements ColumnBuilder {
  readonly type = 'number';
  private readonly rules: FieldRules;
  private readonly fast: boolean;

  constructor(name: string, rules: FieldRules) {
    super(name, (length) => new Float64Array(length), Number.NaN);
    this.rules = rules;
    this.fast = rules.decimal === '.' && rules.thousands === '' && !rules.numericMissing;
  }

  protected override write(
    values: Float64Array,
    to: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean {
    const { fast, rules } = this;
    let value = fast ? parseDecimal(bytes, start, end) : Number.NaN;
    if (Number.isNaN(value) && rules.missingBytes.find(bytes, start, end) < 0) {
      const text = bytesText(bytes, start, end);
      const isMissing = rules.missing.has(text.trim());
      value = isMissing ? Number.NaN : parseNumber(text, rules);
      if (Number.isNaN(value) && rules.strict && !isMissing) return false;
    }
    values[to] = value;
    return true;
  }

  protected override numberOf(value: unknown): number | undefined {
    return typeof value === 'number' || isSafeBigint(value) ? Number(value) : undefined;
  }

  take(): NumberColumn {
    return { type: 'number', name: this.name, values: this.store.take() };
  }
}

const isSafeBigint = (value: unknown) =>
  typeof value === 'bigint' && Number.isSafeInteger(Number(value));
