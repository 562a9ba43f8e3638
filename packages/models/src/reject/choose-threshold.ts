import { lowestShare } from '../novelty/threshold.ts';

/** What a threshold is to achieve: exactly one of these. */
export interface RejectAim {
  /** The share of rows of known classes that is accepted. */
  readonly coverage?: number;
  /**
   * The share that may be accepted by mistake: of the unknown rows, if there are examples of them;
   * otherwise, of the accepted rows, those that are classified wrongly.
   */
  readonly falseAcceptances?: number;
  /** What mistakes cost; the mean over known rows plus that over unknown ones is the least. */
  readonly cost?: RejectCosts;
}

/** What mistakes cost. A known row that is accepted and right costs nothing. */
export interface RejectCosts {
  /** A known row that is accepted, and classified wrongly. Default 1. */
  readonly wrong?: number;
  /** A known row that is rejected. Default 1 with examples of the unknown, otherwise 0.3. */
  readonly rejected?: number;
  /** An unknown row that is accepted. Default 1. */
  readonly accepted?: number;
}

/** Scores of rows that the classifier was not trained on. */
export interface HeldOut {
  /** Scores of rows of known classes, and whether each is classified correctly. */
  readonly known: ArrayLike<number>;
  readonly right: ArrayLike<boolean>;
  /** Scores of unknown rows; empty if there are none. */
  readonly unknown: ArrayLike<number>;
}

/**
 * The score from which on rows are accepted, as `rejecting` chooses it.
 *
 * @example
 * const known = [0.1, 0.4, 0.5, 0.8, 0.9];
 * const right = [false, true, false, true, true];
 * chooseThreshold({ known, right, unknown: [] }, { falseAcceptances: 0.1 }); // 0.8
 */
export function chooseThreshold(held: HeldOut, aim: RejectAim): number {
  if (aim.coverage !== undefined) return lowestShare(held.known, 1 - aim.coverage);
  if (aim.falseAcceptances !== undefined) return byFalseAcceptances(held, aim.falseAcceptances);
  return byCost(held, aim.cost ?? {});
}

function byFalseAcceptances({ known, right, unknown }: HeldOut, share: number): number {
  const { length } = unknown;
  if (length > 0) {
    // Of n + 1 rows that are exchangeable, as many as this may lie above.
    const above = Math.floor(share * (length + 1));
    const ordered = Float64Array.from(unknown).sort();
    return above >= length ? ordered[0] : nextAbove(ordered[length - 1 - above]);
  }
  // The lowest threshold above which the share of wrong rows is small enough.
  const order = Array.from({ length: known.length }, (_, row) => row);
  order.sort((a, b) => known[b] - known[a]);
  let [wrong, threshold] = [0, Number.POSITIVE_INFINITY];
  order.forEach((row, at) => {
    if (!right[row]) wrong++;
    const isLast = at + 1 === order.length || known[order[at + 1]] < known[row];
    if (isLast && wrong <= share * (at + 1)) threshold = known[row];
  });
  return threshold;
}

/** The next number: a score of this size is no longer accepted. */
const nextAbove = (value: number) =>
  value + Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE);

/**
 * The threshold of the least mean cost. Few scores make a ragged curve, whose lowest point is an
 * accident; so each counts as a normal distribution around it, of the width that Silverman's rule
 * gives for so many.
 *
 * Silverman, "Density estimation for statistics and data analysis", 1986.
 */
function byCost({ known, right, unknown }: HeldOut, costs: RejectCosts): number {
  const { wrong = 1, rejected = unknown.length > 0 ? 1 : 0.3, accepted = 1 } = costs;
  const of = (holds: boolean) => Float64Array.from(known).filter((_, row) => right[row] === holds);
  const parts = [
    // Of rows at or above the threshold, and of those below it.
    { scores: of(true), above: 0, below: rejected, share: 1 / known.length },
    { scores: of(false), above: wrong, below: rejected, share: 1 / known.length },
    { scores: Float64Array.from(unknown), above: accepted, below: 0, share: 1 / unknown.length },
  ].filter(({ scores }) => scores.length > 0);
  const widths = parts.map(({ scores }) => bandwidth(scores));
  const all = parts.flatMap(({ scores }) => Array.from(scores)).sort((a, b) => a - b);
  // Candidates at quantiles, and what accepts all rows or none.
  const candidates = [all[0], ...quantiles(all, CANDIDATES), nextAbove(all[all.length - 1])];
  let [least, threshold] = [Number.POSITIVE_INFINITY, all[0]];
  for (const candidate of candidates) {
    let cost = 0;
    parts.forEach(({ scores, above, below, share }, p) => {
      let under = 0;
      for (const score of scores) under += normalShare((candidate - score) / widths[p]);
      cost += share * (under * below + (scores.length - under) * above);
    });
    if (cost < least) [least, threshold] = [cost, candidate];
  }
  return threshold;
}

const CANDIDATES = 400;

function quantiles(sorted: readonly number[], count: number): number[] {
  return Array.from(
    { length: count },
    (_, i) => sorted[Math.floor((i * (sorted.length - 1)) / Math.max(1, count - 1))],
  );
}

/** Silverman's rule: 0.9·min(σ, IQR/1.34)·n^(−1/5). */
function bandwidth(scores: Float64Array): number {
  const sorted = scores.slice().sort();
  const { length } = sorted;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / length;
  const deviation = Math.sqrt(sorted.reduce((sum, v) => sum + (v - mean) ** 2, 0) / length);
  const range = sorted[Math.floor(0.75 * (length - 1))] - sorted[Math.floor(0.25 * (length - 1))];
  const spread = range > 0 ? Math.min(deviation, range / 1.34) : deviation;
  return 0.9 * spread * length ** -0.2 || Number.MIN_VALUE;
}

/** The share of a normal distribution below x: Abramowitz & Stegun 7.1.26, to 1.5e-7. */
function normalShare(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 1;
  if (x === Number.NEGATIVE_INFINITY) return 0;
  if (Number.isNaN(x)) return 0;
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const tail =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) *
    t *
    Math.exp((-x * x) / 2);
  return x > 0 ? 1 - tail / 2 : tail / 2;
}
