import type { ColumnType } from './columns.ts';
import { type FieldRules, parseBoolean, parseDate, parseNumber } from './field-rules.ts';

/**
 * The type of a column from the texts of its fields, blanks aside, and how often each comes: the
 * narrowest of boolean, number and date that holds all of them; else text or category. Whole numbers
 * with leading zeros are codes, not numbers.
 */
export function inferFieldType(counts: ReadonlyMap<string, number>, rules: FieldRules): ColumnType {
  const texts = [...counts.keys()];
  // There is no evidence for a type: a category can hold any value.
  if (texts.length === 0) return 'category';
  if (texts.every((text) => parseBoolean(text) !== undefined)) return 'boolean';
  if (texts.every((text) => isNumber(text, rules))) return 'number';
  if (texts.every((text) => !Number.isNaN(parseDate(text, rules.dateOrder)))) return 'date';
  return inferTextType(counts);
}

const code = /^[+-]?0\d+$/;

const isNumber = (text: string, rules: FieldRules) =>
  !Number.isNaN(parseNumber(text, rules)) && !code.test(text.trim());

/**
 * Whether texts are sentences or names: text if they have four words or more on average and seldom
 * repeat, category else.
 */
export function inferTextType(counts: ReadonlyMap<string, number>): 'text' | 'category' {
  let rows = 0;
  let words = 0;
  for (const [text, count] of counts) {
    rows += count;
    words += count * countWords(text);
  }
  const sentences = words >= 4 * rows && counts.size > 0.3 * rows && counts.size > 1;
  return sentences ? 'text' : 'category';
}

const unspaced = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/;

/** Words; where a script writes none apart (Chinese, Thai), a word is taken as two characters. */
function countWords(text: string): number {
  let words = 0;
  for (const [word] of text.matchAll(/\S+/g)) {
    words += unspaced.test(word) ? Math.ceil(word.length / 2) : 1;
  }
  return words;
}

/** The type of JavaScript's values; `undefined` if they are of none or of several. */
export function inferValueType(
  values: Iterable<unknown>,
  { dates }: { dates: boolean },
): ColumnType | undefined {
  const kinds = new Set<string>();
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value === null || value === undefined) continue;
    if (value instanceof Date) kinds.add('date');
    else if (typeof value === 'bigint') kinds.add('number');
    else kinds.add(typeof value);
    if (typeof value === 'string') counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (kinds.size === 0) return 'category';
  if (kinds.size > 1) return undefined;
  const [kind] = kinds;
  if (kind === 'number' || kind === 'boolean' || kind === 'date') return kind;
  if (kind !== 'string') return undefined;
  const allDates = [...counts.keys()].every((text) => !Number.isNaN(parseDate(text, 'ymd')));
  return dates && allDates ? 'date' : inferTextType(counts);
}
