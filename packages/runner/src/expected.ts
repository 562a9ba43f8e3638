/** A run that ended, as far as its time tells of others. */
interface Timed {
  readonly status: string;
  readonly processSeconds: number;
}

export interface ExpectedOptions<J> {
  /** Equal for jobs that take about the same time, such as the seeds of one variant. */
  groupOf(job: J): string;
  /** Seconds that a job will probably take; null where that is not known. */
  readonly estimate?: (job: J) => number | null;
}

/** Learns from the runs that ended what the others will take. */
export interface Expected<J extends { readonly key: string }, R extends Timed> {
  add(record: R): void;
  /**
   * Seconds until all that wait are done, the current one among them, as a function of the seconds
   * that this one has run for; null where that is not known.
   */
  left(waiting: Iterable<J>, current: J): (spent: number) => number | null;
}

/**
 * A job takes the median of its own group; else the estimate, as right as it was for others;
 * else the median of all.
 */
export function createExpected<J extends { readonly key: string }, R extends J & Timed>({
  groupOf,
  estimate = () => null,
}: ExpectedOptions<J>): Expected<J, R> {
  const all: number[] = [];
  const byGroup = new Map<string, number[]>();
  /** What a run took over what was estimated. */
  const ratios: number[] = [];

  return {
    add(record) {
      if (record.status !== 'done') return; // its time says nothing about others
      const { processSeconds } = record;
      const key = groupOf(record);
      all.push(processSeconds);
      byGroup.set(key, [...(byGroup.get(key) ?? []), processSeconds]);
      const estimated = estimate(record);
      if (estimated) ratios.push(processSeconds / estimated);
    },
    left(waiting, current) {
      const ratio = median(ratios) ?? 1;
      const overall = median(all);
      const secondsOf = (job: J) => {
        const estimated = estimate(job);
        return (
          median(byGroup.get(groupOf(job)) ?? []) ??
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

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  return (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2;
}
