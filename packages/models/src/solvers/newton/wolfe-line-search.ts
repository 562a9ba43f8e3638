import type { Along } from './kept-scores.ts';

interface Trial extends Along {
  readonly at: number;
}

/**
 * The length of a step by the strong Wolfe conditions: the value falls by 1e-4 of what the slope at 0
 * predicts, and the slope there is at most half of that at 0. The first trial is 1. The next ones go
 * on until a minimum is enclosed; then each is the minimum of the cubic through both ends with their
 * slopes. The length is 0 if the slope at 0 is not negative, or if no trial takes the value down.
 *
 * Moré & Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM Transactions on
 * Mathematical Software 20, 1994.
 */
export async function wolfeLineSearch(along: (at: number) => Promise<Along>): Promise<number> {
  const start: Trial = { at: 0, ...(await along(0)) };
  if (!(start.slope < 0)) return 0;
  const rounding = ROUNDING * Math.abs(start.value);
  let low = start;
  let high: Trial | undefined;
  let at = 1;
  for (let trials = 0; trials < MAX_TRIALS; trials++) {
    const trial: Trial = { at, ...(await along(at)) };
    const enough = start.value + SUFFICIENT * at * start.slope;
    const isDown = trial.value <= Math.min(enough, low.value) + rounding;
    if (isDown && Math.abs(trial.slope) <= FLAT * -start.slope) return at;
    // The minimum lies between the lowest trial that falls and one that rises, or is higher.
    if (isDown && trial.slope < 0) low = trial;
    else high = trial;
    at = high === undefined ? GROWTH * at : between(low, high);
  }
  return low.at;
}

/** The minimum of the cubic, but not close to either end; the middle where there is none. */
function between(low: Trial, high: Trial): number {
  const width = high.at - low.at;
  const bend = (3 * (low.value - high.value)) / width + low.slope + high.slope;
  const root = Math.sqrt(bend * bend - low.slope * high.slope);
  const share = (root - low.slope + bend) / (2 * root - low.slope + high.slope);
  if (!Number.isFinite(share)) return low.at + width / 2;
  return low.at + Math.min(0.95, Math.max(0.05, share)) * width;
}

const SUFFICIENT = 1e-4;
const FLAT = 0.5;
const GROWTH = 4;

/** The relative error of a value. */
const ROUNDING = 1e-14;

const MAX_TRIALS = 30;
