import {
  seed as checkSeed,
  integerBetween,
  positiveInteger,
  rangeError,
  shown,
} from '@kernel-methods/check';
import { createRandom, type Random } from '@kernel-methods/random';
import { dealGroups, groupIndices } from './group-folds.ts';

/** The indices of the training rows and of the test rows. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface KFoldOptions {
  /** The number of folds. Default 5. */
  folds?: number;
  /** Whether rows are shuffled first. Default true. */
  shuffle?: boolean;
  /** Default 0. */
  seed?: number;
  /** A label for each row: rows with the same label are never divided between folds. */
  groups?: ArrayLike<unknown>;
}

export interface ShuffleSplitOptions extends Omit<KFoldOptions, 'folds' | 'shuffle'> {
  /** The number of folds. Default 5. */
  splits?: number;
  /** The share of the rows (or of the groups, if there are any) in the test part. Default 0.2. */
  testSize?: number;
}

/**
 * Folds whose sizes differ by at most one row; each row is tested in one of them. Without
 * shuffling, a fold consists of consecutive rows.
 *
 * @example
 * const [{ train, test }] = kFold(100, { folds: 5, seed: 1 }); // 80 and 20 row numbers
 */
export function kFold(rows: number, options: KFoldOptions = {}): Fold[] {
  checkRows(rows);
  return stratifiedKFold(new Uint8Array(rows), options);
}

/**
 * Folds in which every class has its share of rows, up to one row. With `groups` the shares are as
 * close as the groups allow: the groups are assigned in order of size, each to the fold that
 * becomes most even.
 *
 * @param y one label per row.
 *
 * @example
 * stratifiedKFold(['a', 'b', 'a', 'b'], { folds: 2 }); // each with a and b
 */
export function stratifiedKFold(y: ArrayLike<unknown>, options: KFoldOptions = {}): Fold[] {
  const { folds = 5, shuffle = true, seed = 0, groups } = options;
  const { indices: classes, count } = groupIndices(y, 'y');
  checkFolds('folds', folds, classes.length);
  checkSeed('seed', seed);
  const random = shuffle ? createRandom(seed).stream('folds') : undefined;
  if (groups !== undefined) {
    const named = checkGroups(groups, classes.length);
    if (named.count < folds) {
      throw new RangeError(
        `\`groups\` must name at least ${folds} groups, one per fold. Received: ${named.count}.`,
      );
    }
    return toFolds(dealGroups(named, { indices: classes, count }, folds, random), folds);
  }
  return toFolds(dealRows(classes, count, folds, random), folds);
}

/**
 * Random splits that are independent of each other.
 *
 * @example
 * shuffleSplit(100, { splits: 3, testSize: 0.2, seed: 1 }); // each tests 20 rows
 */
export function shuffleSplit(rows: number, options: ShuffleSplitOptions = {}): Fold[] {
  const { splits = 5, testSize = 0.2, seed = 0, groups } = options;
  checkRows(rows);
  positiveInteger('splits', splits);
  if (!(typeof testSize === 'number' && testSize > 0 && testSize < 1)) {
    throw rangeError('testSize', 'lie between 0 and 1', shown(testSize));
  }
  checkSeed('seed', seed);
  const units = groups === undefined ? undefined : checkGroups(groups, rows);
  const count = units?.count ?? rows;
  const tested = Math.ceil(count * testSize);
  if (tested === count) {
    throw new RangeError(
      `\`testSize\` must leave something to train on, of ${count}. Received: ${testSize}.`,
    );
  }
  return Array.from({ length: splits }, (_, split) => {
    const order = createRandom(seed).stream(`split ${split}`).permutation(count);
    const isTested = new Uint8Array(count);
    for (const unit of order.subarray(0, tested)) isTested[unit] = 1;
    return divide(rows, (row) => isTested[units?.indices[row] ?? row] === 1);
  });
}

/** Deals the rows of one class after the other, continuing where the last class stopped. */
function dealRows(
  classes: Int32Array,
  count: number,
  folds: number,
  random: Random | undefined,
): Int32Array {
  const shares = Array.from({ length: count }, () => new Int32Array(folds));
  let dealt = 0;
  const sizes = new Int32Array(count);
  for (const c of classes) sizes[c]++;
  sizes.forEach((size, c) => {
    for (let i = 0; i < size; i++) shares[c][dealt++ % folds]++;
  });
  // The folds of a class, in ascending order, are assigned to its rows in order.
  const foldOf = new Int32Array(classes.length);
  const order = random?.permutation(classes.length);
  const current = new Int32Array(count);
  for (let i = 0; i < classes.length; i++) {
    const row = order?.[i] ?? i;
    const c = classes[row];
    while (shares[c][current[c]] === 0) current[c]++;
    shares[c][current[c]]--;
    foldOf[row] = current[c];
  }
  return foldOf;
}

const toFolds = (foldOf: Int32Array, folds: number): Fold[] =>
  Array.from({ length: folds }, (_, fold) => divide(foldOf.length, (row) => foldOf[row] === fold));

function divide(rows: number, isTested: (row: number) => boolean): Fold {
  const test: number[] = [];
  const train: number[] = [];
  for (let row = 0; row < rows; row++) (isTested(row) ? test : train).push(row);
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}

function checkGroups(groups: ArrayLike<unknown>, rows: number) {
  const named = groupIndices(groups, 'groups');
  if (named.indices.length === rows) return named;
  throw new RangeError(
    `\`groups\` must have one label per row, ${rows}. Received: ${named.indices.length}.`,
  );
}

function checkFolds(name: string, folds: unknown, rows: number): void {
  if (Number.isSafeInteger(folds) && (folds as number) >= 2 && (folds as number) <= rows) return;
  throw new RangeError(
    `\`${name}\` must be a whole number from 2 to the ${rows} rows. Received: ${String(folds)}.`,
  );
}

const checkRows = (rows: number) => integerBetween('rows', rows, 2);
