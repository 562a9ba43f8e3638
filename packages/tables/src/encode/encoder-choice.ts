import { knownOptions, nonNegativeInteger, oneOf } from '@kernel-methods/check';
import { fail, show } from '../check.ts';
import type { Column } from '../columns.ts';
import { TableError } from '../table-error.ts';
import { booleanEncoder } from './boolean-encoder.ts';
import { categoryEncoder } from './category-encoder.ts';
import type { ColumnEncoder } from './column-encoder.ts';
import { dateEncoder } from './date-encoder.ts';
import { numberEncoder } from './number-encoder.ts';
import { ordinalEncoder } from './ordinal-encoder.ts';
import { targetEncoder } from './target-encoder.ts';
import { textEncoder } from './text-encoder.ts';

/** An encoder, or `'drop'` to leave the column out. */
export type ColumnChoice = ColumnEncoder | 'drop';

export interface TableEncoderOptions {
  /** Encoders for single columns, by name, whatever their type. */
  columns?: Readonly<Record<string, ColumnChoice>>;
  /** Encoders for the other columns, by type. */
  numbers?: ColumnChoice;
  categories?: ColumnChoice;
  ordinals?: ColumnChoice;
  booleans?: ColumnChoice;
  dates?: ColumnChoice;
  texts?: ColumnChoice;
  /**
   * Whether rows are sparse. Default 'auto': they are if they are wide and nine of ten numbers are
   * 0.
   */
  sparse?: boolean | 'auto';
  /** Seed of everything that is drawn at random: the folds of target coding. Default 0. */
  seed?: number;
}

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function checkOptions(options: TableEncoderOptions): void {
  const kinds = Object.values(optionOf);
  knownOptions('The options', options, ['columns', ...kinds, 'sparse', 'seed']);
  const { columns = {}, sparse = 'auto', seed = 0 } = options;
  for (const name of Object.keys(columns)) checkChoice(`columns[${show(name)}]`, columns[name]);
  for (const kind of kinds) if (options[kind] !== undefined) checkChoice(kind, options[kind]);
  oneOf('sparse', sparse, [true, false, 'auto'], '"');
  nonNegativeInteger('seed', seed);
}

const optionOf = {
  number: 'numbers',
  category: 'categories',
  ordinal: 'ordinals',
  boolean: 'booleans',
  date: 'dates',
  text: 'texts',
} as const;

const defaults = {
  numbers: numberEncoder(),
  categories: categoryEncoder(),
  ordinals: ordinalEncoder(),
  booleans: booleanEncoder(),
  dates: dateEncoder(),
  texts: textEncoder(),
};

export const builtIn = (): ColumnEncoder[] => [...Object.values(defaults), targetEncoder()];

export function choiceOf(options: TableEncoderOptions, column: Column): ColumnChoice {
  const ordered = column.type === 'category' && column.ordered;
  const kind = optionOf[ordered ? 'ordinal' : column.type];
  return options[kind] ?? defaults[kind];
}

export function checkAccepts(encoder: ColumnEncoder, { name, type }: Column): void {
  if (encoder.accepts.includes(type)) return;
  const what = `Column ${show(name)} is of type ${type}; the encoder ${show(encoder.kind)} takes ${encoder.accepts.join(', ')}.`;
  throw new TableError('columns', what, { column: name });
}

function checkChoice(name: string, choice: unknown): void {
  const encoder = choice as Partial<ColumnEncoder> | null;
  const right =
    choice === 'drop' ||
    (typeof encoder === 'object' &&
      typeof encoder?.kind === 'string' &&
      Array.isArray(encoder.accepts) &&
      typeof encoder.fit === 'function' &&
      typeof encoder.fromJSON === 'function');
  if (!right) fail(name, "'drop' or a column encoder (kind, accepts, fit, fromJSON)", choice);
}
