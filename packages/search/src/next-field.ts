import type { Machine } from './machine.ts';
import type { Score } from './score.ts';

/** The machines of a round, and how often it divides the rows into folds. */
export interface Field {
  readonly machines: readonly Machine[];
  readonly divisions: number;
}

export interface NextFieldOptions {
  /** How often the round may divide the rows; the round before divided them once. */
  readonly divisions: number;
  /** Seconds for the round. */
  readonly seconds: number;
}

/** Of so many machines one goes on. */
const GROWTH = 3;
/** As many machines go on at least. */
const LEAST_KEPT = 4;
/** What has been divided once tells more only if it is divided again. */
const LEAST_DIVISIONS = 2;

/**
 * What goes on to a round that looks more closely: the best third. Where rows are few, the round
 * divides the same ones several times, so its cost is known from the round before. If there is no time
 * for it, fewer machines go on; if that is not enough, they are divided less often. So all of them have
 * scores of the same folds in time.
 *
 * @param found the scores of the round before, the best first.
 */
export function nextField(
  found: readonly Score[],
  { divisions: most, seconds }: NextFieldOptions,
): Field {
  const kept = Math.max(LEAST_KEPT, Math.ceil(found.length / GROWTH));
  const field = (count: number, divisions: number): Field => ({
    machines: found.slice(0, count).map(({ machine }) => machine),
    divisions,
  });
  if (most < LEAST_DIVISIONS) return field(kept, most);
  const costOf = (count: number) =>
    found.slice(0, count).reduce((sum, score) => sum + score.seconds, 0);
  for (let divisions = most; divisions >= LEAST_DIVISIONS; divisions--) {
    for (let count = kept; count >= LEAST_KEPT; count--) {
      if (divisions * costOf(count) <= seconds) return field(count, divisions);
    }
  }
  return field(LEAST_KEPT, LEAST_DIVISIONS);
}
