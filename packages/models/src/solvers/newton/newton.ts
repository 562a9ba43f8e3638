import { positiveFinite, positiveInteger } from '@kernel-methods/check';
import { type Loss, losses } from '@kernel-methods/losses';
import { solveCentred } from '../centred-problem.ts';
import type { FarSize } from '../far-passes.ts';
import type { Scales } from '../optimizer.ts';
import type { EpochRecord } from '../progress.ts';
import {
  type Problem,
  requireLoss,
  type Solution,
  type Solver,
  type SolverContext,
} from '../solver.ts';
import { knownSolverOptions } from '../solver-options.ts';
import { FarDirections, FarNewtonRows } from './by-rounds.ts';
import { Iterations, layoutOf, penaltyFor } from './iterations.ts';
import { solveInRowsSpace } from './rows-space.ts';

export interface NewtonOptions {
  /**
   * It ends when ‖gradient‖ is at most this × ‖gradient‖ at the zero head, with features measured
   * in units of their length. Default 1e-5.
   */
  readonly tolerance?: number;
  /** The most steps of Newton's method. Default 100. */
  readonly maxIterations?: number;
}

/**
 * Newton's method for losses with a second derivative: squaredHinge, logistic, softmaxCrossEntropy,
 * meanSquaredError, huber; and for pinball, whose kink is rounded within ever smaller widths, down to
 * 4e-6 of the deviation of the targets, each time from the last head.
 *
 * A step x solves H·x = −gradient, H the second derivatives of the objective:
 * - by preconditioned conjugate gradients, until the residual is a tenth to a third of the gradient;
 * - directly, for an output whose loss is curved in few rows (at most 2,048, and √(80·rows));
 * - by the Gram matrix of the rows, for up to 2,048 rows and at least half as many features;
 * - by limited-memory BFGS, for 32 coupled outputs or more: a step then costs two products with the
 *   features.
 *
 * Armijo's rule determines the length of a step, with limited-memory BFGS the conditions of Wolfe. If the
 * loss is a mean over the outputs, each output is solved by itself, but in the same passes over the
 * rows.
 *
 * It stops as 'converged', after 'iterations', or for 'precision', if float32 allows no
 * improvement.
 *
 * If `l2` is not given, it is that of scikit-learn's C = 1: 1 / (Σ s · units), but 1 / Σ s for
 * softmaxCrossEntropy, which is not a mean over the outputs, and 2 / (Σ s · units) for
 * meanSquaredError (alpha = 1 in Ridge). For pinball it is that over the deviation of the targets, so
 * that their unit does not matter.
 *
 * Keerthi & DeCoste, "A modified finite Newton method for fast solution of large scale linear SVMs",
 * JMLR 6, 2005; Lin, Weng & Keerthi, "Trust region Newton method for logistic regression", JMLR 9,
 * 2008; Dembo, Eisenstat & Steihaug, "Inexact Newton methods", SIAM J. Numer. Anal. 19, 1982.
 *
 * @throws RangeError if `tolerance` is not a positive finite number, or `maxIterations` not a whole
 * number above 0.
 *
 * @example
 * new KernelLogisticRegression({ solver: newton({ tolerance: 1e-6 }) });
 */
export function newton(given: NewtonOptions = {}): Solver {
  knownSolverOptions('newton', given, ['tolerance', 'maxIterations']);
  const { tolerance = 1e-5, maxIterations = 100 } = given;
  positiveFinite('tolerance', tolerance);
  positiveInteger('maxIterations', maxIterations);
  const options = { tolerance, maxIterations };
  return {
    name: 'newton',
    start: 'zeros',
    startsAnywhere: true,
    config: options,
    refuses,
    solve: (problem, context) => solve(problem, context, options),
    solveByRounds: (problem, context, far) => solveByRounds(problem, context, far, options),
  };
}

function refuses(loss: Loss): string | undefined {
  if (loss.hessianProduct || loss.smoothed) return undefined;
  const names = losses.filter((some) => some.hessianProduct).map(({ name }) => name);
  return `must have a second derivative for newton, as ${names.join(', ')} have; adam takes any loss`;
}

/** Rows that are elsewhere know a loss by its name, and a rounded one has none. */
const refusesFar = ({ hessianProduct, name }: Loss): string | undefined =>
  hessianProduct
    ? undefined
    : `must have a second derivative for rows that are elsewhere; ${name} has none`;

/**
 * Set-up, then iterations of inner solve, line search and evaluation, until there is a reason to
 * stop.
 */
async function solve(
  problem: Problem,
  context: SolverContext,
  options: Required<NewtonOptions>,
): Promise<Solution> {
  requireLoss({ refuses }, problem.loss);
  const minimize = async (
    own: Problem,
    ownContext: SolverContext,
    units: Scales,
    before?: readonly EpochRecord[],
  ) => {
    const stage = { before: before ?? [], isRounded: before !== undefined };
    return solved(new Iterations(own, ownContext, { ...options, ...units, ...stage }));
  };
  const run = (units: Scales) => async (own: Problem, ownContext: SolverContext) => {
    const { smoothed, hessianProduct } = own.loss;
    if (hessianProduct || !smoothed) return minimize(own, ownContext, units);
    let solution: Solution | undefined;
    for (const width of WIDTHS) {
      const rounded = { ...own, loss: smoothed(width * units.targets) };
      solution = await minimize(rounded, ownContext, units, solution?.history ?? []);
      if (!OWN_REASONS.includes(solution.stopped)) break;
    }
    return solution as Solution;
  };
  return solveCentred(problem, context, (centred, own, units) =>
    solveInRowsSpace(centred, own, run(units)),
  );
}

/** The same for rows that are elsewhere; those of the problem are a sample of them. */
async function solveByRounds(
  problem: Problem,
  context: SolverContext,
  far: FarSize,
  given: Required<NewtonOptions>,
): Promise<Solution> {
  requireLoss({ refuses: refusesFar }, problem.loss);
  return solveCentred(problem, context, async (own, ownContext, units, origin) => {
    const options = { ...given, ...units, before: [], isRounded: false };
    const { loss, classify, training } = own;
    const layout = layoutOf(own, options);
    const l2 = penaltyFor(own, far.weight * layout.blocks, options);
    const rows = new FarNewtonRows({ far, layout, loss, classify, origin });
    const finder = new FarDirections({ rows, layout, problem: own, context: ownContext, l2 });
    const all = { ...own, l2, training: { ...training, rows: far.rows, weight: far.weight } };
    return solved(new Iterations(all, ownContext, options, { rows, finder }));
  });
}

async function solved(iterations: Iterations): Promise<Solution> {
  try {
    return await iterations.solve();
  } finally {
    iterations.dispose();
  }
}

/**
 * Within what share of the targets' deviation the kinks of a loss are rounded, one after the other. The
 * first holds all rows, also of targets that are only −1 or 1, so that there is curvature.
 */
const WIDTHS = Array.from({ length: 11 }, (_, i) => 4 ** (1 - i));

/** The reasons to stop that are not the user's. */
const OWN_REASONS: readonly string[] = ['converged', 'iterations', 'precision'];
