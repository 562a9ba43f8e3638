/**
 * The rank, from 1, of the score that bounds a share of new scores, among n that are exchangeable
 * with them: ⌈(n + 1)·coverage⌉. Above n there is no such bound.
 */
export const rankFor = (n: number, coverage: number): number =>
  // 0.9 · 10 is a little more than 9 in floating point.
  Math.ceil((n + 1) * coverage - 1e-9);

/** The number of scores below `value`, of ascending scores. */
export const countBelow = (scores: ArrayLike<number>, value: number): number =>
  countWhere(scores, 0, (score) => score < value);

/**
 * The number of this rank, from 1, among the numbers shift + score of several lists; Infinity if
 * there are not so many.
 *
 * @param lists of ascending scores. @param shifts one per list.
 */
export function shiftedOrder(
  lists: readonly Float64Array[],
  shifts: readonly number[],
  rank: number,
): number {
  if (rank > lists.reduce((sum, { length }) => sum + length, 0)) return Number.POSITIVE_INFINITY;
  // Of each list, the part in which the number is sought.
  const from = lists.map(() => 0);
  const to = lists.map(({ length }) => length);
  let sought = rank;
  for (;;) {
    // The middle of the longest part splits all parts; so each round leaves the half of it at most.
    const longest = from.reduce(
      (best, start, k) => (to[k] - start > to[best] - from[best] ? k : best),
      0,
    );
    const pivot = shifts[longest] + lists[longest][(from[longest] + to[longest]) >> 1];
    const below = lists.map((list, k) =>
      clamp(
        countWhere(list, shifts[k], (v) => v < pivot),
        from[k],
        to[k],
      ),
    );
    const upTo = lists.map((list, k) =>
      clamp(
        countWhere(list, shifts[k], (v) => v <= pivot),
        from[k],
        to[k],
      ),
    );
    const less = sum(below, from);
    const notMore = sum(upTo, from);
    if (sought <= less) {
      below.forEach((end, k) => {
        to[k] = end;
      });
    } else if (sought <= notMore) {
      return pivot;
    } else {
      sought -= notMore;
      upTo.forEach((start, k) => {
        from[k] = start;
      });
    }
  }
}

/** The length of the leading part of which `holds` is true, of shift + score. */
function countWhere(
  scores: ArrayLike<number>,
  shift: number,
  holds: (value: number) => boolean,
): number {
  let [low, high] = [0, scores.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(shift + scores[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

const clamp = (value: number, least: number, most: number) =>
  Math.max(least, Math.min(most, value));

const sum = (ends: readonly number[], starts: readonly number[]) =>
  ends.reduce((total, end, k) => total + end - starts[k], 0);
