import { inTurns } from '@kernel-methods/simd';
import type { RidgeAccumulator } from '../ridge/accumulator.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import type { Fold } from './folds.ts';

/**
 * The sums over each fold's training rows, one after the other; each is valid until the next is
 * requested. Rows are summed as rarely as possible: once, if the folds test every row once.
 *
 * @param options.isFew whether there are fewer rows than features: then summing them again
 * is less work than subtracting some.
 * @returns at its end the sums over all rows, which the caller owns; undefined if they were not
 * needed.
 */
export async function* trainingSums(
  folds: readonly Fold[],
  rows: number,
  sum: (rows: Int32Array) => Promise<RidgeAccumulator>,
  { isFew = false, signal }: { isFew?: boolean; signal?: AbortSignal } = {},
): AsyncGenerator<RidgeAccumulator, RidgeAccumulator | undefined> {
  const tested = folds.reduce((count, { test }) => count + test.length, 0);
  const trained = folds.reduce((count, { train }) => count + train.length, 0);
  const isPartition = testsEveryRowOnce(folds, rows);
  if (
    isFew ||
    !folds.every((fold) => isComplete(fold, rows)) ||
    (!isPartition && rows + tested >= trained)
  ) {
    for (const { train } of folds) {
      const sums = await sum(train);
      try {
        yield sums;
      } finally {
        sums.dispose();
      }
    }
    return undefined;
  }
  const blocks: RidgeAccumulator[] = [];
  let total: RidgeAccumulator | undefined;
  const turns = eventLoopYielder();
  /** Sums that can be added and subtracted immediately. */
  const settled = async (picked: Int32Array) => {
    const sums = await sum(picked);
    try {
      await inTurns(sums.sumsSteps(), signal);
      return sums;
    } catch (error) {
      sums.dispose();
      throw error;
    }
  };
  try {
    if (isPartition) {
      for (const { test } of folds) blocks.push(await settled(test));
      total = blocks[0].clone();
      for (const block of blocks.slice(1)) {
        total.merge(block);
        if (turns.isDue()) await turns.take();
      }
    } else {
      total = await settled(Int32Array.from({ length: rows }, (_, row) => row));
    }
    for (const [i, { test }] of folds.entries()) {
      const block = blocks[i] ?? (await settled(test));
      try {
        total.remove(block);
        yield total;
        total.merge(block);
      } finally {
        block.dispose();
      }
    }
    const all = total;
    total = undefined;
    return all;
  } finally {
    total?.dispose();
    for (const block of blocks) block.dispose();
  }
}

/** Whether each row is in exactly one test. */
export function testsEveryRowOnce(folds: readonly Fold[], rows: number): boolean {
  const seen = new Uint8Array(rows);
  for (const { test } of folds) for (const row of test) seen[row]++;
  return seen.every((count) => count === 1);
}

/** Whether each row is either a training row or a test row, exactly once. */
function isComplete({ train, test }: Fold, rows: number): boolean {
  const seen = new Uint8Array(rows);
  for (const row of train) seen[row]++;
  for (const row of test) seen[row]++;
  return seen.every((count) => count === 1);
}
