import { knownOptions, oneOf } from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import { fail, show } from '../check.ts';
import { type Column, type ColumnType, columnTypes } from '../columns.ts';
import type { TableLike } from '../row-types.ts';
import { type EncodedRows, joinColumns } from '../sparse-rows.ts';
import { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import type { ColumnEncoder, FittedColumn, Json, Target } from './column-encoder.ts';
import {
  builtIn,
  checkAccepts,
  checkOptions,
  choiceOf,
  type TableEncoderOptions,
} from './encoder-choice.ts';
import { optionsFromJSON, optionsToJSON } from './encoder-options-json.ts';
import { columnsOf, isTable, type RowsLike } from './rows-as-columns.ts';
import { type TargetValues, targetOf } from './target.ts';
import { type Remark, whyDropped } from './why-dropped.ts';

export interface TableFitOptions {
  /**
   * The name of a column, which is then not a feature, or one value per row. Some encoders learn
   * from it.
   */
  target?: string | TargetValues;
}

interface LearnedColumn {
  name: string;
  type: ColumnType;
  kind: string;
  fitted: FittedColumn;
}

interface FittedState {
  columns: LearnedColumn[];
  sparse: boolean;
  remarks: Remark[];
}

/**
 * Codes tables of mixed columns as rows of numbers, by what it learned from one of them. See
 * `tableEncoder`.
 */
export class TableEncoder {
  private readonly options: TableEncoderOptions | undefined;
  private learned: FittedState | undefined;

  /** @param options left out for an encoder that was saved without them: it is not fitted again. */
  constructor(options: TableEncoderOptions | undefined) {
    this.options = options;
  }

  /**
   * What `toJSON` gave, back: it codes rows as before, and can be fitted again with the same options.
   * Encoders of one's own are passed by `encoders`.
   *
   * @throws RangeError if the JSON is damaged, or an encoder is missing.
   */
  static fromJSON(
    json: Json,
    { encoders = [] }: { encoders?: readonly ColumnEncoder[] } = {},
  ): TableEncoder {
    const saved = json as unknown as SavedEncoder;
    if (saved?.format !== format || !(saved.columns === undefined || isList(saved.columns))) {
      fail('json', `what a table encoder's toJSON gave (format ${format})`, saved?.format);
    }
    const options =
      saved.options === undefined ? undefined : optionsFromJSON(saved.options, encoders);
    const encoder = new TableEncoder(options);
    if (saved.columns === undefined) return encoder;
    checkSaved(saved);
    const byKind = new Map([...builtIn(), ...encoders].map((encoder) => [encoder.kind, encoder]));
    const columns = saved.columns.map(({ name, type, kind, state }) => {
      const encoder = byKind.get(kind);
      if (!encoder)
        fail(
          'encoders',
          `with one of the kind ${show(kind)}, by which column ${show(name)} was coded`,
          encoders,
        );
      oneOf(`type of ${show(name)}`, type, columnTypes, '"');
      return { name, type, kind, fitted: encoder.fromJSON(state) };
    });
    encoder.learned = { columns, sparse: saved.sparse, remarks: saved.remarks };
    return encoder;
  }

  get isFitted(): boolean {
    return this.learned !== undefined;
  }

  /** An encoder with the same options that is not fitted. */
  clone(): TableEncoder {
    return new TableEncoder(this.ownOptions());
  }

  /**
   * Learns from a table; what was learned before is forgotten.
   *
   * @throws TableError if no column is left, RangeError if the target does not fit.
   */
  fit(table: TableLike, options: TableFitOptions = {}): this {
    this.learn(table, options, false);
    return this;
  }

  /**
   * Learns from a table and codes its rows, for a model to train on. Where a column is coded by the
   * target, each row is coded by what was learned from other rows; `fit` followed by `transform`
   * would leak its target.
   */
  fitTransform(table: TableLike, options: TableFitOptions = {}): EncodedRows {
    return this.learn(table, options, true)!;
  }

  /**
   * Codes rows: of a table, of objects (an array or one). Values that `fit` did not see are not an
   * error; other columns are ignored.
   *
   * @throws TableError if a column is missing or of another type: it names the column, and the row.
   */
  transform(rows: RowsLike): EncodedRows {
    const { columns, sparse } = this.known();
    const { values, count } = columnsOf(rows, columns);
    const blocks = columns.map(({ fitted }, i) => fitted.transform(values[i]));
    return joinColumns(blocks, count, sparse);
  }

  /** What each number of a row is. */
  get featureNames(): string[] {
    return this.known().columns.flatMap(({ name, fitted }) =>
      fitted.features.map((feature) => featureName(name, feature)),
    );
  }

  /** The column that each number of a row comes from. */
  get featureColumns(): string[] {
    return this.known().columns.flatMap(({ name, fitted }) => fitted.features.map(() => name));
  }

  /** The number of features per row. */
  get width(): number {
    return this.known().columns.reduce((sum, { fitted }) => sum + fitted.features.length, 0);
  }

  /** Whether rows are sparse. */
  get sparse(): boolean {
    return this.known().sparse;
  }

  /** The columns that rows must have, with their types: also what a reader's `columns` takes. */
  get columns(): Record<string, ColumnType> {
    return Object.fromEntries(this.known().columns.map(({ name, type }) => [name, type]));
  }

  /** What `fit` found worth telling, such as columns that it left out. */
  get remarks(): readonly Remark[] {
    return this.known().remarks;
  }

  /**
   * The options and everything that was learned, as JSON. An encoder that is restored from it codes
   * rows bit for bit alike.
   */
  toJSON(): Json {
    const options = this.options && { options: optionsToJSON(this.options) };
    if (!this.learned) return { format, ...options };
    const { columns, sparse, remarks } = this.learned;
    const saved: SavedEncoder = {
      format,
      ...options,
      sparse,
      columns: columns.map(({ name, type, kind, fitted }) => ({
        name,
        type,
        kind,
        state: fitted.toJSON(),
      })),
      remarks: remarks.map((remark) => ({ ...remark })),
    };
    return saved as unknown as Json;
  }

  private learn(
    table: TableLike,
    given: TableFitOptions,
    transform: boolean,
  ): EncodedRows | undefined {
    const options = this.ownOptions();
    knownOptions('The options', given, ['target']);
    const { target } = given;
    const whole = isTable(table) ? new Table(table.columns) : fail('table', 'a table', table);
    const { rows } = whole;
    if (rows === 0) throw new TableError('empty', 'There are no rows to learn from.');
    const known = target === undefined ? undefined : targetOf(whole, target);
    const random = createRandom(options.seed ?? 0);
    const columns: LearnedColumn[] = [];
    const blocks: EncodedRows[] = [];
    const remarks: Remark[] = [];
    checkNames(options.columns ?? {}, whole);
    for (const column of whole.columns) {
      const { name, type } = column;
      if (name === target) continue;
      const own =
        options.columns && Object.hasOwn(options.columns, name) ? options.columns[name] : undefined;
      const choice = own ?? choiceOf(options, column);
      const reason = own ? undefined : whyDropped(column);
      if (choice === 'drop' || reason) {
        if (reason) remarks.push(reason);
        continue;
      }
      checkAccepts(choice, column);
      const context = { target: known, random: random.stream(name) };
      const { fitted, block } = learnColumn(choice, column, context, transform);
      if (fitted.features.length === 0) {
        remarks.push({
          column: name,
          code: 'constant',
          message: `${show(name)} tells nothing and is left out.`,
        });
        continue;
      }
      columns.push({ name, type, kind: choice.kind, fitted });
      if (block) blocks.push(block);
    }
    if (columns.length === 0) {
      const why = remarks.map(({ message }) => message).join(' ');
      throw new TableError('empty', `No column is left to learn from. ${why}`.trim());
    }
    const sparse =
      options.sparse === undefined || options.sparse === 'auto'
        ? isMostlyZero(columns)
        : options.sparse;
    this.learned = { columns, sparse, remarks };
    return transform ? joinColumns(blocks, rows, sparse) : undefined;
  }

  private known(): FittedState {
    if (!this.learned)
      throw new Error('The table encoder has not learned from a table: call `fit` first.');
    return this.learned;
  }

  private ownOptions(): TableEncoderOptions {
    if (!this.options) {
      throw new Error(
        'A table encoder that was saved without its options is not fitted again: make one by `tableEncoder`.',
      );
    }
    return this.options;
  }
}

/**
 * Codes tables of mixed columns as rows of numbers for a model: numbers standardized, categories
 * one feature for each level, dates as parts, text as TF-IDF, and so on for each type of column,
 * with defaults that can be replaced. Columns that are constant, or only number the rows, are left
 * out.
 *
 * @example
 * const encoder = tableEncoder({ columns: { size: ordinalEncoder({ levels: ['S', 'M', 'L'] }) } });
 * const x = encoder.fitTransform(table, { target: 'price' });
 * const one = encoder.transform({ size: 'M', color: 'red' });
 */
export function tableEncoder(options: TableEncoderOptions = {}): TableEncoder {
  checkOptions(options);
  return new TableEncoder({ ...options });
}

const format = 'kernel-methods/table-encoder@1';

interface SavedEncoder {
  format: string;
  options?: Json;
  sparse: boolean;
  columns: { name: string; type: ColumnType; kind: string; state: Json }[];
  remarks: Remark[];
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** @throws RangeError unless the columns, and what stands beside them, are of the right form. */
function checkSaved({ columns, sparse, remarks }: SavedEncoder): void {
  const isRecord = (value: unknown) => typeof value === 'object' && value !== null;
  if (!columns.every(isRecord)) fail('json.columns', 'objects', columns);
  for (const { name } of columns) {
    if (typeof name !== 'string') fail('json.columns', 'objects with a name', name);
  }
  const names = columns.map(({ name }) => name);
  if (names.length === 0 || new Set(names).size < names.length) {
    fail('json.columns', 'one or more, none of them twice', names);
  }
  if (typeof sparse !== 'boolean') fail('json.sparse', 'true or false', sparse);
  const isRemark = (one: Remark) => isRecord(one) && typeof one.message === 'string';
  if (!isList(remarks) || !remarks.every(isRemark)) fail('json.remarks', 'remarks', remarks);
}

function learnColumn(
  encoder: ColumnEncoder,
  column: Column,
  context: { target?: Target; random: ReturnType<typeof createRandom> },
  transform: boolean,
): { fitted: FittedColumn; block?: EncodedRows } {
  if (!transform) return { fitted: encoder.fit(column, context) };
  if (encoder.fitTransform) {
    const { fitted, rows } = encoder.fitTransform(column, context);
    return { fitted, block: rows };
  }
  const fitted = encoder.fit(column, context);
  return { fitted, block: fitted.transform(column) };
}

function featureName(column: string, feature: string): string {
  if (feature === '') return column;
  return feature.startsWith('=') ? `${column}${feature}` : `${column} ${feature}`;
}

/** Sparse rows are worth it where nine in ten numbers are 0 and there are many. */
function isMostlyZero(columns: readonly LearnedColumn[]): boolean {
  let width = 0;
  let nonZeros = 0;
  for (const { fitted } of columns) {
    width += fitted.features.length;
    nonZeros += fitted.nonZeros ?? fitted.features.length;
  }
  return width > 256 && nonZeros < 0.1 * width;
}

function checkNames(columns: Readonly<Record<string, unknown>>, table: Table): void {
  for (const name of Object.keys(columns)) table.column(name);
}
