import type { ResolvedOptions } from '../options.ts';
import { defaultMemoryBudget } from '../runtime/memory-budget.ts';
import { dual } from '../solvers/dual/dual.ts';
import { newton } from '../solvers/newton/newton.ts';
import { smo } from '../solvers/smo/smo.ts';
import type { FitOptions } from './fit-options.ts';

/** The size of a fit. */
export interface FitSize {
  readonly rows: number;
  /** Σ of the rows' weights. */
  readonly weight: number;
  /** Features. */
  readonly width: number;
  /** Outputs. */
  readonly units: number;
  /** Whether features are sparse. */
  readonly isSparse?: boolean;
}

/** The most numbers for `newton`, which passes over them about a hundred times, in seconds. */
const NEWTON_NUMBERS = 2e8;

/** The same for `smo`: rows² for each output, and once for each feature. */
const SMO_NUMBERS = 2e8;
const SMO_PRODUCTS = 4e10;

/**
 * The C of losses without a link: the middle of the values that cross-validation chooses on tables.
 */
const C = 4;

/**
 * The options with a solver, if `fit` chooses it. It is 'smo' for the hinge loss and 'newton' for
 * losses with a second derivative if these take seconds, since their result does not depend on step
 * sizes and epochs. For sparse features it is 'dual' for losses that have a dual form, however many.
 * Otherwise it is 'adam'; if no penalty is given, C is 4, or 1 for losses whose
 * scores are log-odds. A fit that sets epochs gets 'adam' as in Keras.
 */
export function withChosenSolver(
  options: ResolvedOptions,
  fitOptions: FitOptions,
  { rows, weight, width, units, isSparse = false }: FitSize,
): ResolvedOptions {
  if (!options.choosesSolver) return options;
  const { loss, l2, memoryBudget = defaultMemoryBudget() } = options;
  const chosen = { ...options, choosesSolver: false };
  if (asksForEpochs(fitOptions)) return chosen;
  const bytes = 4 * rows * (rows + 2 * width);
  const exact = smo();
  const suits =
    rows * rows * units <= SMO_NUMBERS && rows * rows * width <= SMO_PRODUCTS && l2 !== 0;
  if (exact.refuses?.(loss) === undefined && suits && bytes <= memoryBudget) {
    return { ...chosen, solver: exact };
  }
  if (isSparse && l2 !== 0 && loss.dual) return { ...chosen, solver: dual() };
  const second = newton();
  if (second.refuses?.(loss) === undefined && rows * width * units <= NEWTON_NUMBERS) {
    return { ...chosen, solver: second };
  }
  return { ...chosen, l2: l2 ?? penalty(options, weight, units) };
}

/** The l2 for scikit-learn's C. A softmax loss is not a mean over the outputs. */
const penalty = ({ loss }: ResolvedOptions, weight: number, units: number): number =>
  1 / ((loss.link === undefined ? C : 1) * weight * (loss.link === 'softmax' ? 1 : units));

/** Whether a fit sets epochs, or listens to them. */
const asksForEpochs = ({ epochs, batchSize, earlyStopping, onEpochEnd, callbacks }: FitOptions) =>
  epochs !== undefined ||
  batchSize !== undefined ||
  Boolean(earlyStopping) ||
  onEpochEnd !== undefined ||
  callbacks?.some((callback) => callback.onEpochEnd !== undefined) === true;
