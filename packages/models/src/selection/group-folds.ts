import { kindOf } from '@kernel-methods/check';
import type { Random } from '@kernel-methods/random';

/** Labels as indices, in the order in which they occur. */
export interface Indexed {
  readonly indices: Int32Array;
  readonly count: number;
}

export function groupIndices(labels: ArrayLike<unknown>, name: string): Indexed {
  if (typeof labels !== 'object' || typeof labels?.length !== 'number') {
    throw new TypeError(
      `\`${name}\` must be an array with one label per row. Received: ${kindOf(labels)}.`,
    );
  }
  const seen = new Map<unknown, number>();
  const indices = Int32Array.from({ length: labels.length }, (_, row) => {
    const index = seen.get(labels[row]) ?? seen.size;
    seen.set(labels[row], index);
    return index;
  });
  return { indices, count: seen.size };
}

/**
 * The fold of each row, where whole groups are dealt: the largest first, each to the fold for which
 * the sum of squared shares of the classes remains smallest (with one class: to the smallest fold).
 */
export function dealGroups(
  groups: Indexed,
  classes: Indexed,
  folds: number,
  random: Random | undefined,
): Int32Array {
  const table = (rows: number) =>
    Array.from({ length: rows }, () => new Float64Array(classes.count));
  const members = table(groups.count);
  const totals = new Float64Array(classes.count);
  classes.indices.forEach((c, row) => {
    members[groups.indices[row]][c]++;
    totals[c]++;
  });
  const sizes = members.map((counts) => counts.reduce((sum, count) => sum + count, 0));
  const order = Array.from(random?.permutation(groups.count) ?? sizes.keys());
  order.sort((a, b) => sizes[b] - sizes[a]);
  const held = table(folds);
  const taken = new Int32Array(folds);
  const foldOf = new Int32Array(groups.count);
  order.forEach((group, i) => {
    const left = groups.count - i;
    const empty = taken.reduce((count, groupsHeld) => count + Number(groupsHeld === 0), 0);
    /** The increase of the sum of squared shares. */
    const growth = (fold: number) =>
      members[group].reduce(
        (sum, count, c) => sum + (count * (2 * held[fold][c] + count)) / totals[c] ** 2,
        0,
      );
    let best = -1;
    for (let fold = 0; fold < folds; fold++) {
      // Empty folds come first if there are only just enough groups left for them.
      if (left === empty && taken[fold] > 0) continue;
      if (best < 0 || growth(fold) < growth(best)) best = fold;
    }
    members[group].forEach((count, c) => {
      held[best][c] += count;
    });
    taken[best]++;
    foldOf[group] = best;
  });
  return groups.indices.map((group) => foldOf[group]);
}
