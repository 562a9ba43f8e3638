import type {
  BooleanColumn,
  CategoryColumn,
  Cell,
  CellOf,
  Column,
  ColumnType,
  DateColumn,
  NumberColumn,
  TextColumn,
} from './columns.ts';

/** Rows whose columns are not known to the type checker. */
export type AnyRow = Record<string, Cell>;

/** The rows that columns of given types make: `RowOf<{ age: 'number' }>` is `{ age: number | null }`. */
export type RowOf<Specs> = {
  [Name in keyof Specs]: Specs[Name] extends ColumnType
    ? CellOf[Specs[Name]]
    : Specs[Name] extends { type: infer Type extends ColumnType }
      ? CellOf[Type]
      : Cell;
};

/** The members of every table, whatever its rows. */
export interface TableLike {
  readonly columns: readonly Column[];
  readonly rows: number;
}

/** The column that holds values of a type, where that type leaves but one. */
export type ColumnOf<Value> = [NonNullable<Value>] extends [number]
  ? NumberColumn
  : [NonNullable<Value>] extends [boolean]
    ? BooleanColumn
    : [NonNullable<Value>] extends [Date]
      ? DateColumn
      : [NonNullable<Value>] extends [string]
        ? CategoryColumn | TextColumn
        : Column;

/** The value that a row has of an array of values. */
export type CellOfValues<Values> = Values extends { type: infer Type extends ColumnType }
  ? CellOf[Type]
  : Values extends ArrayLike<infer Value>
    ? [NonNullable<Value>] extends [number | bigint]
      ? number | null
      : [NonNullable<Value>] extends [string]
        ? string | null
        : [NonNullable<Value>] extends [boolean]
          ? boolean | null
          : [NonNullable<Value>] extends [Date]
            ? Date | null
            : Cell
    : Cell;
