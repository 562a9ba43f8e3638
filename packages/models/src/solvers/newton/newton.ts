import { type Loss, losses } from '@kernel-methods/losses';
import { checkPositive } from '../check-option.ts';
import { epochRecord } from '../epochs.ts';
import { evaluateHead } from '../evaluate-head.ts';
import type { EpochRecord, FitProgress } from '../progress.ts';
import {
  type Problem,
  requireLoss,
  type Solution,
  type Solver,
  type SolverContext,
} from '../solver.ts';
import { Layout } from './layout.ts';
import { goAlong } from './line-search.ts';
import { NewtonRows } from './rows.ts';
import { StepFinder } from './step.ts';

export interface NewtonOptions {
  /** Ends where ‖gradient‖ is at most this × ‖gradient‖ at the head of zeros. Default 1e-5. */
  readonly tolerance?: number;
  /** The most steps of Newton's method. Default 100. */
  readonly maxIterations?: number;
}

/**
 * Newton's method for losses with a second derivative: squaredHinge, logistic, softmaxCrossEntropy,
 * meanSquaredError, huber. A step x solves H·x = −gradient, by preconditioned conjugate gradients
 * until the residual is a tenth to a third of the gradient, or directly for an output whose loss is
 * curved in at most 2,048 rows; Armijo's rule says how far it goes. Outputs are solved each by itself, but by the same
 * passes over the rows, where the loss is the mean of theirs.
 *
 * It stops as 'converged', after 'iterations', or for 'precision', where float32 allows no better.
 *
 * Where no `l2` is given it is that of scikit-learn's C = 1: 1 / (Σ s · units), 1 / Σ s for
 * softmaxCrossEntropy, which is no mean over the outputs, and 2 / (Σ s · units) for meanSquaredError
 * (alpha = 1 in Ridge).
 *
 * Keerthi & DeCoste, "A modified finite Newton method for fast solution of large scale linear SVMs",
 * JMLR 6, 2005; Lin, Weng & Keerthi, "Trust region Newton method for logistic regression", JMLR 9,
 * 2008; Dembo, Eisenstat & Steihaug, "Inexact Newton methods", SIAM J. Numer. Anal. 19, 1982.
 *
 * @throws RangeError if `tolerance` is not a positive finite number, or `maxIterations` not a whole
 * number above 0.
 */
export function newton({ tolerance = 1e-5, maxIterations = 100 }: NewtonOptions = {}): Solver {
  checkPositive('tolerance', tolerance);
  if (!Number.isSafeInteger(maxIterations) || maxIterations < 1) {
    const rule = 'must be a whole number, 1 or above';
    throw new RangeError(`\`maxIterations\` ${rule}. Received: ${maxIterations}.`);
  }
  const options = { tolerance, maxIterations };
  return {
    name: 'newton',
    start: 'zeros',
    config: options,
    refuses,
    solve: (problem, context) => solve(problem, context, options),
  };
}

function refuses(loss: Loss): string | undefined {
  if (loss.hessianProduct) return undefined;
  const names = losses.filter((some) => some.hessianProduct).map(({ name }) => name);
  return `must have a second derivative for newton, as ${names.join(', ')} have; adam takes any loss`;
}

async function solve(
  problem: Problem,
  context: SolverContext,
  { tolerance, maxIterations }: Required<NewtonOptions>,
): Promise<Solution> {
  const { training: examples, validation, loss, classify } = problem;
  requireLoss({ refuses }, loss);
  const started = performance.now();
  const { numerics, signal, seed, onProgress, onEpochEnd } = context;
  const layout = new Layout(examples.units, examples.width, loss.link !== 'softmax');
  const l2 = problem.l2 ?? defaultL2(loss, examples.weight * layout.blocks);
  const history: EpochRecord[] = [];
  let validating = 0;
  const report = (progress: Pick<FitProgress, 'phase' | 'step' | 'steps'>) => {
    const epoch = Math.min(maxIterations, history.length + 1);
    onProgress?.({ ...progress, epoch, epochs: maxIterations });
  };
  const common = { examples, loss, classify, numerics, layout, signal, l2, seed };
  const onRows = (step: number) => report({ phase: 'train', step, steps: examples.rows });
  const rows = new NewtonRows({ ...common, onRows });
  const finder = new StepFinder({ ...common, rows });
  const finish = (stopped: string): Solution => {
    const train = (performance.now() - started) / 1000 - validating;
    return { history, stopped, l2, seconds: { train, validate: validating } };
  };
  try {
    const evaluate = async (head: Float64Array) => {
      const evaluation = await rows.evaluate(head);
      layout.addPenalty(evaluation.gradient, head, l2);
      const norm = Math.hypot(...layout.norms(evaluation.gradient));
      const square = layout.total(layout.dotOfWeights(head, head));
      return { ...evaluation, norm, objective: evaluation.loss + (l2 / 2) * square };
    };
    let head = layout.join(problem.head);
    const zero = await evaluate(layout.vector());
    let now = head.every((value) => value === 0) ? zero : await evaluate(head);
    // At an optimum of zeros there is no scale but that of the head given.
    const scale = zero.norm || now.norm;
    let [lowest, idle] = [now.norm, 0];
    while (now.norm > tolerance * scale) {
      if (!Number.isFinite(now.objective)) {
        throw new Error(`newton diverged: the loss is ${now.loss}; scale the features.`);
      }
      if (history.length === maxIterations) return finish('iterations');
      const from = performance.now();
      const step = await finder.find(now.gradient, { scale, goal: tolerance * scale });
      await rows.takeStep(step);
      const factors = goAlong({ rows, layout, head, step, l2 });
      if (factors.every((factor) => factor === 0)) return finish('precision');
      const next = head.slice();
      layout.add(next, step, factors);
      // The head that is evaluated is the one that is handed out.
      head = next.map(Math.fround);
      const { weights, bias } = layout.split(head);
      if (loss.link === 'softmax') centre(bias);
      problem.head.weights.set(weights);
      problem.head.bias.set(bias);
      const before = now.objective;
      now = await evaluate(head);
      const middle = performance.now();
      const task = { head: problem.head, loss, classify };
      const held =
        validation &&
        (await evaluateHead(validation, task, { ...context, onProgress: report }, 'validate'));
      const end = performance.now();
      validating += (end - middle) / 1000;
      const record = {
        ...epochRecord(history.length + 1, now, held, (end - from) / 1000),
        gradientNorm: now.norm / scale,
      };
      history.push(record);
      const copy = async () => ({ weights: weights.slice(), bias: bias.slice() });
      const reason = await onEpochEnd?.(record, copy);
      if (reason !== undefined) return finish(reason);
      idle = now.norm < lowest || now.objective < before - 1e-9 * before ? 0 : idle + 1;
      lowest = Math.min(lowest, now.norm);
      if (idle === IDLE) return finish('precision');
    }
    return finish('converged');
  } finally {
    rows.dispose();
    finder.dispose();
  }
}

/** Steps without a lower gradient or objective after which none is to be had. */
const IDLE = 3;

/** Softmax does not see what all outputs share: of all biases that are as good, those of mean 0. */
function centre(bias: Float32Array): void {
  const mean = bias.reduce((sum, value) => sum + value, 0) / bias.length;
  for (let unit = 0; unit < bias.length; unit++) bias[unit] -= mean;
}

const defaultL2 = (loss: Loss, weight: number) => (loss.leastSquares ? 2 : 1) / weight;
