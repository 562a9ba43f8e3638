import type { ColumnBuilder } from '../build/builder.ts';
import { columnBuilder } from '../build/column-builder.ts';
import { show } from '../check.ts';
import { valueError } from '../column-from-values.ts';
import type { ColumnType } from '../columns.ts';
import { usualRules } from '../field-rules.ts';
import { inferValueType } from '../infer.ts';
import { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import { isRow, ownValue, specOf } from '../table-from-rows.ts';
import type { TableReaderOptions } from './reader-options.ts';

/** A row of a file, and its line where it has one. */
export interface ObjectRow {
  row: unknown;
  line?: number;
}

/** Puts objects into columns whose types are told from the first ones. */
export class ObjectRowAppender {
  total = 0;
  pending = 0;
  private readonly builders: ReadonlyMap<string, ColumnBuilder>;
  private readonly known: ReadonlySet<string>;
  private readonly source: string | undefined;

  constructor(
    sample: readonly ObjectRow[],
    { columns = {}, select }: TableReaderOptions,
    source: string | undefined,
  ) {
    this.source = source;
    const known = new Set<string>();
    sample.forEach((one, i) => {
      for (const key of Object.keys(this.check(one, i))) known.add(key);
    });
    for (const name of Object.keys(columns)) known.add(name);
    for (const name of select ?? []) {
      if (known.has(name)) continue;
      const what = `there is no column ${show(name)}. The columns are ${[...known].map(show).join(', ')}.`;
      throw new TableError('columns', what, { source, column: name });
    }
    this.known = known;
    this.builders = new Map(
      (select ?? [...known]).map((name) => {
        const spec = specOf(columns, name);
        const type = spec?.type ?? this.typeOf(sample, name);
        return [name, columnBuilder(name, type, usualRules(), spec?.levels)];
      }),
    );
  }

  append(one: ObjectRow): void {
    const row = this.check(one, this.total);
    for (const key of Object.keys(row)) {
      if (this.known.has(key)) continue;
      const what = `row ${this.total} has a value for ${show(key)}, and no row of the first ones had. Pass its type as \`columns\`.`;
      throw new TableError('columns', what, {
        source: this.source,
        line: one.line,
        row: this.total,
        column: key,
      });
    }
    for (const [name, builder] of this.builders) {
      const value = ownValue(row, name);
      if (!builder.push(value)) {
        throw valueError(name, builder.type, value, this.total, one.line, this.source);
      }
    }
    this.total++;
    this.pending++;
  }

  take(): Table {
    this.pending = 0;
    return new Table([...this.builders.values()].map((builder) => builder.take()));
  }

  private check({ row, line }: ObjectRow, i: number): object {
    if (isRow(row)) return row;
    const what = `row ${i} must be an object with a value for each column. Received: ${show(row)}.`;
    throw new TableError('format', what, { source: this.source, line, row: i, value: row });
  }

  private typeOf(sample: readonly ObjectRow[], name: string): ColumnType {
    const values = sample.map(({ row }) => ownValue(row as object, name));
    const type = inferValueType(values, { dates: true });
    if (type) return type;
    // The first value that does not go with those before it.
    const row = values.findIndex(
      (_, i) => inferValueType(values.slice(0, i + 1), { dates: false }) === undefined,
    );
    const what = `Column ${show(name)} must hold values of one type: numbers, strings or booleans. Received: ${show(values[row])} in row ${row}.`;
    throw new TableError('type', what, {
      source: this.source,
      line: sample[row].line,
      row,
      column: name,
      value: values[row],
    });
  }
}
