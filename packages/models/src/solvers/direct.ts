import type { Loss } from '@kernel-methods/losses';
import { inTurns } from '@kernel-methods/simd';
import { batchesOf } from '../data/batches.ts';
import { CHUNK_ROWS, type Examples } from '../data/examples.ts';
import { countOf } from '../numerics/numerics.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { chooseL2Steps, SAMPLE_ROWS } from '../ridge/choose-l2.ts';
import type { RidgeRows } from '../ridge/leave-one-out.ts';
import { RowSample } from '../ridge/row-sample.ts';
import { penaltyOf } from '../ridge/solve.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { evaluateHead } from './evaluate-head.ts';
import { oneRecord } from './one-record.ts';
import {
  type Problem,
  requireLoss,
  type Solution,
  type Solver,
  type SolverContext,
} from './solver.ts';
import { knownSolverOptions } from './solver-options.ts';

export interface DirectOptions {
  /**
   * The penalty, which takes precedence over that of the model. Default: that of the model,
   * otherwise chosen by leave-one-out.
   */
  readonly l2?: number;
  /**
   * Whether to count the training rows that are classified correctly, which takes a second pass
   * over the rows. Default false.
   */
  readonly accuracy?: boolean;
}

/** The solution of `direct`. */
export interface DirectSolution extends Solution {
  /** The sums over all rows, to which more may be added; the caller disposes of them. */
  readonly state: RidgeAccumulator;
  /** What was added to l2 because of rounding, in the unit of l2. Mostly 0. */
  readonly jitter: number;
  /** The number of features that are constant in float32, and so have no weight. Mostly 0. */
  readonly dropped: number;
}

export interface DirectSolver extends Solver {
  solve(problem: Problem, context: SolverContext): Promise<DirectSolution>;
}

/**
 * Ridge regression by its normal equations: exact, in one pass over the rows, in any order.
 *
 * (ZcᵀZc + alpha·I)·Wᵀ = ZcᵀYc over centred rows, alpha = l2·Σs·units/2; the Gram matrix is summed in
 * float64 over blocks of rows and factored by Cholesky. A classifier's targets are −1 and 1.
 *
 * If `l2` is not given, it is chosen by leave-one-out on 1,000 rows that are drawn by the seed
 * (`chooseL2`).
 *
 * Hoerl & Kennard, "Ridge regression", Technometrics 12, 1970; for classes: Rifkin, Yeo & Poggio,
 * "Regularized least-squares classification", 2003.
 *
 * @example
 * new KernelRidge({ solver: direct() });
 */
export function direct(options: DirectOptions = {}): DirectSolver {
  knownSolverOptions('direct', options, ['l2', 'accuracy']);
  const { l2, accuracy } = options;
  if (l2 !== undefined && !(l2 >= 0 && l2 < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`\`l2\` must be a finite number, 0 or above. Received: ${l2}.`);
  }
  return {
    name: 'direct',
    start: 'zeros',
    ...(accuracy ? {} : { passes: 'one' }),
    config: { ...(l2 !== undefined && { l2 }), ...(accuracy !== undefined && { accuracy }) },
    continues: 'state',
    ridge: { l2 },
    refuses,
    restore(bytes, width, units) {
      const state = RidgeAccumulator.deserialize(bytes);
      if (state.width === width && state.units === units) return state;
      const [has, wants] = [
        [state.width, state.units],
        [width, units],
      ].map(([features, outputs]) => `${features} features and ${outputs} outputs`);
      throw new RangeError(`The sums must be of ${wants}. Received: those of ${has}.`);
    },
    solve: (problem, context) => solve(problem, context, options),
  };
}

/** The largest matrix for sparse rows, by its side: 2 GB of float64. */
const LARGEST_SIDE = 16_384;

/** @throws RangeError if there are too many sparse rows, of too many features. */
function requireSize({ rows, width, numbersPerRow }: Examples): void {
  if (numbersPerRow === undefined || Math.min(rows, width) <= LARGEST_SIDE) return;
  throw new RangeError(
    `\`x\` must have at most ${LARGEST_SIDE} sparse rows, or features, with the solver 'direct'; 'dual' takes more. Received: ${rows} rows of ${width}.`,
  );
}

