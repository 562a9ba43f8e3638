import { atOnce, type Steps } from '@kernel-methods/simd';
import { inPieces } from './in-pieces.ts';

/** The class of each row of scores or targets. */
export const classIndices = (scores: ArrayLike<number>, units: number): Int32Array =>
  atOnce(classIndicesSteps(scores, units));

/** The same, in steps. */
export function* classIndicesSteps(scores: ArrayLike<number>, units: number): Steps<Int32Array> {
  const indices = new Int32Array(scores.length / units);
  const find = (from: number, to: number) => {
    for (let row = from; row < to; row++) indices[row] = classAt(scores, row, units);
  };
  yield* inPieces(indices.length, find, units);
  return indices;
}

/** The class of one row of scores or targets: the sign of one output, or the largest of several. */
export function classAt(scores: ArrayLike<number>, row: number, units: number): number {
  if (units === 1) return scores[row] > 0 ? 1 : 0;
  const start = row * units;
  let best = start;
  for (let at = start + 1; at < start + units; at++) if (scores[at] > scores[best]) best = at;
  return best - start;
}
