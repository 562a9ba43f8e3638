import { count, plural } from '@kernel-methods/report';
import { UsageError } from '@kernel-methods/runner';
import type { Question } from '@kernel-methods/search';
import type { Column, Table } from '@kernel-methods/tables';
import { type FitSettings, metrics } from '../options/options.ts';
import { knownRows } from './blanks.ts';
import { type RowPlace, requireFinite, rowOfFile } from './finite.ts';
import { labelNames, listsIn, USUAL_SEPARATOR, withLists } from './label-lists.ts';
import { listed, requireColumn } from './require-column.ts';
import {
  checkTargetColumns,
  joinColumns,
  labelsOfColumns,
  targetColumns,
} from './target-columns.ts';

/** A question to a table, and what its reader should know. */
export interface Prepared {
  readonly question: Question;
  /** Where the rows of the question's table are in the file, from 0. */
  readonly rows: Int32Array;
  /** Whether the target is missing, or an empty list, in some rows of the file. */
  readonly hasBlankTargets: boolean;
  /** Those that the target was joined from, where there are several. */
  readonly targetColumns?: readonly string[];
  readonly metric: string;
  readonly notes: readonly string[];
}

type Settings = Pick<
  FitSettings,
  'target' | 'task' | 'labelSeparator' | 'metric' | 'groups' | 'weights' | 'drop' | 'seed'
>;

/**
 * Takes the table apart: columns to predict from, target, groups and weights; rows without a target
 * are left out.
 *
 * @param placeOf where a row of the table is, for messages.
 * @throws UsageError naming the option, the rule and the value.
 */
export function prepare(given: Table, settings: Settings, placeOf: RowPlace = rowOfFile): Prepared {
  const { groups, weights, drop = [], seed } = settings;
  const { target: asked, labelSeparator = USUAL_SEPARATOR } = settings;
  if (asked === undefined) {
    throw new UsageError(
      `\`--target\` must name the column to predict, one of ${listed(given.names)}. Received: nothing.`,
    );
  }
  if (given.rows === 0) {
    throw new UsageError('the file must have rows. Received: the names of columns alone.');
  }
  const columns = targetColumns(asked, given.names);
  const target = columns.join(',');
  for (const [flag, names] of Object.entries({
    '--target': columns,
    '--groups': groups === undefined ? [] : [groups],
    '--weights': weights === undefined ? [] : [weights],
    '--drop': drop,
  })) {
    for (const name of names) requireColumn(flag, name, given.names);
  }
  const dropped = columns.find((name) => drop.includes(name));
  if (dropped !== undefined) {
    throw new UsageError(`\`--drop\` must leave the target. Received: ${dropped}.`);
  }
  for (const [flag, name] of Object.entries({ '--groups': groups, '--weights': weights })) {
    if (name === undefined || !columns.includes(name)) continue;
    throw new UsageError(`\`${flag}\` must be another column than the target. Received: ${name}.`);
  }
  const isJoined = columns.length > 1;
  const isSeveral = isJoined || settings.task === 'multilabel';
  if (!isSeveral && settings.labelSeparator !== undefined) {
    throw new UsageError(
      `\`--label-separator\` must be given with --task multilabel. Received: ${labelSeparator}.`,
    );
  }
  if (isJoined) checkTargetColumns(columns, settings.task, labelSeparator);
  const named = isJoined ? joinColumns(given, columns, labelSeparator, placeOf) : given;
  const hasBlankTargets = knownRows(named.column(target) as Column, named.rows).length < named.rows;
  // A blank cell of lists is a row without labels; one that is blank in several columns is unknown.
  const all = isSeveral && !isJoined ? withLists(named, target) : named;
  const notes: string[] = [];
  const apart = [...new Set([...drop, ...(groups ? [groups] : []), ...(weights ? [weights] : [])])];
  const without = (one: Table) => (apart.length > 0 ? (one.drop(...apart) as Table) : one);
  requireFinite(without(all).columns, placeOf);
  const rows = rowsWithTarget(all, target, notes);
  const table = rows.length < all.rows ? (all.take(rows) as Table) : all;
  const task = isSeveral ? 'multilabel' : (settings.task ?? taskOf(table.column(target) as Column));
  const labels = isJoined
    ? labelsOfColumns(
        table.column(target) as Column,
        given.select(...columns) as Table,
        labelSeparator,
        notes,
      )
    : isSeveral
      ? labelsOf(table, target, labelSeparator, notes)
      : undefined;
  if (!labels) checkTarget(table, target, task, settings.task !== undefined, notes);
  const metric = metricOf(settings.metric, task, table.column(target) as Column);
  const question: Question = {
    table: without(table),
    ...{ target, task, seed, scoring: metric as never },
    ...(labels && { labels }),
    ...(groups !== undefined && { groups: groupsOf(table.column(groups) as Column) }),
    ...(weights !== undefined && {
      weights: weightsOf(table.column(weights) as Column, (row) => placeOf(rows[row])),
    }),
  };
  if (question.table.columns.length < 2) {
    throw new UsageError(
      'the table must have a column beside the target. Received: the target alone.',
    );
  }
  return {
    ...{ question, rows, hasBlankTargets, metric, notes },
    ...(isJoined && { targetColumns: columns }),
  };
}

