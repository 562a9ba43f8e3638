import { positiveFinite, positiveInteger } from '@kernel-methods/check';
import type { Loss } from '@kernel-methods/losses';
import { inTurns } from '@kernel-methods/simd';
import { gradientInTurns } from '../../numerics/in-turns.ts';
import { solveCentred } from '../centred-problem.ts';
import { evaluateHead } from '../evaluate-head.ts';
import { oneRecord } from '../one-record.ts';
import type { FitProgress } from '../progress.ts';
import {
  type Problem,
  requireLoss,
  type Solution,
  type Solver,
  type SolverContext,
} from '../solver.ts';
import { knownSolverOptions } from '../solver-options.ts';
import { chooseCSteps, column } from './choose-c.ts';
import { type DualSolution, dualSteps } from './dual-problem.ts';
import { type RowGram, rowGram } from './row-gram.ts';

export interface SmoOptions {
  /**
   * It ends when no pair of rows violates the optimality conditions by more than this, in units of
   * the margin. Default 1e-3, as in LIBSVM.
   */
  readonly tolerance?: number;
  /** The most steps for an output, per row. Default 200. */
  readonly maxStepsPerRow?: number;
}

/** The solution of `smo`. */
export interface SmoSolution extends Solution {
  /**
   * The number of rows that determine the head: those on the margin, within it, or on its wrong
   * side.
   */
  readonly supportVectors: number;
  /** The objective minus that of the dual: an upper bound for its distance from the minimum. */
  readonly dualGap: number;
}

export interface SmoSolver extends Solver {
  solve(problem: Problem, context: SolverContext): Promise<SmoSolution>;
}

/**
 * The maximum-margin machine by sequential minimal optimization, for the hinge loss: the minimum in
 * the space of the rows, as LIBSVM finds it, one output after the other. It keeps the products of
 * all pairs of rows, 4 bytes each, so it is for a few thousand rows.
 *
 * If `l2` is not given, C = 1 / (l2·Σs·units) is chosen by three-fold cross-validation on at most
 * 1,000 rows, among 1/4, 1, 4, 16 and 64 over the mean of ‖z − z̄‖².
 *
 * Platt 1998; Fan, Chen & Lin, JMLR 6, 2005; Chang & Lin, "LIBSVM: a library for support vector
 * machines", ACM TIST 2, 2011.
 *
 * @throws RangeError if `tolerance` is not a positive finite number, or `maxStepsPerRow` not a whole
 * number above 0.
 *
 * @example
 * new KernelSVM({ solver: smo({ tolerance: 1e-4 }) });
 */
export function smo(given: SmoOptions = {}): SmoSolver {
  knownSolverOptions('smo', given, ['tolerance', 'maxStepsPerRow']);
  const { tolerance = 1e-3, maxStepsPerRow = 200 } = given;
  positiveFinite('tolerance', tolerance);
  positiveInteger('maxStepsPerRow', maxStepsPerRow);
  const options = { tolerance, maxStepsPerRow };
  return {
    name: 'smo',
    start: 'zeros',
    config: options,
    refuses,
    solve: (problem, context) => {
      requireLoss({ refuses }, problem.loss);
      return solveCentred(problem, context, (centred, own) => solve(centred, own, options));
    },
  };
}

const refuses = ({ maximumMargin }: Loss) =>
  maximumMargin ? undefined : "must be hinge with the solver 'smo'";

async function solve(
  problem: Problem,
  context: SolverContext,
  options: Required<SmoOptions>,
): Promise<SmoSolution> {
  const { training, validation, loss, classify, head } = problem;
  const { numerics, signal, seed, onProgress } = context;
  const { units, weight } = training;
  if (problem.l2 === 0) {
    throw new RangeError("`l2` must be above 0 with the solver 'smo'. Received: 0.");
  }
  const start = performance.now();
  const tell = (progress: Pick<FitProgress, 'phase' | 'step' | 'steps'>) =>
    onProgress?.({ ...progress, epoch: 1, epochs: 1 });
  const rows = await rowGram(training, numerics, signal, (step) =>
    tell({ phase: 'train', step, steps: training.rows }),
  );
  try {
    tell({ phase: 'solve', step: 0, steps: units });
    const c =
      problem.l2 === undefined
        ? await inTurns(chooseCSteps({ ...rows, units }, options.tolerance, seed), signal)
        : 1 / (problem.l2 * weight * units);
    const l2 = problem.l2 ?? 1 / (c * weight * units);
    const solutions: DualSolution[] = [];
    for (let unit = 0; unit < units; unit++) {
      solutions.push(await inTurns(outputSteps(rows, { unit, units, c }, options), signal));
      tell({ phase: 'solve', step: unit + 1, steps: units });
    }
    await writeHead(problem, rows, solutions, context);
    const task = { head, loss, classify };
    const trained = await evaluateHead(training, task, context, 'train');
    const { reason, ...told } = await oneRecord(validation, task, trained, context, start);
    return {
      ...told,
      stopped:
        reason ?? (solutions.every(({ converged }) => converged) ? 'converged' : 'iterations'),
      l2,
      supportVectors: supportsOf(solutions, rows.rows),
      dualGap: gapOf(rows, solutions, { units, c, l2 }),
    };
  } finally {
    rows.z.dispose();
  }
}

const outputSteps = (
  rows: RowGram,
  { unit, units, c }: { unit: number; units: number; c: number },
  { tolerance, maxStepsPerRow }: Required<SmoOptions>,
) =>
  dualSteps(
    {
      gram: rows.gram,
      y: column({ ...rows, units }, unit),
      bounds: Float64Array.from(rows.weights, (s) => Math.min(c * s, LARGEST)),
    },
    { tolerance, maxSteps: maxStepsPerRow * rows.rows },
  );

/** No coefficient reaches this bound before float64 runs out of digits. */
const LARGEST = 1e30;

/** W = Σ β·z. */
async function writeHead(
  { head }: Problem,
  { rows, z }: RowGram,
  solutions: readonly DualSolution[],
  { numerics, signal }: SolverContext,
): Promise<void> {
  const units = solutions.length;
  const beta = Float32Array.from(
    { length: rows * units },
    (_, at) => solutions[at % units].beta[Math.floor(at / units)],
  );
  const all = { z, picked: { from: 0, count: rows } };
  head.weights.set(await gradientInTurns(numerics, all, beta, units, signal));
  head.bias.set(solutions.map(({ bias }) => bias));
}

function supportsOf(solutions: readonly DualSolution[], rows: number): number {
  let count = 0;
  for (let i = 0; i < rows; i++) if (solutions.some(({ beta }) => beta[i] !== 0)) count++;
  return count;
}

/** l2·Σ (‖w‖² + C·Σ s·ξ − Σ|β|): primal minus dual, with ‖w‖² = βᵀKβ and the slacks ξ. */
function gapOf(
  { rows, weights, targets }: RowGram,
  solutions: readonly DualSolution[],
  { units, c, l2 }: { units: number; c: number; l2: number },
): number {
  let gap = 0;
  solutions.forEach(({ beta, residuals, bias }, unit) => {
    for (let i = 0; i < rows; i++) {
      const y = targets[i * units + unit];
      const slack = Math.max(0, y * (residuals[i] - bias));
      gap += beta[i] * (y - residuals[i]) + c * weights[i] * slack - Math.abs(beta[i]);
    }
  });
  return Math.max(0, l2 * gap);
}
