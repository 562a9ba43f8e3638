import type { Config } from '../options/options.ts';
import { maps } from '../parts/maps.ts';
import { type SolverEntry, solvers } from '../parts/solvers.ts';
import { type TaskEntry, tasks } from '../parts/tasks.ts';
import { type AxisOption, axisOptions } from './axes.ts';

/** Options that have no effect on a run, and what makes them so. */
interface Unused {
  readonly options: readonly AxisOption[];
  /** What does not use them: 'arc-cosine'. */
  readonly by: string;
}

/** Which options do not change what the configuration does. */
export function unusedBy(config: Config): Unused[] {
  const { filters, map, solver, task, reject } = config;
  const { unused: ofSolver }: SolverEntry = solvers[solver];
  const { unused: ofTask }: TaskEntry = tasks[task];
  const unused: Unused[] = [];
  if (ofTask.length > 0) unused.push({ options: ofTask, by: task });
  if (reject === undefined && !(ofTask as readonly string[]).includes('rejectScore')) {
    unused.push({ options: ['rejectScore'], by: 'a run that rejects nothing' });
  }
  if (filters === 0) {
    unused.push({ options: ['patchSize', 'grid', 'threshold'], by: 'a run without filters' });
  }
  if (!maps[map].kernel) {
    const size = maps[map].sized ? [] : (['outputDim'] as const);
    unused.push({ options: ['kernel', 'scale', ...size], by: map });
  }
  const bySolver = ofSolver.filter((option) => !(ofTask as readonly string[]).includes(option));
  if (bySolver.length > 0) unused.push({ options: bySolver, by: solver });
  if (drawsNothing(config)) unused.push({ options: ['seed'], by: 'a run that draws nothing' });
  return unused;
}

const drawsNothing = ({ filters, map, solver, dataset, l2, task }: Config) =>
  !tasks[task].samples &&
  filters === 0 &&
  !maps[map].drawn &&
  dataset !== 'synthetic' &&
  !solvers[solver].drawn({ l2 });

/** The options that change what the configuration does. The name of a preset does not count, its options do. */
function usedOptions(config: Config): AxisOption[] {
  const unused = new Set(unusedBy(config).flatMap(({ options }) => options));
  return runOptions.filter((option) => option !== 'variant' && !unused.has(option));
}

/** Options that came after files of results were written, with the defaults that these imply. */
const cameLater: Partial<Config> = { task: 'classes', rejectScore: 'relative-mahalanobis' };

const runOptions = Object.values(axisOptions);

/** Equal texts mean the same run. Options that have no effect are left out of them. */
export function keyOf(config: Config): string {
  return usedOptions(config)
    .filter((option) => config[option] !== undefined && config[option] !== cameLater[option])
    .map((option) => `${option}=${config[option]}`)
    .join(' ');
}
