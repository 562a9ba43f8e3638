import { positiveFinite, positiveInteger } from '@kernel-methods/check';
import { type Loss, losses } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { getSimd } from '@kernel-methods/simd';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';
import { solveCentred } from '../centred-problem.ts';
import { evaluateHead } from '../evaluate-head.ts';
import { oneRecord } from '../one-record.ts';
import {
  type Problem,
  requireLoss,
  type Solution,
  type Solver,
  type SolverContext,
} from '../solver.ts';
import { knownSolverOptions } from '../solver-options.ts';
import { allRows } from './all-rows.ts';
import { DualDescent } from './descent.ts';

export interface DualOptions {
  /**
   * It ends after a pass in which no coefficient moved its row's score by more than this, in units
   * of the margin, or of the deviation of numbers. Default 0.01; LIBLINEAR's is 0.1.
   */
  readonly tolerance?: number;
  /** The most passes over the rows. Default 200. */
  readonly maxPasses?: number;
}

/**
 * Dual coordinate descent for linear machines: hinge, squaredHinge and meanSquaredError. It passes
 * over the rows in random order, and moves each row's coefficient to where the dual objective is
 * largest while all others stay, for all outputs side by side. The work goes with the numbers that
 * rows keep, so it is the solver for many sparse rows with many outputs, such as texts. The bias is
 * not penalized (method of multipliers).
 *
 * If `l2` is not given, it is that of scikit-learn's C = 1: 1 / (Σ s · units).
 *
 * Hsieh, Chang, Lin, Keerthi & Sundararajan, "A dual coordinate descent method for large-scale
 * linear SVM", ICML 2008; the multipliers: Hestenes, "Multiplier and gradient methods", JOTA 4, 1969.
 *
 * @throws RangeError if `tolerance` is not a positive finite number, or `maxPasses` not a whole
 * number above 0.
 *
 * @example
 * new KernelSVM({ features: identity(), solver: dual({ tolerance: 0.1 }) });
 */
export function dual(given: DualOptions = {}): Solver {
  knownSolverOptions('dual', given, ['tolerance', 'maxPasses']);
  const { tolerance = 0.01, maxPasses = 200 } = given;
  positiveFinite('tolerance', tolerance);
  positiveInteger('maxPasses', maxPasses);
  const options = { tolerance, maxPasses };
  return {
    name: 'dual',
    start: 'zeros',
    config: options,
    refuses,
    solve: (problem, context) => {
      requireLoss({ refuses }, problem.loss);
      if (problem.l2 === 0) {
        throw new RangeError("`l2` must be above 0 with the solver 'dual'. Received: 0.");
      }
      return solveCentred(problem, context, (centred, own, { targets }) =>
        solve(centred, own, { maxPasses, tolerance: tolerance * targets }),
      );
    },
  };
}

/** Most rows have no say in most outputs: only every so many passes look at those, too. */
const isWhole = (pass: number) => pass % 4 === 1;

function refuses({ dual }: Loss): string | undefined {
  if (dual) return undefined;
  const names = losses.filter((loss) => loss.dual).map(({ name }) => name);
  return `must be ${names.join(', ').replace(/, (?=[^,]*$)/, ' or ')} with the solver 'dual'`;
}

async function solve(
  problem: Problem,
  context: SolverContext,
  { tolerance, maxPasses }: Required<DualOptions>,
): Promise<Solution> {
  const { training, validation, loss, classify, head } = problem;
  const { numerics, signal, seed, onProgress } = context;
  const { units, weight } = training;
  const start = performance.now();
  const l2 = problem.l2 ?? 1 / (weight * units);
  const rows = await allRows(training, numerics, signal);
  const form = loss.dual!;
  const descent = new DualDescent(getSimd(), rows, { form, units, c: 1 / (l2 * weight * units) });
  let converged = false;
  try {
    const random = createRandom(seed).stream('dual');
    const turns = eventLoopYielder();
    for (let pass = 1; pass <= maxPasses && !converged; pass++) {
      const steps = descent.pass(
        (weighted) => {
          const order = random.stream(`pass ${pass}`).permutation(weighted.length);
          return Int32Array.from(order, (i) => weighted[i]);
        },
        isWhole(pass) || pass === maxPasses,
      );
      for (;;) {
        const { done, value } = steps.next();
        if (turns.isDue()) {
          const step = done ? training.rows : value;
          const progress = { epoch: pass, epochs: maxPasses, step, steps: training.rows };
          onProgress?.({ phase: 'train', ...progress });
          await turns.take();
        }
        signal.throwIfAborted();
        if (!done) continue;
        if (!Number.isFinite(value)) {
          throw new Error('The scores of dual coordinate descent are not finite: scale the rows.');
        }
        converged = value <= tolerance && isWhole(pass);
        break;
      }
    }
    descent.write(head);
  } finally {
    descent.dispose();
  }
  const task = { head, loss, classify };
  const trained = await evaluateHead(training, task, context, 'train');
  const { reason, ...told } = await oneRecord(validation, task, trained, context, start);
  return { ...told, stopped: reason ?? (converged ? 'converged' : 'iterations'), l2 };
}
