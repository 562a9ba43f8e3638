import type { Command } from '@kernel-methods/runner';
import { UsageError } from '@kernel-methods/runner';
import { complete, completeUnchecked } from '../options/complete.ts';
import type { Config, Settings } from '../options/options.ts';
import type { Job, Skip } from '../records/job.ts';
import { refusalOf } from '../run/refusal.ts';
import { type Axes, type AxisName, type AxisOption, axisOptions, flagged } from './axes.ts';
import { createNamer, type Namer, reasonOf } from './names.ts';
import { keyOf } from './unused.ts';

export interface PlanRequest {
  /** Run options that were named: the base of all combinations. */
  readonly given: Partial<Settings>;
  readonly axes: Axes;
  readonly repeats: number;
  /** Options that names tell although they do not differ among these. */
  readonly named?: readonly AxisOption[];
  /** The process that runs a configuration. */
  command(config: Config): Command;
}

/** Every combination is run, or skipped with a reason. */
export interface Plan {
  readonly jobs: readonly Job[];
  readonly skipped: readonly Skip[];
}

/** More than anyone waits for: a slip of the finger. */
const mostJobs = 10_000;

/**
 * The runs of a comparison: the product of the axes over the given options. What the library refuses
 * is skipped with its own words; what differs only in options without a say is run once.
 *
 * Jobs take turns: all variants with the first seed, then with the next, then all again for each
 * repeat, so that a comparison that is stopped has seen every variant about as often.
 *
 * @throws UsageError where an axis is given as an option too, or where it comes to too many runs.
 */
export function plan({ given, axes, repeats, named, command }: PlanRequest): Plan {
  checkAxes(given, axes, repeats);
  const { seed: seeds = [given.seed ?? 0], ...others } = axes;
  const namer = createNamer(others, given, named);
  const skipped: Skip[] = [];
  const variants = new Map<string, Config>();
  for (const combination of combinationsOf(others)) {
    const config = configOf(given, combination);
    if (config instanceof UsageError) {
      skipped.push({ variant: nameOfBroken(combination, given, namer), reason: config.message });
      continue;
    }
    const variant = namer.combination(config);
    const key = keyOf(config);
    const same = variants.get(key);
    const reason = same ? sameAs(config, same, others, namer) : refusalOf(config);
    if (reason === undefined) variants.set(key, config);
    else skipped.push({ variant, reason });
  }
  const jobs = Array.from({ length: repeats }, (_, repeat) =>
    seeds.flatMap((seed) =>
      [...variants.values()].map((variant) => {
        const config = { ...variant, seed };
        return {
          key: `${keyOf(config)} repeat=${repeat}`,
          system: 'kernel-methods' as const,
          variant: namer.job(variant),
          ...{ seed, repeat, config, command: command(config) },
        };
      }),
    ),
  ).flat();
  return { jobs: withoutRepetition(jobs), skipped };
}

/** What draws nothing is run with the first seed alone: its key has none. */
function withoutRepetition(jobs: readonly Job[]): Job[] {
  const keys = new Set<string>();
  return jobs.filter(({ key }) => keys.size < keys.add(key).size);
}

function checkAxes(given: Partial<Settings>, axes: Axes, repeats: number): void {
  for (const [name, option] of Object.entries(axisOptions) as [AxisName, AxisOption][]) {
    if (axes[option] !== undefined && given[option] !== undefined) {
      throw new UsageError(
        `\`${flagged(name)}\` of the matrix must be left out if --${flagged(option)} is given. Received: ${axes[option].join(',')}.`,
      );
    }
  }
  const runs = Object.values(axes).reduce((product, values) => product * values.length, repeats);
  if (runs > mostJobs) {
    throw new UsageError(
      `\`--matrix\` must come to at most ${mostJobs} runs, seeds and repeats counted. Received: ${runs}.`,
    );
  }
}

/** The whole configuration, or what is wrong with it. */
function configOf(given: Partial<Settings>, combination: Combination): Config | UsageError {
  try {
    return complete({ ...given, ...combination } as Partial<Settings>);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function nameOfBroken(combination: Combination, given: Partial<Settings>, namer: Namer): string {
  return namer.combination(completeUnchecked({ ...given, ...combination } as Partial<Settings>));
}

function sameAs(config: Config, same: Config, axes: Axes, namer: Namer): string {
  const differing = (Object.keys(axes) as AxisOption[]).filter(
    (option) => config[option] !== same[option],
  );
  return `the same as ${namer.job(same)}, since ${reasonOf(config, differing)}`;
}

/** A value for each axis. */
export type Combination = Readonly<Partial<Record<AxisOption, unknown>>>;

/** The product of the axes: the last one changes fastest. No axis: one combination, of nothing. */
export function combinationsOf(axes: Axes): Combination[] {
  let combinations: Combination[] = [{}];
  for (const [option, values] of Object.entries(axes)) {
    combinations = combinations.flatMap((combination) =>
      values.map((value) => ({ ...combination, [option]: value })),
    );
  }
  return combinations;
}

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
