import type { ColumnBuilder } from '../build/builder.ts';
import { columnBuilder } from '../build/column-builder.ts';
import { show } from '../check.ts';
import { valueError } from '../column-from-values.ts';
import type { ColumnType } from '../columns.ts';
import { usualRules } from '../field-rules.ts';
import { inferValueType } from '../infer.ts';
import { Table } from '../table.ts';
import { TableError } from '../table-error.ts';
import { specOf } from '../table-from-rows.ts';
import type { TableReaderOptions } from './reader-options.ts';

/** A column of a file that knows its columns. */
export interface FileColumn {
  name: string;
  /** `string` is told from the values: text or category. Nothing where it is of no type of ours. */
  type: ColumnType | 'string' | undefined;
  /** What the file calls its type. */
  fileType: string;
}

/** Some rows: the values of each column that was asked for. */
export interface ColumnBlock {
  rows: number;
  columns: ArrayLike<unknown>[];
}

/** @throws TableError if a column is not there, or of no type of ours. */
export function selectColumns(
  columns: readonly FileColumn[],
  { select, columns: specs = {} }: TableReaderOptions,
  source: string | undefined,
): FileColumn[] {
  const names = columns.map(({ name }) => name);
  for (const name of [...(select ?? []), ...Object.keys(specs)]) {
    if (names.includes(name)) continue;
    const what = `there is no column ${show(name)}. The columns are ${names.map(show).join(', ')}.`;
    throw new TableError('columns', what, { source, column: name });
  }
  const selected = (select ?? names).map((name) => columns[names.indexOf(name)]);
  for (const { name, type, fileType } of selected) {
    if (type) continue;
    const what = `column ${show(name)} is of type ${fileType}, which no column of a table holds. Leave it out by \`select\`.`;
    throw new TableError('columns', what, { source, column: name });
  }
  return selected;
}

/** Tables of a given number of rows, from blocks of the file's own sizes. */
export async function* tablesOf(
  columns: readonly FileColumn[],
  blocks: AsyncIterable<ColumnBlock>,
  options: TableReaderOptions,
  batchRows: number,
  source: string | undefined,
  watch: (rows: number) => void,
): AsyncGenerator<Table> {
  const { columns: specs = {}, sampleRows = 10_000 } = options;
  let builders: ColumnBuilder[] | undefined;
  let total = 0;
  let pending = 0;
  let given = 0;
  const take = () => {
    pending = 0;
    given++;
    return new Table(builders!.map((builder) => builder.take()));
  };
  const begin = (block: ColumnBlock) =>
    columns.map(({ name, type }, i) => {
      const spec = specOf(specs, name);
      const sample = () =>
        Array.from({ length: Math.min(sampleRows, block.rows) }, (_, row) => block.columns[i][row]);
      const told = type === 'string' ? inferValueType(sample(), { dates: false }) : type;
      return columnBuilder(name, spec?.type ?? told ?? 'category', usualRules(), spec?.levels);
    });
  for await (const block of blocks) {
    builders ??= begin(block);
    for (let from = 0; from < block.rows; ) {
      const end = Math.min(block.rows, from + batchRows - pending);
      builders.forEach((builder, i) => {
        const { name } = columns[i];
        const values = block.columns[i];
        for (let row = from; row < end; row++) {
          if (builder.push(values[row])) continue;
          throw wrongValue(name, builder.type, values[row], total + row - from, source);
        }
      });
      total += end - from;
      pending += end - from;
      from = end;
      if (pending >= batchRows) yield take();
    }
    watch(total);
  }
  builders ??= begin({ rows: 0, columns: columns.map(() => []) });
  if (pending > 0 || given === 0) yield take();
}

function wrongValue(
  name: string,
  type: ColumnType,
  value: unknown,
  row: number,
  source: string | undefined,
): TableError {
  if (type !== 'number' || typeof value !== 'bigint') {
    return valueError(name, type, value, row, undefined, source);
  }
  const what = `column ${show(name)} holds ${value} in row ${row}, which no number of JavaScript is. If it is an identifier, pass \`columns: { ${show(name)}: 'category' }\`.`;
  return new TableError('type', what, { source, row, column: name, value });
}