/** The most numbers of a sample of sparse rows, which is read with its zeros. */
const SAMPLE_NUMBERS = 2 ** 24;

export const sampleRows = ({ numbersPerRow, width }: Examples) =>
  numbersPerRow === undefined
    ? SAMPLE_ROWS
    : Math.max(64, Math.min(SAMPLE_ROWS, Math.floor(SAMPLE_NUMBERS / width)));

const refuses = ({ leastSquares }: Loss) =>
  leastSquares ? undefined : "must be meanSquaredError with the solver 'direct'";

async function solve(
  problem: Problem,
  context: SolverContext,
  { accuracy: count = false, ...options }: DirectOptions,
): Promise<DirectSolution> {
  requireLoss({ refuses }, problem.loss);
  const { training, validation, classify } = problem;
  const { numerics, signal, onProgress } = context;
  signal.throwIfAborted();
  requireSize(training);
  const start = performance.now();
  const given = options.l2 ?? problem.l2;
  const state =
    problem.state instanceof RidgeAccumulator
      ? problem.state.clone()
      : new RidgeAccumulator(training.width, training.units, numerics, { rows: training.rows });
  try {
    const sample =
      given === undefined
        ? new RowSample(numerics, training, sampleRows(training), context.seed)
        : undefined;
    await addAll(state, training, sample, context);
    const solving = { phase: 'solve', epoch: 1, epochs: 1, steps: 1 } as const;
    onProgress?.({ ...solving, step: 0 });
    await inTurns(state.settleSteps(), signal);
    await eventLoopYielder().take();
    signal.throwIfAborted();
    if (state.weight === 0) {
      throw new RangeError(
        '`sampleWeight` must leave a row with a weight above 0. Received: none.',
      );
    }
    const rows = (sample as RowSample | undefined)?.rows;
    const wanted = given ?? (await inTurns(chooseL2Steps(rows as RidgeRows, state.weight), signal));
    const { head, l2, jitter, dropped, loss } = await state.solveInTurns(wanted, signal);
    problem.head.weights.set(head.weights);
    problem.head.bias.set(head.bias);
    onProgress?.({ ...solving, step: 1, loss });
    const task = { loss: problem.loss, classify, head };
    const trained =
      classify && count ? await evaluateHead(training, task, context, 'train') : undefined;
    const known = { loss, accuracy: trained?.accuracy };
    const { history, seconds } = await oneRecord(validation, task, known, context, start);
    return {
      ...{ history, seconds },
      stopped: 'exact',
      l2,
      jitter: penaltyOf(jitter, state),
      dropped,
      state,
    };
  } catch (error) {
    state.dispose();
    throw error;
  }
}

/**
 * The number of products that are summed between two checks of the signal, about ten milliseconds
 * of work; at least one block.
 */
const PRODUCTS = 1e9;

/**
 * Adds all rows to the sums, with turns for the event loop, and offers them to the sample.
 *
 * @throws the signal's reason when aborted; the sums are then invalid.
 */
export async function addAll(
  state: RidgeAccumulator,
  training: Examples,
  sample: RowSample | undefined,
  { signal, onProgress }: Pick<SolverContext, 'signal' | 'onProgress'>,
): Promise<void> {
  const turns = eventLoopYielder();
  const size = CHUNK_ROWS * Math.max(1, Math.floor(PRODUCTS / training.width ** 2 / CHUNK_ROWS));
  let rows = 0;
  for await (const chunk of training.chunks()) {
    await sample?.take(chunk);
    for (const part of batchesOf(chunk, size)) {
      signal.throwIfAborted();
      await state.add(part, part.targets, part.weights, signal);
      rows += countOf(part.picked);
      onProgress?.({
        ...{ phase: 'train', epoch: 1, epochs: 1 },
        step: rows,
        steps: training.rows,
      });
      if (turns.isDue()) await turns.take();
    }
  }
  signal.throwIfAborted();
}
