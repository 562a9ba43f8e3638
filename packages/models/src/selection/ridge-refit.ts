import { decidesByLink } from '../fit/calibrate.ts';
import { lazyCalibration } from '../fit/fit-model.ts';
import type { Fitted } from '../fit/fitted.ts';
import { settingsOf } from '../fit/settings.ts';
import { mapOf } from '../network/network.ts';
import type { ResolvedOptions } from '../options.ts';
import { penaltyOf } from '../ridge/solve.ts';
import { chosenL2, givenL2 } from './chosen-l2.ts';
import { rankedBy } from './fold-scores.ts';
import { type Candidate, optionsOf, type Sums } from './plan.ts';

/**
 * The best candidate of ridge regression so far, fitted to all rows from the sums of the search,
 * without another pass over the rows.
 */
export class RidgeRefit {
  #held: { readonly index: number; readonly score: number; readonly fitted: Fitted } | undefined;

  readonly offer = async (sums: Sums): Promise<void> => {
    const [first, ...others] = sums.candidates;
    if (first === undefined) return;
    const best = others.reduce((a, b) => (rankedBy(b) > rankedBy(a) ? b : a), first);
    const score = rankedBy(best);
    if (this.#held !== undefined && score <= this.#held.score) return;
    const fitted = await refit(best, sums);
    this.dispose();
    this.#held = { index: best.index, score, fitted };
  };

  /** The fitted state, if it belongs to this candidate; the caller disposes of it. */
  take(index: number): Fitted | undefined {
    if (this.#held?.index !== index) return undefined;
    const { fitted } = this.#held;
    this.#held = undefined;
    return fitted;
  }

  dispose(): void {
    this.#held?.fitted.network.dispose();
    this.#held?.fitted.state?.dispose();
    this.#held = undefined;
  }
}

/** The state that a fit of the candidate to all rows would give. */
async function refit(candidate: Candidate, all: Sums): Promise<Fitted> {
  const options = optionsOf(candidate);
  const { shared, rows, sums } = all;
  const picked = Int32Array.from({ length: rows.x.rows }, (_, row) => row);
  const weighted = { rows, weights: rows.weights };
  const l2 = givenL2(options) ?? (await chosenL2(shared, weighted, picked, sums, options));
  return fittedFrom(all, options, l2);
}

/** Ridge regression on all rows, solved from their sums. The caller owns the result. */
export async function fittedFrom(
  { shared, rows, sums }: Omit<Sums, 'candidates'>,
  options: ResolvedOptions,
  l2: number,
): Promise<Fitted> {
  const { head, jitter } = await sums.solveInTurns(l2, shared.signal);
  const network = shared.network(head);
  try {
    const data = { calibration: rows, validates: false };
    const link = await lazyCalibration(data, options);
    const { classes } = rows;
    const { loss, task } = options;
    const added = { l2, jitter: penaltyOf(jitter, sums) };
    const settings = settingsOf(mapOf(network), options, added);
    return {
      ...{ network, classes, loss, task, link, state: sums.clone(), settings },
      decidesByLink: decidesByLink(options),
    };
  } catch (error) {
    network.dispose();
    throw error;
  }
}
