/** The class of each row of scores or targets: the sign of one output, or the largest of several. */
export function classIndices(scores: Float32Array, units: number): Int32Array {
  return Int32Array.from({ length: scores.length / units }, (_, row) => {
    if (units === 1) return scores[row] > 0 ? 1 : 0;
    let best = row * units;
    for (let at = best + 1; at < (row + 1) * units; at++) if (scores[at] > scores[best]) best = at;
    return best - row * units;
  });
}
