import { count } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import {
  type ColumnSpec,
  type ReadTableOptions,
  readTable,
  Table,
  TableError,
} from '@kernel-methods/tables';
import { csvOnly, type FileReading, type Reading } from '../options/reading-options.ts';
import { isCsv, readerOptions, readingFor, sourceOf } from './reader-options.ts';

/** A file, alone or side by side with others that have more columns of the same rows. */
export interface Side {
  readonly path: string;
  readonly options: ReadTableOptions;
  /** Its columns, where it is not alone. */
  readonly names?: readonly string[];
}

/**
 * The files of rows, each with those of `--beside` that lie beside it. Of several the columns are looked
 * up, so that each file is asked for its own.
 *
 * @param isNamed whether columns are known by name: the first line of CSV must hold them.
 * @throws UsageError or TableError unless they can lie side by side: a file for each, no column twice.
 */
export async function sidesOf(
  files: readonly string[],
  reading: Reading,
  { isNamed = false }: { isNamed?: boolean } = {},
): Promise<Side[][]> {
  const { beside = [], ...own } = reading;
  const optionsOf = (path: string, { header, ...rest }: FileReading) =>
    readerOptions({ ...rest, header: header ?? (isNamed && isCsv(path, rest) ? true : undefined) });
  if (beside.length === 0) {
    return files.map((path) => [{ path, options: optionsOf(path, readingFor(path, own)) }]);
  }
  checkBeside(files, beside, own);
  const sides: Side[][] = [];
  for (let i = 0; i < files.length; i++) {
    const paths = [files[i], ...beside.filter((_, at) => at % files.length === i)];
    const known = paths.some((path) => isCsv(path, own)) ? own : readingFor(paths[0], own);
    sides.push(await lookedUp(paths, known, optionsOf));
  }
  return sides;
}

function checkBeside(
  files: readonly string[],
  beside: readonly string[],
  { format }: Pick<Reading, 'format'>,
): void {
  if (beside.length % files.length !== 0) {
    throw new UsageError(
      `\`--beside\` must name a file for each of the ${count(files.length)} files, in their order. Received: ${beside.join(',')}.`,
    );
  }
  if ([...files, ...beside].includes('-')) {
    throw new UsageError('`--beside` must be left out with standard input. Received: -.');
  }
  if (format !== undefined) {
    throw new UsageError(
      `\`--format\` must be left out with --beside: the ending of each file says it. Received: ${format}.`,
    );
  }
}

/** @throws UsageError or TableError if two files have a column, or none has one whose type is said. */
async function lookedUp(
  paths: readonly string[],
  { types = {}, ...reading }: FileReading,
  optionsOf: (path: string, reading: FileReading) => ReadTableOptions,
): Promise<Side[]> {
  const owners = new Map<string, string>();
  const sides: Side[] = [];
  for (const path of paths) {
    const own: FileReading = isCsv(path, reading)
      ? { ...reading, types: undefined }
      : noCsv(reading);
    const names = await namesIn(path, optionsOf(path, own));
    for (const name of names) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw new UsageError(
          `files side by side must have columns of different names. Received: ${JSON.stringify(name)} in ${owner} and in ${path}.`,
        );
      }
      owners.set(name, path);
    }
    sides.push({ path, names, options: optionsOf(path, { ...own, types: picked(types, names) }) });
  }
  const missing = Object.keys(types).find((name) => !owners.has(name));
  if (missing !== undefined) {
    const what = `there is no column ${JSON.stringify(missing)} in ${paths.join(' and ')}.`;
    throw new TableError('columns', what, { column: missing });
  }
  return sides;
}

const noCsv = (reading: Omit<FileReading, 'types'>): FileReading => ({
  ...reading,
  ...Object.fromEntries(csvOnly.map((name) => [name, undefined])),
  types: undefined,
});

async function namesIn(path: string, options: ReadTableOptions): Promise<readonly string[]> {
  for await (const { names } of readTable.batches(sourceOf(path), { ...options, batchRows: 1 })) {
    return names;
  }
  return [];
}

function picked<T>(values: Readonly<Record<string, T>>, names: readonly string[]) {
  const own = new Set(names);
  return Object.fromEntries(Object.entries(values).filter(([name]) => own.has(name)));
}

interface WholeOptions extends Pick<ReadTableOptions, 'signal' | 'onProgress'> {
  /** The types of columns, where the command says none. */
  readonly specs?: Readonly<Record<string, ColumnSpec>>;
}

/** Reads files side by side, whole. */
export async function readSides(
  sides: readonly Side[],
  { specs = {}, ...rest }: WholeOptions = {},
): Promise<Table> {
  const tables: Table[] = [];
  for (const { path, options, names } of sides) {
    const columns = { ...(names ? picked(specs, names) : specs), ...options.columns };
    const all = { ...options, ...rest, ...(Object.keys(columns).length > 0 && { columns }) };
    tables.push((await readTable(sourceOf(path), all)) as Table);
  }
  return joined(
    sides,
    tables,
    tables.map(({ rows }) => rows),
  );
}

/** The same, some rows at a time. */
export async function* batchesOfSides(
  sides: readonly Side[],
  more: { readonly batchRows: number; readonly signal: AbortSignal },
): AsyncGenerator<Table> {
  const readers = sides.map(({ path, options }) =>
    (readTable.batches(sourceOf(path), { ...options, ...more }) as AsyncIterable<Table>)[
      Symbol.asyncIterator
    ](),
  );
  const counts = sides.map(() => 0);
  const next = async (i: number): Promise<Table | undefined> => {
    const { value, done } = await readers[i].next();
    if (done) return undefined;
    counts[i] += value.rows;
    return value;
  };
  try {
    for (;;) {
      const found = await Promise.all(readers.map((_, i) => next(i)));
      const tables = found.filter((table) => table !== undefined);
      if (tables.length === 0) return;
      const isEven = tables.length === sides.length && new Set(counts).size === 1;
      // All of the longer ones are counted, to tell by how much.
      for (const i of isEven ? [] : readers.keys()) while (await next(i));
      yield joined(sides, tables, counts);
    }
  } finally {
    for (const reader of readers) await reader.return?.();
  }
}

/** @throws UsageError unless the files have as many rows. */
function joined(sides: readonly Side[], tables: readonly Table[], rows: readonly number[]): Table {
  const other = rows.findIndex((own) => own !== rows[0]);
  if (other > 0) {
    throw new UsageError(
      `files side by side must have as many rows. Received: ${count(rows[0])} in ${sides[0].path} and ${count(rows[other])} in ${sides[other].path}.`,
    );
  }
  return tables.length === 1
    ? tables[0]
    : (new Table(tables.flatMap(({ columns }) => columns)) as Table);
}
