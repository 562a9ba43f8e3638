import type { Job, Skip } from '../comparison/job.ts';
import type { Axes, AxisOption } from './axes.ts';
import { type Plan, type PlanRequest, plan } from './plan.ts';

/**
 * The runs of several products, each with its own turns. What an earlier one runs already is skipped.
 * Two that would be called the same are told apart by the number of their matrix.
 *
 * @throws what `plan` throws.
 */
export function plans(matrices: readonly Axes[], request: Omit<PlanRequest, 'axes'>): Plan {
  const jobs = new Map<string, Job>();
  const skipped: Skip[] = [];
  const names = new Map<string, number>();
  matrices.forEach((axes, matrix) => {
    const part = plan({ ...request, axes, named: namedIn(axes, matrices) });
    skipped.push(...part.skipped);
    for (const job of part.jobs) {
      const same = jobs.get(job.key);
      if (same === undefined) {
        const first = names.get(job.variant) ?? matrix;
        names.set(job.variant, first);
        const variant = first === matrix ? job.variant : `${job.variant} (matrix ${matrix + 1})`;
        jobs.set(job.key, { ...job, variant });
      } else if (job.seed === part.jobs[0].seed && job.repeat === 0) {
        skipped.push({
          variant: job.variant,
          reason: `the same as ${same.variant}, of a matrix before`,
        });
      }
    }
  });
  return { jobs: inTurns([...jobs.values()]), skipped };
}

/** The axes of a product, but for those that have one and the same value wherever they are. */
function namedIn(axes: Axes, matrices: readonly Axes[]): AxisOption[] {
  if (matrices.length === 1) return [];
  return (Object.keys(axes) as AxisOption[]).filter((option) => {
    const values = matrices.flatMap((matrix): readonly unknown[] => matrix[option] ?? []);
    return new Set(values).size > 1;
  });
}

/** All with the first seed, then with the next, then all again for each repeat. */
export function inTurns<J extends Pick<Job, 'seed' | 'repeat'>>(jobs: readonly J[]): J[] {
  return [...jobs].sort((a, b) => a.repeat - b.repeat || a.seed - b.seed);
}
