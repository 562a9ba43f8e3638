import { knownOptions } from '@kernel-methods/check';
import { apportion, createRandom, type Random } from '@kernel-methods/random';
import { fail } from './check.ts';

export interface SplitOptions<Name extends string = string> {
  /** Below 1, the share of the rows; from 1 on, their number. Default 0.25. */
  testSize?: number;
  /** A column, or a label for each row, whose values keep their shares in both parts. */
  stratify?: Name | ArrayLike<unknown>;
  /** A column, or a group for each row: all rows of a group go to the same part. */
  groups?: Name | ArrayLike<unknown>;
  /** Default 0. */
  seed?: number;
}

/**
 * Rows for training and for testing, each in ascending order. With `stratify` the test part has the
 * exact share of each label, to within one row. With `groups` the sizes and shares are as near as
 * whole groups allow, which are assigned one by one, the largest first.
 */
export function splitRows(
  rows: number,
  options: SplitOptions,
  valuesOf: (column: string) => ArrayLike<unknown>,
): { train: Uint32Array; test: Uint32Array } {
  knownOptions('The options', options, ['testSize', 'stratify', 'groups', 'seed']);
  const { testSize = 0.25, stratify, groups, seed = 0 } = options;
  const size = testSize < 1 ? Math.ceil(testSize * rows) : testSize;
  if (!Number.isInteger(size) || size < 1 || size >= rows) {
    fail(
      'testSize',
      `a share or a number of rows that leaves both parts some of ${rows}`,
      testSize,
    );
  }
  const random = createRandom(seed).stream('split');
  const labels = indices('stratify', stratify, rows, valuesOf);
  const members = indices('groups', groups, rows, valuesOf);
  const test = members
    ? grouped(members, labels ?? [new Uint32Array(rows).map((_, i) => i)], size, rows, random)
    : labels
      ? stratified(labels, size, random)
      : random.permutation(rows).subarray(0, size);
  const inTest = new Uint8Array(rows);
  for (const row of test) inTest[row] = 1;
  const every = Uint32Array.from({ length: rows }, (_, i) => i);
  return { train: every.filter((row) => !inTest[row]), test: every.filter((row) => inTest[row]) };
}

/** The rows of each distinct value. */
function indices(
  name: string,
  given: string | ArrayLike<unknown> | undefined,
  rows: number,
  valuesOf: (column: string) => ArrayLike<unknown>,
): Uint32Array[] | undefined {
  if (given === undefined) return undefined;
  const values = typeof given === 'string' ? valuesOf(given) : given;
  if (values?.length !== rows) fail(name, `a column or a value for each of ${rows} rows`, given);
  const byValue = new Map<unknown, number[]>();
  for (let row = 0; row < rows; row++) {
    const list = byValue.get(values[row]);
    if (list) list.push(row);
    else byValue.set(values[row], [row]);
  }
  return [...byValue.values()].map((list) => Uint32Array.from(list));
}

/** Of each label its share. */
function stratified(labels: Uint32Array[], size: number, random: Random): number[] {
  if (labels.some(({ length }) => length < 2)) {
    fail('stratify', 'of values that have two rows or more each', 'a value of a single row');
  }
  const counts = apportion(
    size,
    labels.map(({ length }) => length),
    random,
  );
  return labels.flatMap((list, i) => {
    const order = random.permutation(list.length);
    return Array.from(order.subarray(0, counts[i]), (at) => list[at]);
  });
}

/** Takes a group into the test part where that brings the labels' counts nearer to their shares. */
function grouped(
  groups: Uint32Array[],
  labels: Uint32Array[],
  size: number,
  rows: number,
  random: Random,
): number[] {
  if (groups.length < 2) fail('groups', 'two groups or more', groups.length);
  const labelOf = new Uint32Array(rows);
  labels.forEach((list, label) => {
    for (const row of list) labelOf[row] = label;
  });
  const wanted = labels.map((list) => (list.length * size) / rows);
  const counts = new Float64Array(labels.length);
  const order = Array.from(random.permutation(groups.length), (i) => groups[i]).sort(
    (a, b) => b.length - a.length,
  );
  const test: Uint32Array[] = [];
  for (const group of order) {
    const own = new Map<number, number>();
    for (const row of group) own.set(labelOf[row], (own.get(labelOf[row]) ?? 0) + 1);
    let gain = 0;
    for (const [label, count] of own) {
      const lack = wanted[label] - counts[label];
      gain += lack ** 2 - (lack - count) ** 2;
    }
    if (gain > 0 && test.length + 1 < groups.length) {
      test.push(group);
      for (const [label, count] of own) counts[label] += count;
    }
  }
  // Every group is larger than the part wanted: the smallest comes nearest.
  if (test.length === 0) test.push(order.at(-1)!);
  return test.flatMap((group) => [...group]);
}
