import type { BlockVector } from './block-vector.ts';
import type { KeptScores } from './kept-scores.ts';

interface Line {
  readonly rows: Pick<KeptScores, 'lossAlong' | 'slopes'>;
  readonly layout: BlockVector;
  readonly head: Float64Array;
  /** The step whose scores `rows` has. */
  readonly step: Float64Array;
  readonly l2: number;
}

/**
 * The length of each block's step, by Armijo's rule: it starts from 1 and is halved until the
 * objective falls by 1e-4 of the decrease that the slope predicts. It is 0 if no step does that, or
 * if the slope is not negative. Scores are linear in the step, so a trial needs no pass over the
 * features.
 *
 * Armijo, "Minimization of functions having Lipschitz continuous first partial derivatives",
 * Pacific Journal of Mathematics 16, 1966.
 */
export async function armijoLineSearch(line: Line): Promise<Float64Array> {
  const { rows, layout, head, step, l2 } = line;
  const along = layout.dotOfWeights(head, step);
  const square = layout.dotOfWeights(step, step);
  // The change of the penalty is used instead of the penalty itself, because it loses no digits.
  const values = async (t: Float64Array) => {
    const losses = await rows.lossAlong(t);
    return losses.map((loss, i) => loss + l2 * t[i] * (along[i] + (t[i] * square[i]) / 2));
  };
  const slopes = (await rows.slopes()).map((slope, i) => slope + l2 * along[i]);
  const start = await values(layout.perBlock(() => 0));
  const factors = slopes.map((slope) => (slope < 0 ? 1 : 0));
  const open = factors.slice();
  for (let halvings = 0; halvings <= MAX_HALVINGS && open.some(Boolean); halvings++) {
    (await values(factors)).forEach((value, i) => {
      if (!open[i]) return;
      const rounding = 1e-14 * Math.abs(start[i]);
      if (value <= start[i] + 1e-4 * factors[i] * slopes[i] + rounding) open[i] = 0;
      else factors[i] /= 2;
    });
  }
  return factors.map((factor, i) => (open[i] ? 0 : factor));
}

const MAX_HALVINGS = 40;
