/** The class of each row of scores or targets. */
export const classIndices = (scores: ArrayLike<number>, units: number): Int32Array =>
  Int32Array.from({ length: scores.length / units }, (_, row) => classAt(scores, row, units));

/** The class of one row of scores or targets: the sign of one output, or the largest of several. */
export function classAt(scores: ArrayLike<number>, row: number, units: number): number {
  if (units === 1) return scores[row] > 0 ? 1 : 0;
  const start = row * units;
  let best = start;
  for (let at = start + 1; at < start + units; at++) if (scores[at] > scores[best]) best = at;
  return best - start;
}
