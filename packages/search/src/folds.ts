import { type Fold, kFold, stratifiedKFold } from '@kernel-methods/models';
import { createRandom } from '@kernel-methods/random';
import type { Column } from '@kernel-methods/tables';
import { labelsOf, type Question } from './question.ts';

/** Divisions of the rows into folds, one after the other. Numbers, and rows with several labels, are divided as they come. */
export function foldsOf(
  { table, target, task, groups, seed }: Question,
  { folds = 5, times = 1, from = 0 }: { folds?: number; times?: number; from?: number } = {},
): Fold[] {
  const parts = groups ? Math.min(folds, new Set(Array.from(groups)).size) : folds;
  const count = Math.max(2, Math.min(parts, table.rows));
  return Array.from({ length: times }, (_, time) => {
    const options = { folds: count, seed: seed + from + time, ...(groups && { groups }) };
    if (task !== 'classification') return kFold(table.rows, options);
    return stratifiedKFold(labelsIn(table.column(target)), options);
  }).flat();
}

/** A sample of the rows: of classes as many as are due to each, of groups whole ones. */
export function sampleOf(question: Question, count: number): Int32Array {
  const { table, groups, seed } = question;
  const { rows } = table;
  if (count >= rows) return Int32Array.from({ length: rows }, (_, row) => row);
  if (groups) return wholeGroups(groups, count, seed);
  const parts = Math.max(2, Math.round(rows / count));
  const [{ test }] = foldsOf(question, { folds: parts, from: 1000 });
  return test.slice().sort();
}

function wholeGroups(groups: ArrayLike<unknown>, count: number, seed: number): Int32Array {
  const members = new Map<unknown, number[]>();
  for (let row = 0; row < groups.length; row++) {
    const known = members.get(groups[row]);
    if (known) known.push(row);
    else members.set(groups[row], [row]);
  }
  const all = [...members.values()];
  const picked: number[] = [];
  for (const i of createRandom(seed).permutation(all.length)) {
    picked.push(...all[i]);
    if (picked.length >= count) break;
  }
  return Int32Array.from(picked).sort();
}

const labelsIn = (column: Column): ArrayLike<unknown> =>
  column.type === 'text' ? column.values : labelsOf(column);
