import type { Job } from '../comparison/job.ts';
import type { RunRecord } from '../comparison/record.ts';
import { spreadOf } from '../results/spread.ts';
import { variantKey } from './variant-key.ts';

/** Seconds that a job will probably take; null where that is not known. */
export type Estimate = (job: Omit<Job, 'command'>) => number | null;

/** Learns from the runs that ended what the others will take. */
export interface Expected {
  add(record: RunRecord): void;
  /**
   * Seconds until all that wait are done, the current one among them, as a function of the seconds
   * that this one has run for; null where that is not known.
   */
  left(waiting: Iterable<Job>, current: Job): (spent: number) => number | null;
}

/**
 * A job takes the median of its own variant; else the estimate, as right as it was for others;
 * else the median of all.
 */
export function createExpected(estimate: Estimate = () => null): Expected {
  const all: number[] = [];
  const byVariant = new Map<string, number[]>();
  /** What a run took over what was estimated. */
  const ratios: number[] = [];

  return {
    add(record) {
      if (record.status !== 'done') return; // its time tells nothing of others
      const { processSeconds } = record;
      const key = variantKey(record);
      all.push(processSeconds);
      byVariant.set(key, [...(byVariant.get(key) ?? []), processSeconds]);
      const estimated = estimate(record);
      if (estimated) ratios.push(processSeconds / estimated);
    },
    left(waiting, current) {
      const ratio = median(ratios) ?? 1;
      const overall = median(all);
      const secondsOf = (job: Job) => {
        const estimated = estimate(job);
        return (
          median(byVariant.get(variantKey(job)) ?? []) ??
          (estimated === null ? overall : estimated * ratio)
        );
      };
      const own = secondsOf(current);
      let others: number | null = 0;
      for (const job of waiting) {
        const seconds = job.key === current.key ? 0 : secondsOf(job);
        others = others === null || seconds === null ? null : others + seconds;
      }
      return (spent) =>
        own === null || others === null ? null : others + Math.max(0, own - spent);
    },
  };
}

const median = (values: readonly number[]) => spreadOf(values)?.median ?? null;
