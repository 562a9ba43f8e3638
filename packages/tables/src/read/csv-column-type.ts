import { columnBuilder } from '../build/column-builder.ts';
import type { CategoryColumn, ColumnType, NumberColumn } from '../columns.ts';
import type { FieldRules } from '../field-rules.ts';
import { inferFieldType } from '../infer.ts';
import { bytesText } from './bytes.ts';
import type { RecordBlock } from './record-block.ts';

/** The type that holds the fields of a column in some records. */
export function inferBlockType(
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
