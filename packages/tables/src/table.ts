import { nonNegativeInteger } from '@kernel-methods/check';
import { fail, show } from './check.ts';
import { type ColumnValues, columnFromValues } from './column-from-values.ts';
import {
  type Cell,
  type Column,
  type ColumnType,
  cellAt,
  columnLength,
  columnTypes,
  concatColumns,
  sliceColumn,
  takeColumn,
} from './columns.ts';
import { describeTable, type TableDescription } from './describe.ts';
import { printTable } from './print.ts';
import type { AnyRow, CellOfValues, ColumnOf } from './row-types.ts';
import { type SplitOptions, splitRows } from './split.ts';
import { TableError } from './table-error.ts';
import { type ColumnSpec, columnsFromRows } from './table-from-rows.ts';

type NameOf<Row> = keyof Row & string;

/**
 * Rows of typed columns: numbers, categories, text, booleans and dates, any of them missing. A
 * table is not changed by its methods: each gives a new one, which shares memory where it can.
 *
 * @example
 * const table = Table.fromRows([{ age: 39, job: 'clerk' }, { age: null, job: 'smith' }]);
 * table.row(0).age; // 39
 */
export class Table<Row extends object = AnyRow> implements Iterable<Row> {
  /** The columns, in order. */
  readonly columns: readonly Column[];
  /** How many rows there are. */
  readonly rows: number;
  private readonly byName: ReadonlyMap<string, Column>;

  /** @throws TableError if names repeat or lengths differ. */
  constructor(columns: readonly Column[]) {
    this.byName = checkColumns(columns);
    this.columns = [...columns];
    this.rows = columns.length ? columnLength(columns[0]) : 0;
  }

  /**
   * A table of arrays by name: numbers (typed arrays too), strings, booleans, dates; `null` and
   * `undefined` are missing. Strings become text if they are sentences, a category else.
   *
   * @throws TableError if an array mixes types or lengths differ.
   */
  static fromColumns<const Values extends Record<string, ColumnValues>>(
    values: Values,
  ): Table<{ -readonly [Name in keyof Values]: CellOfValues<Values[Name]> }> {
    return new Table(Object.entries(values).map(([name, one]) => columnFromValues(name, one)));
  }

  /**
   * A table of objects, one for each row. Columns are the objects' keys, unless `columns` gives
   * them; a key that is absent is missing.
   *
   * @throws TableError if a value does not fit its column.
   */
  static fromRows<Row extends object>(
    rows: readonly Row[],
    options?: { columns?: Partial<Record<NameOf<Row>, ColumnSpec>> },
  ): Table<{ [Name in keyof Row]: Exclude<Row[Name], undefined> | null }> {
    return new Table(columnsFromRows(rows, options?.columns as Record<string, ColumnSpec>));
  }

  /** The rows of all, one table after the other; they have the same columns in any order. */
  static concat<Row extends object>(tables: readonly Table<Row>[]): Table<Row> {
    if (tables.length === 0) fail('tables', 'one table or more', tables);
    const [first] = tables;
    tables.forEach((table, i) => {
      for (const { name } of table.columns) {
        if (!first.byName.has(name)) {
          throw new TableError(
            'columns',
            `Table ${i} has a column ${show(name)}; table 0 has none.`,
          );
        }
      }
    });
    return new Table(
      first.columns.map(({ name, type }) =>
        concatColumns(
          tables.map((table, i) => {
            const column = table.column(name as NameOf<Row>) as Column;
            if (column.type === type) return column;
            const what = `Column ${show(name)} is of type ${column.type} in table ${i} and ${type} in table 0.`;
            throw new TableError('columns', what, { column: name });
          }),
        ),
      ),
    );
  }

  /** The columns' names, in order. */
  get names(): NameOf<Row>[] {
    return this.columns.map(({ name }) => name as NameOf<Row>);
  }

