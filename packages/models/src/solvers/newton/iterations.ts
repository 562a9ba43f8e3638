import type { Loss } from '@kernel-methods/losses';
import { epochRecord } from '../epochs.ts';
import { evaluateHead } from '../evaluate-head.ts';
import type { Scales } from '../optimizer.ts';
import type { EpochRecord, FitProgress } from '../progress.ts';
import type { Problem, Solution, SolverContext } from '../solver.ts';
import { BlockVector } from './block-vector.ts';
import { DirectionFinder } from './direction.ts';
import type { KeptScores } from './kept-scores.ts';
import { armijoLineSearch } from './line-search.ts';
import { type Evaluation, NewtonRows } from './rows.ts';
import { wolfeLineSearch } from './wolfe-line-search.ts';

export interface IterationOptions extends Scales {
  /** It ends when ‖gradient‖ is at most this × ‖gradient‖ at the zero head. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** The iterations of earlier solutions, which these follow. */
  readonly before: readonly EpochRecord[];
  /** Whether the loss is a rounded one, which is straight for most rows. */
  readonly isRounded: boolean;
}

/** What computes over the rows, and what finds directions. */
interface Parts {
  readonly rows: Pick<NewtonRows, 'evaluate' | 'takeStep' | 'dispose'> & {
    readonly kept: Pick<KeptScores, 'lossAlong' | 'slopes'>;
  };
  readonly finder: Pick<
    DirectionFinder,
    'direction' | 'isCheap' | 'hasGram' | 'leaveGram' | 'dispose'
  >;
}

/** A head with its objective, the mean loss plus the penalty, and the gradient of the objective. */
interface Point {
  readonly head: Float64Array;
  readonly loss: number;
  readonly accuracy?: number;
  readonly objective: number;
  readonly gradient: Float64Array;
  /** ‖gradient‖. */
  readonly norm: number;
}

/** Newton's method from a head: inner solve, line search and evaluation, until there is a reason to stop. */
export class Iterations {
  readonly #problem: Problem;
  readonly #context: SolverContext;
  readonly #options: IterationOptions;
  readonly #layout: BlockVector;
  readonly #l2: number;
  readonly #rows: Parts['rows'];
  /** The same rows, if they are here. */
  readonly #own?: NewtonRows;
  readonly #finder: Parts['finder'];
  readonly #history: EpochRecord[];
  readonly #started = performance.now();
  #validating = 0;
  /** The number of consecutive steps that lowered neither the gradient nor the objective. */
  #idle = 0;
  /** The best point, which is in `problem.head`. */
  #best?: Point;
  /** ‖gradient‖ after the last step that made progress. */
  #lowest = Number.POSITIVE_INFINITY;

  constructor(problem: Problem, context: SolverContext, options: IterationOptions, parts?: Parts) {
    this.#problem = problem;
    this.#context = context;
    this.#options = options;
    this.#history = [...options.before];
    const { training: examples, loss, classify } = problem;
    const { numerics, signal, seed, sharedWork } = context;
    const layout = layoutOf(problem, options);
    const l2 = penaltyFor(problem, examples.weight * layout.blocks, options);
    this.#layout = layout;
    this.#l2 = l2;
    if (parts !== undefined) {
      this.#rows = parts.rows;
      this.#finder = parts.finder;
      return;
    }
    const common = { examples, loss, classify, numerics, layout, signal, l2, seed, sharedWork };
    const onRows = (step: number) => this.#report({ phase: 'train', step, steps: examples.rows });
    const rows = new NewtonRows({ ...common, onRows });
    const reach = options.isRounded ? options.targets : undefined;
    this.#rows = rows;
    this.#own = rows;
    this.#finder = new DirectionFinder({ ...common, rows, reach });
  }

