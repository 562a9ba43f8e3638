import { apportion, createRandom, type Random } from '@kernel-methods/random';
import { fail } from './check.ts';
import { checkLabelled, takeRows } from './take-rows.ts';
import type { LabelledData } from './types.ts';

export interface TrainTestSplitOptions {
  /** Below 1: the fraction of rows, rounded up. 1 or above: the number of rows. Default 0.25. */
  testSize?: number;
  /** Whether each label keeps its share in both parts. Default false. */
  stratify?: boolean;
  /** Default 0. */
  seed?: number;
}

/**
 * Splits rows and labels at random, as scikit-learn's `train_test_split`; all other members (such
 * as `classNames`) go to both parts. With `stratify`, the number of test rows of each label differs
 * from its exact share by less than one.
 *
 * @throws RangeError if a part would be empty or, with `stratify`, if a label has a single row.
 *
 * @example
 * const { train, test } = trainTestSplit(moons({ rows: 200 }), { stratify: true, seed: 1 });
 */
export function trainTestSplit<T extends LabelledData>(
  dataset: T,
  { testSize = 0.25, stratify = false, seed = 0 }: TrainTestSplitOptions = {},
): { train: T; test: T } {
  const rows = checkLabelled(dataset);
  const size = testSize < 1 ? Math.ceil(testSize * rows) : testSize;
  if (!Number.isInteger(size) || size < 1 || size >= rows) {
    fail(
      'testSize',
      `a fraction or a number of rows that leaves both parts some of ${rows}`,
      testSize,
    );
  }
  const random = createRandom(seed).stream('split');
  const order = random.permutation(rows);
  const inTest = stratify ? stratified(dataset.y, order, size, random) : order.subarray(0, size);
  const isTest = new Uint8Array(rows);
  for (const row of inTest) isTest[row] = 1;
  return {
    train: takeRows(
      dataset,
      order.filter((row) => !isTest[row]),
    ),
    test: takeRows(
      dataset,
      order.filter((row) => isTest[row]),
    ),
  };
}

/** Rows for the test part: of each label its share. */
function stratified(
  y: LabelledData['y'],
  order: Uint32Array,
  size: number,
  random: Random,
): number[] {
  const byLabel = new Map<unknown, number[]>();
  for (const row of order) {
    const rows = byLabel.get(y[row]);
    if (rows) rows.push(row);
    else byLabel.set(y[row], [row]);
  }
  for (const [label, rows] of byLabel) {
    if (rows.length < 2) fail('y', 'labels of two or more rows each, to stratify', label);
  }
  const groups = [...byLabel.values()];
  const counts = apportion(
    size,
    groups.map(({ length }) => length),
    random,
  );
  return groups.flatMap((rows, i) => rows.slice(0, counts[i]));
}
