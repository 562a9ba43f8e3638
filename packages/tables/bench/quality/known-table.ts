import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ColumnSpec, readCsv, Table } from '../../src/index.ts';

/** A table with a target, the rows that are kept for testing, and what others reached on it. */
export interface KnownTable {
  readonly name: string;
  readonly table: Table;
  readonly target: string;
  readonly task: 'classification' | 'regression';
  readonly metric: Metric;
  readonly test: Int32Array;
  /** Scores of scikit-learn's models: of the test rows, or the mean of repeated folds. */
  readonly references: Readonly<Record<string, number>>;
  /** Whether scores are means over repeated folds: a quarter of so few rows says little. */
  readonly repeated: boolean;
}

/** The name of a score, as scikit-learn has it. */
export type Metric = 'accuracy' | 'r2' | 'average_precision';

interface Described {
  readonly file: string;
  readonly testFile?: string;
  readonly rows: number;
  readonly target: string;
  readonly task: KnownTable['task'];
  readonly quote: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly kind: 'numeric' | 'categorical' | 'ordinal';
    readonly role?: 'target' | 'ignore';
    readonly levels?: readonly string[];
  }[];
}

interface Reference {
  readonly repeatedCv?: Readonly<Record<string, { readonly mean: number }>>;
  readonly [metric: string]: unknown;
}

/** scikit-learn's models: kernel machines and a linear one; boosting is told beside them. */
export const machines = ['svmRbf', 'svmRbfAllRows', 'rff2048', 'nystroem', 'linear'] as const;
export const boosting = 'histGradientBoosting';

/** The names of the tables of a folder. */
export function tableNames(folder: string): string[] {
  const path = join(folder, 'tables.json');
  if (!existsSync(path)) return [];
  return Object.keys(JSON.parse(readFileSync(path, 'utf8')).tables);
}

/** Reads a table as its description says what each column is. */
export async function readKnown(folder: string, name: string): Promise<KnownTable> {
  const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const described: Described = json('tables.json').tables[name];
  const { file, testFile, target, task } = described;
  const first = await read(folder, file, described);
  const more = testFile ? [await read(folder, testFile, described)] : [];
  const table = withoutStops(Table.concat([first, ...more]), target);
  const test = testFile
    ? Int32Array.from({ length: table.rows - first.rows }, (_, i) => first.rows + i)
    : Int32Array.from(json('splits.json')[name] as number[]);
  const references = json('references.json').tables[name];
  const metric: Metric = references.tuneMetric;
  const key = metric === 'average_precision' ? 'averagePrecision' : metric;
  const repeated = references[machines[0]].repeatedCv !== undefined;
  const scoreOf = (one: Reference) =>
    (repeated ? one.repeatedCv?.[metric].mean : one[key]) as number;
  const known = [...machines, boosting].filter((model) => references[model] !== undefined);
  return {
    ...{ name, table, target, task, metric, test, repeated },
    references: Object.fromEntries(known.map((model) => [model, scoreOf(references[model])])),
  };
}

/** What a user knows of the columns: which numbers are codes, and which names have an order. */
async function read(folder: string, file: string, { columns, quote }: Described): Promise<Table> {
  const specs: Record<string, ColumnSpec> = {};
  for (const { name, kind, levels } of columns) {
    if (kind === 'categorical') specs[name] = 'category';
    if (kind === 'ordinal') specs[name] = { type: 'category', levels };
  }
  const table = await readCsv(join(folder, file), {
    header: columns.map(({ name }) => name),
    columns: specs,
    ...(quote ? { quote } : {}),
  });
  return table.drop(...columns.filter(({ role }) => role === 'ignore').map(({ name }) => name));
}

/** The labels of one file end in a full stop, those of the other do not. */
function withoutStops(table: Table, target: string): Table {
  const column = table.column(target);
  if (column.type !== 'category') return table;
  const { codes, levels } = column;
  return table.with(
    target,
    Array.from(codes, (code) => levels[code].replace(/\.$/, '')),
  ) as Table;
}
