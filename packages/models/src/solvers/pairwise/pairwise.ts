import { optional, positiveInteger, rangeError } from '@kernel-methods/check';
import type { Head } from '../../data/head.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';
import { newton } from '../newton/newton.ts';
import type { OwnHead, Problem, Solution, Solver, SolverContext } from '../solver.ts';
import { knownSolverOptions } from '../solver-options.ts';
import { ClassProducts } from './class-products.ts';
import { classRows } from './class-rows.ts';
import { contestsOf, type Pair } from './contested.ts';
import { chooseCorrection } from './correction.ts';
import { type PairMachine, pairMachine } from './pair-machine.ts';
import { CONTEST, PairwiseHead } from './pairwise-head.ts';

export interface PairwiseOptions {
  /** The most pairs of classes that get a machine. Default: 4 for each class, and at least 256. */
  readonly pairs?: number;
}

/**
 * Softmax regression, and machines of two classes each for those that it confuses.
 *
 * `base` finds the linear head s(z) = W·z + b. Pairs of classes that stand among the three largest
 * scores of training rows are contested; those of most rows get a least-squares machine f_ab of their
 * own rows alone, in closed form. In a prediction the three classes of the largest scores compete:
 *
 * s_a + slope/3·Σ_b f_ab(z), f_ab = −f_ba,
 *
 * so that a row costs little more than its linear scores. Their penalty and the slope are those of the
 * least logistic loss of the pairs' margins, each row left out of its machine; where that is no lower
 * than the linear head's, the head stays linear. With two classes, both compete.
 *
 * It suits many classes with few rows each, as intents of sentence embeddings are: 0.958 of CLINC150's
 * test sentences are right, 0.956 by softmax regression alone. With a class of more than 256
 * rows, its machines are trained on 256 of them, drawn by the seed. A model has D + 1 numbers for each
 * pair. The rows must be dense. `history` is that of `base`, and so are early stopping and callbacks: they
 * see the linear head, and where an earlier one is restored, the machines stand around that one. Rows weigh
 * in both; one of weight 0 trains no machine. A looser `tolerance` of `base` is often as good and takes
 * less time, as the machines correct what it leaves.
 *
 * Hastie & Tibshirani, "Classification by pairwise coupling", Annals of Statistics 26, 1998; Jiang, Lim,
 * Yao & Ye, "Statistical ranking and combinatorial Hodge theory", Math. Programming 127, 2011 (the sum
 * over pairs).
 *
 * @param base the solver of the linear head. Default: `newton()`.
 * @throws RangeError if `pairs` is not a whole number above 0.
 *
 * @example
 * new KernelLogisticRegression({ solver: pairwise(newton({ tolerance: 1e-2 })) });
 */
export function pairwise(base: Solver = newton(), options: PairwiseOptions = {}): Solver {
  knownSolverOptions('pairwise', options, ['pairs']);
  const { pairs } = options;
  optional(positiveInteger, 'pairs', pairs);
  const { name, config, start, startsAnywhere, featureType } = base;
  return {
    name: 'pairwise',
    config: { base: { name, config }, ...(pairs !== undefined && { pairs }) },
    ...(start && { start }),
    ...(startsAnywhere && { startsAnywhere }),
    ...(featureType && { featureType }),
    refuses: (loss) =>
      loss.link === 'softmax'
        ? base.refuses?.(loss)
        : 'must have probabilities by softmax for pairwise, as softmaxCrossEntropy has',
    solve: (problem, context) => solve(problem, context, base, pairs),
  };
}

async function solve(
  problem: Problem,
  context: SolverContext,
  base: Solver,
  given: number | undefined,
): Promise<Solution> {
  const { training, head } = problem;
  if (training.numbersPerRow !== undefined) {
    const rule = 'be another for rows whose zeros are not kept, such as newton';
    throw rangeError('solver', rule, 'pairwise');
  }
  const linear = await base.solve(problem, context);
  if (linear.ownHead !== undefined) {
    linear.state?.dispose();
    throw rangeError('base', 'be a solver that finds a linear head', base.name);
  }
  const start = performance.now();
  const { state: _, ...solution } = linear;
  linear.state?.dispose();
  const found = await machines(problem, context, given ?? pairsFor(head.bias.length));
  const { train, validate } = linear.seconds;
  const seconds = { train: train + (performance.now() - start) / 1000, validate };
  return { ...solution, seconds, ...(found.pairs.length > 0 && { ownHead: ownHead(head, found) }) };
}

/** All pairs of a few classes. More for each of many were no better on sentences of 150 intents. */
const pairsFor = (classes: number) => Math.max(256, 4 * classes);

interface Machines {
  readonly pairs: readonly Pair[];
  readonly machines: readonly PairMachine[];
  /** What their values are multiplied by. */
  readonly factor: number;
}

/** The machines of the contested pairs; none if they do not help. */
async function machines(
  { training, head }: Problem,
  context: SolverContext,
  atMost: number,
): Promise<Machines> {
  const { signal, onProgress } = context;
  const size = Math.min(CONTEST, head.bias.length);
  const contests = await contestsOf(training, head, { size, atMost }, context);
  const rows = await classRows(training, contests, context);
  // Without one row, a class must have others.
  const hasRows = (k: number) => rows.starts[k + 1] - rows.starts[k] > 1;
  const pairs = contests.pairs.filter(([a, b]) => hasRows(a) && hasRows(b));
  const correction = await chooseCorrection(rows, pairs, head, signal);
  if (correction === undefined) return { pairs: [], machines: [], factor: 0 };
  const products = new ClassProducts(rows, context);
  const turns = eventLoopYielder();
  try {
    const machines: PairMachine[] = [];
    for (const pair of pairs) {
      machines.push(await pairMachine(products, pair, correction.share, context));
      const [step, steps] = [machines.length, pairs.length];
      onProgress?.({ phase: 'solve', epoch: 1, epochs: 1, step, steps });
      if (turns.isDue()) await turns.take();
      signal.throwIfAborted();
    }
    return { pairs, machines, factor: correction.slope / size };
  } finally {
    products.dispose();
  }
}

function ownHead({ weights, bias }: Head, { pairs, machines, factor }: Machines): OwnHead {
  const units = bias.length;
  const width = weights.length / units;
  const kernel = new Float32Array(weights.length);
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < width; i++) kernel[i * units + unit] = weights[unit * width + i];
  }
  const pairKernel = new Float32Array(pairs.length * width);
  const pairBias = new Float32Array(pairs.length);
  const places = new Float32Array(units * units);
  pairs.forEach(([a, b], i) => {
    pairKernel.set(
      machines[i].weights.map((value) => factor * value),
      i * width,
    );
    pairBias[i] = factor * machines[i].bias;
    places[a * units + b] = i + 1;
    places[b * units + a] = -(i + 1);
  });
  return {
    create: () => new PairwiseHead({ name: 'head', units, pairs: pairs.length }),
    weights: [
      { values: kernel, shape: [width, units] },
      { values: bias.slice(), shape: [units] },
      { values: pairKernel, shape: [pairs.length, width] },
      { values: pairBias, shape: [pairs.length] },
      { values: places, shape: [units, units] },
    ],
    around: (other) => ownHead(other, { pairs, machines, factor }),
  };
}