  /** The type of each column, as the readers' `columns` option takes it. */
  get types(): Record<NameOf<Row>, ColumnType> {
    return Object.fromEntries(this.columns.map(({ name, type }) => [name, type])) as Record<
      NameOf<Row>,
      ColumnType
    >;
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** @throws TableError if there is no such column. */
  column<Name extends NameOf<Row>>(name: Name): ColumnOf<Row[Name]> {
    const column = this.byName.get(name);
    if (!column) {
      const what = `There is no column ${show(name)}. The columns are ${this.names.map(show).join(', ')}.`;
      throw new TableError('columns', what, { column: name });
    }
    return column as ColumnOf<Row[Name]>;
  }

  /** @param index from 0; negative counts from the end. */
  row(index: number): Row {
    const at = index < 0 ? index + this.rows : index;
    if (!Number.isInteger(at) || at < 0 || at >= this.rows) {
      fail('index', `a row of ${this.rows}`, index);
    }
    return Object.fromEntries(
      this.columns.map((column) => [column.name, cellAt(column, at)]),
    ) as Row;
  }

  /** The rows as objects. */
  *[Symbol.iterator](): Iterator<Row> {
    for (let i = 0; i < this.rows; i++) yield this.row(i);
  }

  /** Only these columns, in this order. */
  select<Name extends NameOf<Row>>(...names: Name[]): Table<Pick<Row, Name>> {
    return new Table(names.map((name) => this.column(name) as Column));
  }

  /** All columns but these. */
  drop<Name extends NameOf<Row>>(...names: Name[]): Table<Omit<Row, Name>> {
    for (const name of names) this.column(name);
    return new Table(this.columns.filter(({ name }) => !names.includes(name as Name)));
  }

  /** The table with a column put in the place of the one of its name, or at the end. */
  with<Name extends string, Values extends ColumnValues>(
    name: Name,
    values: Values,
  ): Table<Omit<Row, Name> & Record<Name, CellOfValues<Values>>> {
    const column = columnFromValues(name, values);
    const columns = this.has(name)
      ? this.columns.map((old) => (old.name === name ? column : old))
      : [...this.columns, column];
    return new Table(columns);
  }

  /** The first rows. Default 5. */
  head(rows = 5): Table<Row> {
    nonNegativeInteger('rows', rows);
    return this.slice(0, rows);
  }

  /** The rows from `start` to before `end`, counted as `Array.prototype.slice` does. */
  slice(start = 0, end = this.rows): Table<Row> {
    const from = clampIndex(start, this.rows);
    const to = Math.max(from, clampIndex(end, this.rows));
    return new Table(this.columns.map((column) => sliceColumn(column, from, to)));
  }

  /** The rows of these numbers, in this order; one may come several times. */
  take(rows: ArrayLike<number>): Table<Row> {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      if (!(Number.isInteger(row) && row >= 0 && row < this.rows)) {
        fail('rows', `numbers of rows from 0 to ${this.rows - 1}`, row);
      }
    }
    return new Table(this.columns.map((column) => takeColumn(column, rows)));
  }

  /** The rows for which `keep` returns true. */
  filter(keep: (row: Row, index: number) => boolean): Table<Row> {
    const rows: number[] = [];
    for (let i = 0; i < this.rows; i++) if (keep(this.row(i), i)) rows.push(i);
    return this.take(rows);
  }

  /** This table's rows and then the others'. */
  concat(...others: Table<Row>[]): Table<Row> {
    return Table.concat([this, ...others]);
  }

  /** What each column holds: type, blanks, distinct values, spread. It prints as a table. */
  describe(): TableDescription {
    return describeTable(this.columns, this.rows);
  }

  /**
   * Splits the rows at random, in the table's order within each part.
   *
   * @throws RangeError if a part would be empty, or strata or groups do not allow the split.
   */
  trainTestSplit(options: SplitOptions<NameOf<Row>> = {}): { train: Table<Row>; test: Table<Row> } {
    const { train, test } = splitRows(this.rows, options, (name) => {
      const column = this.column(name as NameOf<Row>) as Column;
      return Array.from({ length: this.rows }, (_, i) => key(cellAt(column, i)));
    });
    return { train: this.take(train), test: this.take(test) };
  }

  /**
   * The first rows as text for a terminal.
   *
   * @param options.width in characters. Default: the terminal's, or 80.
   * @param options.rows how many. Default 10.
   */
  toString(options: { width?: number; rows?: number } = {}): string {
    return printTable(this.columns, this.rows, options);
  }

  /** What Node's `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const key = (cell: Cell) => (cell instanceof Date ? cell.getTime() : cell);

const clampIndex = (index: number, rows: number) =>
  Math.min(rows, Math.max(0, index < 0 ? index + rows : index));

function checkColumns(columns: readonly Column[]): Map<string, Column> {
  const byName = new Map<string, Column>();
  for (const column of columns) {
    const { name, type } = column;
    if (typeof name !== 'string') fail('columns', 'columns with a name', name);
    if (!columnTypes.includes(type))
      fail(`columns[${show(name)}].type`, columnTypes.join(', '), type);
    if (byName.has(name)) {
      throw new TableError('header', `The name ${show(name)} is given to two columns.`, {
        column: name,
      });
    }
    if (columnLength(column) !== columnLength(columns[0])) {
      const what = `Column ${show(name)} has ${columnLength(column)} rows, column ${show(columns[0].name)} has ${columnLength(columns[0])}.`;
      throw new TableError('ragged', what, { column: name });
    }
    byName.set(name, column);
  }
  return byName;
}