  async solve(): Promise<Solution> {
    const { tolerance, maxIterations } = this.#options;
    const zero = await this.#evaluate(this.#layout.vector());
    const start = this.#layout.join(this.#problem.head);
    let now = start.every((value) => value === 0) ? zero : await this.#evaluate(start);
    // If zero is the optimum, the only scale is that of the given head.
    const scale = zero.norm || now.norm;
    this.#lowest = now.norm;
    for (;;) {
      if (!Number.isFinite(now.objective) || !Number.isFinite(now.norm)) {
        throw new Error(`newton diverged: the loss is ${now.loss}; scale the features.`);
      }
      if (now.norm <= tolerance * scale) return this.#finish('converged');
      if (this.#history.length - this.#options.before.length === maxIterations)
        return this.#finish('iterations');
      const from = performance.now();
      const direction = await this.#innerSolve(now, scale);
      const before = now;
      const next = await this.#advance(now, direction);
      if (next === undefined) {
        if (this.#leavesGram()) continue;
        return this.#finish('precision');
      }
      // If the rounded head loses the progress that the line search found, float32 allows no
      // improvement.
      const isWorse = next.objective > before.objective * (1 + ROUNDING);
      now = isWorse || Number.isNaN(next.objective) ? before : next;
      if (isBetter(now, this.#best ?? before)) this.#handOut(now);
      const asked = await this.#endIteration(now, from, scale);
      const reason = asked ?? this.#idleReason(now, before);
      if (reason === undefined || (asked === undefined && this.#leavesGram())) continue;
      return this.#finish(reason);
    }
  }

  /** Whether there is another way, where the Gram matrix takes the objective no further down. */
  #leavesGram(): boolean {
    if (!this.#finder.hasGram) return false;
    this.#finder.leaveGram();
    this.#idle = 0;
    return true;
  }

  dispose(): void {
    this.#rows.dispose();
    this.#finder.dispose();
  }

  async #evaluate(head: Float64Array): Promise<Point> {
    return this.#pointOf(head, await this.#rows.evaluate(head));
  }

  #pointOf(head: Float64Array, evaluation: Evaluation): Point {
    const { gradient, loss } = evaluation;
    this.#centreBias(gradient);
    this.#layout.addPenalty(gradient, head, this.#l2);
    const norm = Math.hypot(...this.#layout.norms(gradient));
    const square = this.#layout.total(this.#layout.dotOfWeights(head, head));
    return { ...evaluation, head, norm, objective: loss + (this.#l2 / 2) * square };
  }

  /** Solves H·x = −gradient approximately. */
  async #innerSolve({ head, gradient }: Point, scale: number): Promise<Float64Array> {
    const goal = this.#options.tolerance * scale;
    const direction = await this.#finder.direction(head, gradient, { scale, goal });
    this.#centreBias(direction);
    return direction;
  }

  /** The next point along the direction; undefined if the objective does not fall along it. */
  async #advance(now: Point, direction: Float64Array): Promise<Point | undefined> {
    if (this.#finder.isCheap && this.#own) return this.#advanceOnScores(this.#own, now, direction);
    const step = await this.#lineSearch(now, direction);
    return step && this.#evaluate(step);
  }

  /** By two products: that of the direction's scores, and that of the gradient at the end. */
  async #advanceOnScores(
    rows: NewtonRows,
    now: Point,
    direction: Float64Array,
  ): Promise<Point | undefined> {
    const [layout, l2] = [this.#layout, this.#l2];
    await rows.takeStep(direction);
    const along = layout.total(layout.dotOfWeights(now.head, direction));
    const square = layout.total(layout.dotOfWeights(direction, direction));
    const penalty = layout.total(layout.dotOfWeights(now.head, now.head));
    const factor = await wolfeLineSearch(async (t) => {
      const { value, slope } = await rows.kept.along(t);
      return {
        value: value + (l2 / 2) * (penalty + t * (2 * along + t * square)),
        slope: slope + l2 * (along + t * square),
      };
    });
    if (factor === 0) return undefined;
    const head = now.head.slice();
    layout.add(head, direction, Float64Array.of(factor));
    this.#centreBias(head);
    const next = head.map(Math.fround);
    if ((this.#history.length + 1) % AFRESH === 0) return this.#evaluate(next);
    rows.kept.move(factor);
    return this.#pointOf(next, await rows.evaluateKept());
  }

  /**
   * The head along the direction, in float32; undefined if the objective does not fall along it.
   */
  async #lineSearch({ head }: Point, direction: Float64Array): Promise<Float64Array | undefined> {
    await this.#rows.takeStep(direction);
    const [rows, layout, l2] = [this.#rows.kept, this.#layout, this.#l2];
    const factors = await armijoLineSearch({ rows, layout, head, step: direction, l2 });
    if (factors.every((factor) => factor === 0)) return undefined;
    const next = head.slice();
    layout.add(next, direction, factors);
    this.#centreBias(next);
    return next.map(Math.fround);
  }

  #handOut(point: Point): void {
    this.#best = point;
    const { weights, bias } = this.#layout.split(point.head);
    this.#problem.head.weights.set(weights);
    this.#problem.head.bias.set(bias);
  }

  /**
   * Chooses the biases with mean 0. Softmax does not change if a constant is added to all outputs,
   * so rounding errors in that direction would grow from step to step.
   */
  #centreBias(x: Float64Array): void {
    const { units, width } = this.#layout;
    if (this.#problem.loss.link !== 'softmax') return;
    let mean = 0;
    for (let unit = 0; unit < units; unit++) mean += x[unit * (width + 1) + width] / units;
    for (let unit = 0; unit < units; unit++) x[unit * (width + 1) + width] -= mean;
  }

  /** Validates and reports. Returns a reason to stop, if there is one. */
  async #endIteration(now: Point, from: number, scale: number): Promise<string | undefined> {
    const { validation, head, loss, classify } = this.#problem;
    const middle = performance.now();
    const onProgress = (progress: FitProgress) => this.#report(progress);
    const held =
      validation &&
      (await evaluateHead(
        validation,
        { head, loss, classify },
        { ...this.#context, onProgress },
        'validate',
      ));
    const end = performance.now();
    this.#validating += (end - middle) / 1000;
    const record = {
      ...epochRecord(this.#history.length + 1, now, held, (end - from) / 1000),
      gradientNorm: now.norm / scale,
    };
    this.#history.push(record);
    const { weights, bias } = head;
    const copy = async () => ({ weights: weights.slice(), bias: bias.slice() });
    return this.#context.onEpochEnd?.(record, copy);
  }

  /** 'precision' if steps make no more progress. */
  #idleReason(now: Point, before: Point): string | undefined {
    if (now === before) return 'precision';
    const isProgress =
      now.norm < 0.9 * this.#lowest || now.objective < before.objective * (1 - PROGRESS);
    this.#idle = isProgress ? 0 : this.#idle + 1;
    if (isProgress) this.#lowest = Math.min(this.#lowest, now.norm);
    return this.#idle === IDLE ? 'precision' : undefined;
  }

  #report(progress: Pick<FitProgress, 'phase' | 'step' | 'steps'>): void {
    const { maxIterations } = this.#options;
    const epochs = this.#options.before.length + maxIterations;
    const epoch = Math.min(epochs, this.#history.length + 1);
    this.#context.onProgress?.({ ...progress, epoch, epochs });
  }

  #finish(stopped: string): Solution {
    const train = (performance.now() - this.#started) / 1000 - this.#validating;
    const seconds = { train, validate: this.#validating };
    return { history: this.#history, stopped, l2: this.#l2, seconds };
  }
}

/** The number of steps without progress after which the solver stops. */
const IDLE = 3;

/** The number of steps after which scores that went along are computed anew, as they gather rounding. */
const AFRESH = 10;

/** The relative decrease of the objective that counts as progress. */
const PROGRESS = 1e-8;

/** The relative error of the objective by rounding of float32 scores. */
const ROUNDING = 1e-6;

/** If objectives are equal up to rounding, the gradient decides which head is better. */
const isBetter = (a: Point, b: Point): boolean =>
  Math.abs(a.objective - b.objective) > ROUNDING * b.objective
    ? a.objective < b.objective
    : a.norm <= b.norm;

/**
 * A penalty so small, as a share of the usual one, does not change the minimum of straight lines with
 * kinks, but chooses one where there are several (Mangasarian & Meyer 1979).
 */
const LEAST_L2 = 1e-6;

/** With a larger penalty all float32 weights are 0; with this one its products stay finite. */
const LARGEST_L2 = 1e100;

const defaultL2 = (loss: Loss, weight: number) => (loss.leastSquares ? 2 : 1) / weight;

export function penaltyFor(
  { loss, l2 }: Problem,
  weight: number,
  { targets, isRounded }: IterationOptions,
): number {
  const usual = defaultL2(loss, weight) / (loss.leastSquares ? 1 : targets);
  return Math.min(Math.max(l2 ?? usual, isRounded ? LEAST_L2 * usual : 0), LARGEST_L2);
}

export const layoutOf = (
  { training: { units, width }, loss }: Problem,
  { features }: IterationOptions,
) => new BlockVector(units, width, loss.link !== 'softmax', features);
