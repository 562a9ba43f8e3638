import { oneOf, positiveFinite } from '@kernel-methods/check';
import { epochRecord } from '../solvers/epochs.ts';
import type { Problem, Solution, SolverContext } from '../solvers/solver.ts';
import { knownSolverOptions } from '../solvers/solver-options.ts';
import type { NoveltySolver } from './novelty-solver.ts';
import { checkNu, DEFAULT_NU } from './nu.ts';
import { solveByDescent } from './one-class-descent.ts';
import { solveExactly } from './one-class-dual.ts';
import type { OneClassSvmOptions, Plane } from './plane.ts';

/** The most rows whose products are kept: 144 MB. */
const MOST_ROWS = 6000;

/**
 * The one-class support vector machine: the plane that separates most rows from 0 with the largest
 * margin. With n rows of weights s, Σ s = n, it minimizes
 *
 * ½‖w‖² − ρ + Σ s·max(0, ρ − w·z) / (ν·n),
 *
 * and the score of a row is w·z − ρ. scikit-learn's `OneClassSVM` has the same plane; its decisions and
 * coefficients are ν·n times these.
 *
 * Descent uses another form of the same objective: ½‖w‖² minus the mean of the lowest share ν of all
 * w·z, so that a step of 2/(t + 1) needs no learning rate.
 *
 * Schölkopf, Platt, Shawe-Taylor, Smola & Williamson, "Estimating the support of a high-dimensional
 * distribution", Neural Computation 13, 2001; Lacoste-Julien, Schmidt & Bach, "A simpler approach to
 * obtaining an O(1/t) convergence rate for the projected stochastic subgradient method", 2012.
 *
 * @throws RangeError or TypeError that names the option, its rule and the value.
 *
 * @example
 * const model = new KernelOneClass({ solver: oneClassSvm({ nu: 0.1, threshold: 'rows' }) });
 */
export function oneClassSvm(options: OneClassSvmOptions = {}): NoveltySolver {
  knownSolverOptions('oneClassSvm', options, ['nu', 'way', 'threshold', 'tolerance']);
  const { nu = DEFAULT_NU, way = 'auto', threshold = 'unseen', tolerance = 1e-4 } = options;
  const chosen = {
    nu: checkNu(nu),
    way: oneOf('way', way, ['auto', 'exact', 'descent']),
    threshold: oneOf('threshold', threshold, ['unseen', 'rows']),
    tolerance: positiveFinite('tolerance', tolerance),
  };
  return {
    name: 'oneClassSvm',
    config: chosen,
    nu,
    start: 'zeros',
    continues: 'head',
    solve: (problem, context) => solve(problem, context, chosen),
  };
}

async function solve(
  problem: Problem,
  context: SolverContext,
  options: Required<OneClassSvmOptions>,
): Promise<Solution> {
  const { training, head } = problem;
  const { signal, onEpochEnd } = context;
  signal.throwIfAborted();
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const continues = head.weights.some((weight) => weight !== 0);
  const isExact =
    options.way === 'exact' || (options.way === 'auto' && training.rows <= MOST_ROWS && !continues);
  const write = ({ weights, rho, unseen }: Pick<Plane, 'weights' | 'rho' | 'unseen'>) => {
    head.weights.set(weights);
    head.bias[0] = -rho - (options.threshold === 'unseen' ? unseen : 0);
  };
  const found = isExact
    ? await solveExactly(training, options, context)
    : await solveByDescent(
        training,
        { ...options, from: continues ? head.weights : undefined, write },
        context,
      );
  write(found);
  const [first] = found.history;
  if (isExact) {
    const record = epochRecord(1, first, undefined, seconds());
    await onEpochEnd?.(record, async () => ({
      weights: head.weights.slice(),
      bias: head.bias.slice(),
    }));
    signal.throwIfAborted();
  }
  return {
    history: found.history,
    stopped: found.stopped,
    l2: options.nu,
    seconds: { train: seconds(), validate: 0 },
  };
}
