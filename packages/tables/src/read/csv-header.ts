import { show } from '../check.ts';
import type { FieldRules } from '../field-rules.ts';
import { TableError } from '../table-error.ts';
import { looksLikeHeader } from './csv-dialect.ts';
import type { CsvOptions } from './csv-options.ts';
import { badText } from './decode.ts';
import { fieldText, type RecordBlock } from './record-block.ts';

/** The columns' names, and the first record that is a row. */
export function takeHeader(
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