/** Rows whose target is known. */
function rowsWithTarget(table: Table, target: string, notes: string[]): Int32Array {
  const column = table.column(target) as Column;
  const known = knownRows(column, table.rows);
  const missing = table.rows - known.length;
  if (known.length === 0) {
    throw new UsageError(
      `the target must have values. Received: ${target}, which is blank in all rows.`,
    );
  }
  if (missing > 0) {
    notes.push(
      `${plural(missing, 'row')} without a target ${missing === 1 ? 'is' : 'are'} left out.`,
    );
  }
  return known;
}

/** @throws UsageError unless there are two labels or more, and not as many as there are rows. */
function labelsOf(
  table: Table,
  target: string,
  separator: string,
  notes: string[],
): Question['labels'] {
  const lists = listsIn(table.column(target) as Column, separator);
  const names = labelNames(lists);
  const received = `${target}, with ${plural(names.length, 'label')} in ${plural(table.rows, 'row')}`;
  if (names.length < 2) {
    throw new UsageError(
      `the target must have two labels or more, with ${JSON.stringify(separator)} between those of a row: --label-separator says another sign. Received: ${received}.`,
    );
  }
  if (names.length > Math.min(MOST_CLASSES, table.rows / 2)) {
    throw new UsageError(
      `the target must have labels that several rows share. Received: ${received}.`,
    );
  }
  if (lists.every(({ length }) => length <= 1)) {
    notes.push(
      `no row of ${target} has more than one label: if ${JSON.stringify(separator)} does not stand between them, --label-separator says what does.`,
    );
  }
  return { names, separator };
}

/** Numbers of two values are classes, others are numbers. */
function taskOf(column: Column): Question['task'] {
  if (column.type !== 'number') return 'classification';
  return new Set(column.values).size <= 2 ? 'classification' : 'regression';
}

/** So many different values look like a mistake, where they are classes. */
const MOST_CLASSES = 1000;

function checkTarget(
  table: Table,
  target: string,
  task: Question['task'],
  isGiven: boolean,
  notes: string[],
): void {
  const column = table.column(target) as Column;
  const distinct = distinctOf(column);
  if (task === 'regression') {
    if (column.type !== 'number') {
      throw new UsageError(
        `\`--task\` must be classification for a target of type ${column.type}. Received: regression.`,
      );
    }
    const far = column.values.findIndex((value) => Math.abs(value) > MOST_TARGET);
    if (far >= 0) {
      throw new UsageError(
        `the target must be between −1e18 and 1e18, as the squares of its errors count. Received: ${column.values[far]} in column ${target}.`,
      );
    }
    if (!isGiven && distinct <= 20 && column.values.every(Number.isInteger)) {
      notes.push(
        `${target} has ${distinct} different whole numbers and is taken for a number: --task classification takes them for classes.`,
      );
    }
  }
  if (distinct < 2) {
    throw new UsageError(
      `the target must have two different values or more. Received: ${target}, which is the same in all rows.`,
    );
  }
  if (task === 'regression') return;
  const isNumber = column.type === 'number';
  if (distinct > Math.min(MOST_CLASSES, table.rows / 2)) {
    const [other, advice] = isNumber
      ? ['', '; --task regression takes it for a number']
      : [', or be numbers', ''];
    throw new UsageError(
      `the target must have classes that several rows share${other}. Received: ${target}, with ${count(distinct)} different values in ${plural(table.rows, 'row')}${advice}.`,
    );
  }
  // 0 and 1 are clearly classes.
  if (isNumber && !isGiven && !column.values.every((value) => value === 0 || value === 1)) {
    notes.push(
      `${target} has two different numbers, which are taken for classes: --task regression takes it for a number.`,
    );
  }
}

/** The squares of larger errors are infinite to a model. */
const MOST_TARGET = 1e18;

export const distinctOf = (column: Column): number =>
  new Set<unknown>(column.type === 'category' ? column.codes : column.values).size;

/** @throws UsageError if the metric is of another task. */
function metricOf(metric: string | undefined, task: Question['task'], { type }: Column): string {
  const known: readonly string[] = metrics[task];
  if (metric === undefined) return known[0];
  if (known.includes(metric)) return metric;
  const other = Object.entries(metrics).find(([, names]) =>
    (names as readonly string[]).includes(metric),
  );
  const hint = type === 'number' && other ? `; with --task ${other[0]} it may be this one` : '';
  throw new UsageError(
    `\`--metric\` must be one of ${known.join(', ')} for ${task === 'multilabel' ? 'several labels per row' : `a ${task}`}${hint}. Received: ${metric}.`,
  );
}

function groupsOf(column: Column): ArrayLike<unknown> {
  return column.type === 'category' ? column.codes : column.values;
}

/** Sums of squares of larger ones are infinite to a model. */
const MOST_WEIGHT = 1e18;

/** @throws UsageError unless the column holds weights. */
export function weightsOf(column: Column, placeOf = rowOfFile): Float64Array {
  if (column.type === 'number') {
    const wrong = column.values.findIndex((value) => !(value >= 0 && value < MOST_WEIGHT));
    if (wrong < 0 && column.values.some((value) => value > 0)) return column.values;
    throw new UsageError(
      `\`--weights\` must name a column of numbers from 0 to 1e18, not all 0. Received: ${column.name}${wrong < 0 ? '' : `, ${column.values[wrong]} in ${placeOf(wrong)}`}.`,
    );
  }
  throw new UsageError(`\`--weights\` must name a column of numbers. Received: ${column.name}.`);
}
