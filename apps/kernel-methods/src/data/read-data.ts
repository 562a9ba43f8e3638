import { UsageError } from '@kernel-methods/runner';
import { type ColumnSpec, type ColumnType, Table } from '@kernel-methods/tables';
import type { Reading } from '../options/reading-options.ts';
import { type RowPlace, rowOfFile } from './finite.ts';
import { readSides, type Side, sidesOf } from './side-by-side.ts';

interface ReadFilesOptions {
  /** The columns that the files must have; all of the first file, if it is left out. */
  readonly only?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (rows: number) => void;
}

/** Reads whole files, one under the other. `-` is standard input. */
export const readFiles = async (files: readonly string[], reading: Reading): Promise<Table> =>
  Table.concat(await readEach(await sidesOf(files, reading))) as Table;

/** Reads whole files, which have the same columns. */
export async function readEach(
  files: readonly (readonly Side[])[],
  { only, signal, onProgress }: ReadFilesOptions = {},
): Promise<Table[]> {
  const tables: Table[] = [];
  for (const sides of files) {
    const before = tables.reduce((sum, { rows }) => sum + rows, 0);
    const table = await readSides(sides, {
      // The types of the first file are those of all.
      ...(tables[0] && { specs: specsOf(tables[0]) }),
      ...(signal && { signal }),
      onProgress: ({ rows }) => onProgress?.(before + rows),
    });
    const isRead = (name: string) => only === undefined || only.includes(name);
    const names = tables[0]?.names ?? table.names.filter(isRead);
    const missing = (only ?? names).find((name) => !table.has(name));
    if (missing !== undefined) {
      const rule = only
        ? 'the files must have the columns of the model and its target'
        : 'the files must have the same columns';
      throw new UsageError(
        `${rule}. Received: ${pathsOf(sides)} without ${JSON.stringify(missing)}.`,
      );
    }
    tables.push(table.select(...names) as Table);
  }
  return tables;
}

const pathsOf = (sides: readonly Side[]) => sides.map(({ path }) => path).join(' beside ');

/** Where a row of tables that lie one under the other is: of several files, its file too. */
export function placesIn(files: readonly string[], tables: readonly Table[]): RowPlace {
  return (row) => {
    let [file, own] = [0, row];
    while (own >= tables[file].rows) own -= tables[file++].rows;
    return files.length === 1 ? rowOfFile(own) : `${rowOfFile(own)} of ${files[file]}`;
  };
}

/** Reads a file whose columns are those of a model, with those of `--beside`. */
export const readNamed = async (...given: Parameters<typeof namedSides>): Promise<Table> =>
  readSides(await namedSides(...given));

/** How it is read. */
export async function namedSides(
  path: string,
  { types, ...reading }: Reading,
  specs: Readonly<Record<string, ColumnType>>,
): Promise<Side[]> {
  const all = { ...reading, types: { ...specs, ...types } };
  const [sides] = await sidesOf([path], all, { isNamed: true });
  return sides;
}

/** The types of a table's columns, for a reader. */
const specsOf = ({ columns }: Pick<Table, 'columns'>): Record<string, ColumnSpec> =>
  Object.fromEntries(columns.map(({ name, type }) => [name, type]));
