/** A finished run, from which the time of others is estimated. */
interface Timed {
  readonly status: string;
  readonly processSeconds: number;
}

export interface ExpectedOptions<J> {
  /** Equal for jobs that take about the same time, such as the seeds of one variant. */
  groupOf(job: J): string;
  /** Seconds that a job will probably take; null if that is not known. */
  readonly estimate?: (job: J) => number | null;
}

/** Estimates the time of the remaining runs from those that ended. */
export interface Expected<J extends { readonly key: string }, R extends Timed> {
  add(record: R): void;
  /**
   * Seconds until the current and all waiting jobs are done, as a function of the seconds that the
   * current one has run; null if that is not known.
   */
  left(waiting: Iterable<J>, current: J): (spent: number) => number | null;
}

/**
 * A job is expected to take the median of its group. Without one, it is the estimate, corrected by
 * the ratios of other jobs; without an estimate, the median of all.
 */
export function createExpected<J extends { readonly key: string }, R extends J & Timed>({
  groupOf,
  estimate = () => null,
}: ExpectedOptions<J>): Expected<J, R> {
  const all: number[] = [];
  const byGroup = new Map<string, number[]>();
  /** The ratios of actual to estimated time. */
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
