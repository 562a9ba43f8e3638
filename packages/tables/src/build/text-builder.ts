import type { TextColumn } from '../columns.ts';
import type { FieldRules } from '../field-rules.ts';
import { fieldText, type RecordBlock } from '../read/record-block.ts';
import type { ColumnBuilder } from './builder.ts';

export class TextBuilder implements ColumnBuilder {
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

/** The text of a record's field; nothing where the record has no such field. */
function textAt(block: RecordBlock, record: number, at: number): string {
  const field = block.first[record] + at;
  return field < block.first[record + 1] ? fieldText(block, field) : '';
}
