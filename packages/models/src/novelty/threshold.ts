/**
 * The score below which a share `nu` of new rows lies, from the scores of rows like them: the one of
 * rank ⌊ν·(n + 1)⌋, each row counting by its weight. If there are fewer than 1/ν rows, it is the
 * least score.
 *
 * Vovk, Gammerman & Shafer, "Algorithmic learning in a random world", 2005.
 */
export function lowestShare(
  scores: ArrayLike<number>,
  nu: number,
  weights?: ArrayLike<number>,
): number {
  const { length } = scores;
  const order = Array.from({ length }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const total = order.reduce((sum, row) => sum + (weights?.[row] ?? 1), 0);
  // In the unit of a mean row, so that the unit of weights does not count.
  const rank = (nu * (length + 1) * total) / length;
  let below = 0;
  let last = order[0];
  for (const row of order) {
    below += weights?.[row] ?? 1;
    // 0.05 · 20 is a little more than 1 in floating point.
    if (below > rank * (1 + 1e-12)) break;
    last = row;
  }
  return scores[last];
}

/** A threshold that is the score of a row itself is lower by this share, so that rounding does not count. */
export const ROUNDING = 1e-5;
