import { kindOf, rangeError, shown, typeError } from '@kernel-methods/check';
import type { AnyRow, ColumnType, EncodedRows, Remark } from '@kernel-methods/tables';
import type { Columns, ColumnValue } from './columns.ts';

/** The part of a table encoder that knows which columns and values a model sees. */
export interface KnowsColumns {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly remarks: readonly Remark[];
  transform(rows: Readonly<AnyRow>): EncodedRows;
}

/** @throws RangeError unless the model predicts from the column. */
export function requireFeature({ columns, remarks }: KnowsColumns, name: string): void {
  if (Object.hasOwn(columns, name)) return;
  const why = remarks.find(({ column }) => column === name)?.message;
  const rule = `name a column from which the model predicts: ${list(Object.keys(columns))}`;
  throw rangeError('column', rule, shown(name), why);
}

/**
 * @throws TypeError if a column of this type cannot hold the value; RangeError if it is a category
 * that neither the rows nor the model know, for which the curve would be flat.
 */
export function requireValue(
  columns: Columns,
  name: string,
  value: ColumnValue,
  argument: string,
  encoder: KnowsColumns | undefined,
): void {
  const type = columns.type(name);
  const hasBlanks = encoder !== undefined;
  if (value === null && hasBlanks) return;
  const [kind, holds] = KINDS[type];
  if (!holds(value)) {
    const received = typeof value === 'number' ? String(value) : kindOf(value);
    const rule = `be ${kind} in column ${shown(name)}${hasBlanks ? ', or null' : ''}`;
    throw typeError(argument, rule, received);
  }
  if (type !== 'category' || encoder === undefined) return;
  const known = columns.values(name);
  if (known.includes(value) || !isCodedAsUnseen(encoder, name, value)) return;
  const levels = [...new Set(known)].filter((level) => level !== null).map(String);
  const rule = `be a value of column ${shown(name)} that the model or \`x\` knows: ${list(levels.sort())}`;
  throw rangeError(argument, rule, shown(value));
}

const isFiniteNumber = (value: ColumnValue) => Number.isFinite(value);
const isText = (value: ColumnValue) => typeof value === 'string';

const KINDS: Record<ColumnType, readonly [kind: string, holds: (value: ColumnValue) => boolean]> = {
  number: ['a finite number', isFiniteNumber],
  category: ['a string', isText],
  text: ['a string', isText],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  date: ['a Date', (value) => value instanceof Date && !Number.isNaN(value.getTime())],
};

/** No category that anybody has. */
const UNSEEN = '\u0000 unseen \u0000';

/** Whether the encoder codes a value as any that it never saw. */
function isCodedAsUnseen(encoder: KnowsColumns, name: string, value: ColumnValue): boolean {
  const row = Object.fromEntries(Object.keys(encoder.columns).map((one) => [one, null]));
  const codeOf = (one: ColumnValue) => {
    const coded = encoder.transform({ ...row, [name]: one } as AnyRow);
    return JSON.stringify(
      'indptr' in coded ? [...coded.indices, ...coded.values] : [...coded.data],
    );
  };
  return codeOf(value) === codeOf(UNSEEN);
}

const list = (names: readonly string[]) =>
  names.length > 10 ? `${names.slice(0, 10).join(', ')}, …` : names.join(', ');
