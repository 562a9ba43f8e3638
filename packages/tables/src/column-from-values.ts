import { columnBuilder } from './build/column-builder.ts';
import { fail, show } from './check.ts';
import { type Column, columnLength, columnTypes, missingBoolean } from './columns.ts';
import { usualRules } from './field-rules.ts';
import { inferValueType } from './infer.ts';
import { TableError } from './table-error.ts';

/** What becomes a column: an array of one kind of value, or a column as tables hold it. */
export type ColumnValues =
  | ArrayLike<number | bigint | null | undefined>
  | readonly (string | null | undefined)[]
  | readonly (boolean | null | undefined)[]
  | readonly (Date | null | undefined)[]
  | UnnamedColumn;

type Unnamed<T> = T extends Column ? Omit<T, 'name'> : never;

/** A column's storage without its name. */
export type UnnamedColumn = Unnamed<Column>;

/** @throws TableError if the values are of several types or of none. */
export function columnFromValues(name: string, values: ColumnValues): Column {
  if (isStored(values)) return checkStored({ ...values, name } as Column);
  if (values instanceof Float64Array) return { type: 'number', name, values: values.slice() };
  if (ArrayBuffer.isView(values) && !(values instanceof DataView) && !isBigints(values)) {
    return { type: 'number', name, values: Float64Array.from(values as ArrayLike<number>) };
  }
  if (typeof values === 'string' || typeof values?.length !== 'number') {
    fail(`columns[${show(name)}]`, 'an array or a column', values);
  }
  // Array.from has holes as undefined: an absent value is missing.
  const list = Array.from(values as ArrayLike<unknown>);
  const type = inferValueType(list, { dates: false });
  if (!type) {
    const kinds = new Set(
      list.filter((value) => value !== null && value !== undefined).map(kindOf),
    );
    const what = `Column ${show(name)} mixes or holds values of ${[...kinds].join(' and ')}. It must be of numbers, strings, booleans or dates.`;
    throw new TableError('type', what, { column: name });
  }
  const builder = columnBuilder(name, type, usualRules());
  list.forEach((value, row) => {
    if (!builder.push(value)) throw valueError(name, type, value, row);
  });
  return builder.take();
}

/** The error for a value that its column does not hold. */
export function valueError(
  column: string,
  type: string,
  value: unknown,
  row: number,
  line?: number,
  source?: string,
): TableError {
  const what = `Column ${show(column)} must hold ${wanted(type)}. Received: ${show(value)} in row ${row}.`;
  return new TableError('type', what, { source, line, row, column, value });
}

const wanted = (type: string) =>
  ({
    number: 'numbers',
    category: 'names of its levels',
    text: 'text',
    boolean: 'true or false',
    date: 'dates',
  })[type] ?? type;

const kindOf = (value: unknown) => (value instanceof Date ? 'Date' : typeof value);

const isBigints = (values: unknown) =>
  values instanceof BigInt64Array || values instanceof BigUint64Array;

const isStored = (values: ColumnValues): values is UnnamedColumn =>
  typeof (values as Partial<Column> | null)?.type === 'string';

/** Storage that is not what the type says would give wrong values much later. */
function checkStored(column: Column): Column {
  const at = `columns[${show(column.name)}]`;
  switch (column.type) {
    case 'number':
    case 'date':
      if (!(column.values instanceof Float64Array))
        fail(`${at}.values`, 'a Float64Array', column.values);
      break;
    case 'boolean':
      if (!(column.values instanceof Uint8Array))
        fail(`${at}.values`, 'a Uint8Array', column.values);
      for (const value of column.values) {
        if (value > missingBoolean) fail(`${at}.values`, '0, 1 or 2 for each row', value);
      }
      break;
    case 'category': {
      const { codes, levels } = column;
      if (!(codes instanceof Int32Array)) fail(`${at}.codes`, 'an Int32Array', codes);
      if (!Array.isArray(levels) || levels.some((level) => typeof level !== 'string')) {
        fail(`${at}.levels`, 'an array of strings', levels);
      }
      if (new Set(levels).size < levels.length) fail(`${at}.levels`, 'distinct', levels);
      for (const code of codes) {
        if (code < -1 || code >= levels.length)
          fail(`${at}.codes`, '-1 or an index in levels', code);
      }
      return { ...column, ordered: column.ordered ?? false };
    }
    case 'text':
      if (!Array.isArray(column.values)) fail(`${at}.values`, 'an array of strings', column.values);
      for (const value of column.values) {
        if (value !== null && typeof value !== 'string')
          fail(`${at}.values`, 'strings or null', value);
      }
      break;
    default:
      fail(`${at}.type`, columnTypes.join(', '), (column as { type: unknown }).type);
  }
  columnLength(column);
  return column;
}
