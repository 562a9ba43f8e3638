import type { NumberColumn } from '../columns.ts';
import { type FieldRules, parseNumber } from '../field-rules.ts';
import { bytesText } from '../read/bytes.ts';
import { parseDecimal } from '../read/parse-decimal.ts';
import type { RecordBlock } from '../read/record-block.ts';
import type { ColumnBuilder } from './builder.ts';
import { Store } from './store.ts';

export class NumberBuilder implements ColumnBuilder {
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
