import type { Label } from '../data/labels.ts';
import type { Interval, LabelSet } from './region.ts';

/** How often the truth is in the region, and how large regions are. */
export interface ConformalEvaluation extends RegionSummary {
  /** The same by stratum; by class for `by: 'class'`. */
  readonly strata?: Readonly<Record<string, RegionSummary>>;
}

/** The regions of some rows together. */
export interface RegionSummary {
  /** The share of rows whose truth is in its region. */
  readonly coverage: number;
  /** The mean width of the intervals, or the mean number of labels. */
  readonly size: number;
  readonly rows: number;
}

/** Compares regions with the truth, for all rows and for those of each name. */
export function evaluateRegions(
  regions: readonly (Interval | LabelSet)[],
  truth: ArrayLike<Label>,
  names: readonly string[] | undefined,
): ConformalEvaluation {
  const whole = new Sums();
  const parts = new Map<string, Sums>();
  regions.forEach((region, row) => {
    whole.add(region, truth[row]);
    if (names === undefined) return;
    const part = parts.get(names[row]) ?? new Sums();
    parts.set(names[row], part);
    part.add(region, truth[row]);
  });
  return {
    ...whole.summary(),
    ...(names && {
      strata: Object.fromEntries([...parts].map(([name, part]) => [name, part.summary()])),
    }),
  };
}

class Sums {
  #hits = 0;
  #size = 0;
  #rows = 0;

  add(region: Interval | LabelSet, truth: Label): void {
    const isSet = 'labels' in region;
    const isIn = isSet
      ? region.labels.includes(truth)
      : region.lower <= (truth as number) && (truth as number) <= region.upper;
    if (isIn) this.#hits++;
    this.#size += isSet ? region.labels.length : region.upper - region.lower;
    this.#rows++;
  }

  summary(): RegionSummary {
    const rows = this.#rows;
    return { coverage: this.#hits / rows, size: this.#size / rows, rows };
  }
}
