import { didYouMean, knownOptions, rangeError, shown } from '@kernel-methods/check';
import { meanSquaredError } from '@kernel-methods/losses';
import { checkOptions } from '../check-options.ts';
import type { FitOptions } from '../fit/fit-options.ts';
import { checkFitOptions } from '../fit/fit-options.ts';
import { type KernelModelOptions, type ResolvedOptions, resolve } from '../options.ts';
import { nameHint } from '../runtime/foreign-names.ts';
import type { NoveltySolver } from './novelty-solver.ts';
import {
  isNoveltySolver,
  type NoveltySolverName,
  noveltySolverNames,
  noveltySolvers,
} from './novelty-solvers.ts';
import { novelty } from './novelty-task.ts';
import { checkNu, DEFAULT_NU } from './nu.ts';

/** The options of `KernelOneClass`. Those of the feature map are the ones of all kernel models. */
export interface KernelOneClassOptions
  extends Pick<
    KernelModelOptions,
    | 'features'
    | 'outputDim'
    | 'scale'
    | 'standardize'
    | 'encoder'
    | 'epochs'
    | 'batchSize'
    | 'seed'
    | 'memoryBudget'
  > {
  /**
   * The share of new rows of the known kind that may be taken for others, if the solver is given by
   * name. Default 0.05.
   */
  nu?: number;
  /**
   * How the score is found: 'mahalanobis', 'leverage' or 'oneClassSvm', or one of these with options.
   * Default 'mahalanobis', which ranked unknown rows best on most data sets.
   */
  solver?: NoveltySolverName | NoveltySolver;
}

/** The options with their defaults filled in. */
export interface ResolvedNoveltyOptions extends Omit<ResolvedOptions, 'solver'> {
  readonly solver: NoveltySolver;
  readonly nu: number;
}

const OPTIONS = [
  ...(['features', 'outputDim', 'scale', 'standardize', 'encoder', 'epochs', 'batchSize'] as const),
  ...(['seed', 'memoryBudget', 'nu', 'solver'] as const),
] satisfies (keyof KernelOneClassOptions)[];

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function resolveNovelty(given: KernelOneClassOptions): Readonly<ResolvedNoveltyOptions> {
  knownOptions('Options', given, OPTIONS, (key) => nameHint('option', key, OPTIONS));
  const { nu, solver = 'mahalanobis', ...rest } = given;
  if (nu !== undefined) checkNu(nu);
  const chosen = chosenSolver(solver, nu);
  const options = { ...rest, solver: chosen, task: novelty };
  checkOptions(options);
  const resolved = resolve(options, meanSquaredError);
  return Object.freeze({ ...resolved, solver: chosen, nu: chosen.nu });
}

function chosenSolver(
  solver: NoveltySolverName | NoveltySolver,
  nu: number | undefined,
): NoveltySolver {
  if (typeof solver === 'string' && Object.hasOwn(noveltySolvers, solver)) {
    return noveltySolvers[solver]({ nu: nu ?? DEFAULT_NU });
  }
  if (!isNoveltySolver(solver)) {
    const rule = `be one of ${noveltySolverNames.join(', ')}, or made by one of these functions`;
    throw rangeError('solver', rule, shown(solver), didYouMean(solver, noveltySolverNames));
  }
  if (nu === undefined) return solver;
  throw rangeError('nu', `be given to the solver itself, as in ${solver.name}({ nu })`, String(nu));
}

/** The options of one call of `fit`. */
export type NoveltyFitOptions = Pick<
  FitOptions,
  | 'epochs'
  | 'batchSize'
  | 'sampleWeight'
  | 'callbacks'
  | 'signal'
  | 'onProgress'
  | 'onEpochEnd'
  | 'verbose'
>;

const FIT_OPTIONS = [
  ...(['epochs', 'batchSize', 'sampleWeight', 'callbacks', 'signal'] as const),
  ...(['onProgress', 'onEpochEnd', 'verbose'] as const),
] satisfies (keyof NoveltyFitOptions)[];

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function checkNoveltyFitOptions(options: NoveltyFitOptions, kind: 'array' | 'stream'): void {
  knownOptions('The options of `fit`', options, FIT_OPTIONS, (key) =>
    nameHint('option', key, FIT_OPTIONS),
  );
  checkFitOptions(options, kind);
}
