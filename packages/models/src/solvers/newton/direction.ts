import type { Loss } from '@kernel-methods/losses';
import { createRandom, type Random } from '@kernel-methods/random';
import { inTurns } from '@kernel-methods/simd';
import type { Examples } from '../../data/examples.ts';
import type { Numerics } from '../../numerics/numerics.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';
import { SharedWork } from '../shared-work.ts';
import type { BlockVector } from './block-vector.ts';
import { conjugateGradients } from './conjugate-gradients.ts';
import { denseStep, isDense } from './dense.ts';
import { directStep } from './direct.ts';
import { gatherRows } from './gather.ts';
import { gramOf, gramStep, hasGram } from './gram-step.ts';
import type { Curvature } from './kept-scores.ts';
import { nystromPreconditioner, type Preconditioner } from './preconditioner.ts';
import { QuasiNewton } from './quasi-newton.ts';
import type { NewtonRows } from './rows.ts';

interface Options {
  readonly examples: Examples;
  readonly loss: Loss;
  readonly numerics: Numerics;
  readonly layout: BlockVector;
  readonly signal: AbortSignal;
  readonly l2: number;
  readonly seed: number;
  readonly rows: NewtonRows;
  /** How far to look where the loss of an output is straight for all rows, but not at its minimum. */
  readonly reach?: number;
  readonly sharedWork?: SharedWork;
}

interface Goals {
  /** ‖gradient‖ at zero. */
  readonly scale: number;
  /** The ‖gradient‖ at which the solver stops. */
  readonly goal: number;
}

/**
 * Finds the direction of Newton's method. An output whose loss is curved in few rows is solved
 * directly; the squared hinge becomes such a case at the end, when only the support vectors are
 * left. All other outputs are solved together by conjugate gradients.
 */
export class DirectionFinder {
  readonly #options: Options;
  readonly #random: Random;
  #preconditioner?: Preconditioner;
  #quasi?: QuasiNewton;
  /** The number of directions so far. */
  #found = 0;
  /** All rows, if there are few. */
  #all?: Float32Array;
  #gram?: Float64Array;
  #leavesGram = false;

  constructor(options: Options) {
    this.#options = options;
    this.#random = createRandom(options.seed).stream('newton curvature');
  }

  dispose(): void {
    this.#preconditioner?.dispose();
  }

  /** Whether a direction costs no pass over the rows. */
  get isCheap(): boolean {
    const { units, blocks } = this.#options.layout;
    return blocks < units && units >= MANY_OUTPUTS;
  }

  /** Whether directions come from the Gram matrix of the rows. */
  get hasGram(): boolean {
    const { examples, layout, l2 } = this.#options;
    const suits = layout.blocks === layout.units && hasGram(examples.rows, layout.width);
    return suits && l2 > 0 && !this.#leavesGram;
  }

  /** Leaves it where it is of no more help: the other ways iterate on the rounded head. */
  leaveGram(): void {
    this.#leavesGram = true;
  }

  /** The direction from a head, with the objective's gradient there; its scores must be kept. */
  async direction(
    head: Float64Array,
    gradient: Float64Array,
    { scale, goal }: Goals,
  ): Promise<Float64Array> {
    const { layout, rows, signal } = this.#options;
    const { units, blocks } = layout;
    if (isDense(layout, this.#options.examples.rows)) {
      const step = await this.#dense(gradient);
      if (step !== undefined) return step;
    }
    if (this.isCheap) return this.#quasiNewton(head, gradient);
    const curvature = await rows.kept.curve(this.#random.uniform);
    const norms = layout.norms(gradient);
    // Then the residual of all blocks together is half of the goal.
    const enough = goal / 2 / Math.sqrt(blocks);
    if (this.hasGram) {
      const step = await this.#byGram(head, curvature, (unit) => norms[unit] > enough);
      if (step !== undefined) return step;
      this.leaveGram();
    }
    const { rows: count, width } = this.#options.examples;
    const most = Math.min(
      ...[DIRECT_ROWS, Math.sqrt(DIRECT_PRODUCTS * count), DIRECT_NUMBERS / width],
    );
    const few = layout.perBlock((i) => +(blocks === units && curvature.counts[i] <= most));
    // Far from the optimum steps are rough, near it more precise.
    const targets = layout.perBlock((i) => {
      if (few[i]) return norms[i];
      const left = (norms[i] * Math.sqrt(blocks)) / scale;
      return Math.max(enough, norms[i] * Math.max(0.1, Math.min(0.3, Math.sqrt(left))));
    });
    const step = await this.#iterate(gradient, targets, curvature, few);
    const turn = eventLoopYielder();
    for (let unit = 0; unit < units; unit++) {
      if (!few[unit] || norms[unit] <= enough) continue;
      if (turn.isDue()) await turn.take();
      signal.throwIfAborted();
      const at = unit * layout.size;
      const part = gradient.subarray(at, at + layout.size);
      step.set(await this.#solve(part, curvature, unit), at);
    }
    return step;
  }

  async #dense(gradient: Float64Array): Promise<Float64Array | undefined> {
    const { examples, rows, signal } = this.#options;
    const index = Int32Array.from({ length: examples.rows }, (_, row) => row);
    this.#all ??= await gatherRows(this.#options, index);
    const secondBy = (unit: number) => rows.kept.secondBy(unit);
    return inTurns(denseStep({ ...this.#options, rows: this.#all, secondBy, gradient }), signal);
  }

  /** Outputs that are not open stay where they are. */
  async #byGram(
    head: Float64Array,
    { second }: Curvature,
    isOpen: (unit: number) => boolean,
  ): Promise<Float64Array | undefined> {
    const { examples, rows, layout, l2, signal, sharedWork = new SharedWork() } = this.#options;
    this.#gram ??= await sharedWork.once('newton gram', async () => {
      const index = Int32Array.from({ length: examples.rows }, (_, row) => row);
      const values = await gatherRows(this.#options, index);
      return inTurns(gramOf(values, examples.rows), signal);
    });
    const { scores } = rows.kept;
    const slopes = await rows.kept.derivatives();
    const system = { gram: this.#gram, scores, slopes, second, units: layout.units, isOpen, l2 };
    const found = await inTurns(gramStep(system), signal);
    if (found === undefined) return undefined;
    const step = await rows.combine(found.beta, found.bias);
    for (let i = 0; i < step.length; i++) {
      step[i] = isOpen(Math.floor(i / layout.size)) ? step[i] - head[i] : 0;
    }
    return step;
  }

  async #quasiNewton(head: Float64Array, gradient: Float64Array): Promise<Float64Array> {
    const { rows, signal } = this.#options;
    const preconditioner = await this.#preconditionerFor();
    const precondition = (v: Float64Array) => preconditioner.apply(v);
    this.#quasi ??= new QuasiNewton({ signal, precondition });
    if (this.#found++ % UPDATE_AFTER === 0) {
      const { sums } = await rows.kept.curve(this.#random.uniform);
      await preconditioner.update(sums, DAMPING);
    }
    return this.#quasi.direction(head, gradient);
  }

  async #preconditionerFor(): Promise<Preconditioner> {
    const { weights } = this.#options.rows.kept;
    this.#preconditioner ??= await nystromPreconditioner({ ...this.#options, weights });
    return this.#preconditioner;
  }

  /** Blocks that reach their target at the start stay 0. */
  async #iterate(
    gradient: Float64Array,
    targets: Float64Array,
    curvature: Curvature,
    few: Float64Array,
  ): Promise<Float64Array> {
    const { layout, rows, l2 } = this.#options;
    if (few.every(Boolean)) return layout.vector();
    const { update, apply } = await this.#preconditionerFor();
    await update(curvature.sums);
    rows.restrict(curvature, (output) => few[layout.blocks === 1 ? 0 : output] === 0);
    return conjugateGradients({
      layout,
      gradient,
      targets,
      maxIterations: MAX_PRODUCTS,
      async multiply(v) {
        const product = await rows.hessianProduct(v);
        layout.addPenalty(product, v, l2);
        return product;
      },
      precondition: apply,
    });
  }

  async #solve(gradient: Float64Array, { second }: Curvature, unit: number) {
    const { units, size } = this.#options.layout;
    const curved: number[] = [];
    for (let i = unit, row = 0; i < second.length; i += units, row++) {
      if (second[i] !== 0) curved.push(row);
    }
    const { reach } = this.#options;
    if (curved.length === 0 && reach !== undefined) {
      const factor = reach / Math.hypot(...gradient);
      return gradient.map((value) => -factor * value);
    }
    const rows = await gatherRows(this.#options, curved);
    curved.forEach((row, i) => {
      const root = Math.sqrt(second[row * units + unit]);
      for (let at = i * size; at < (i + 1) * size; at++) rows[at] *= root;
    });
    const { l2, signal } = this.#options;
    return directStep({ rows, count: curved.length, gradient, l2, signal });
  }
}

/** A matrix with this many rows is factored in a fraction of a second. */
const DIRECT_ROWS = 2048;

/** The most numbers of the rows that are solved directly, with their zeros. */
const DIRECT_NUMBERS = 2 ** 24;

/**
 * The Gram matrix of k rows costs k²·width products, conjugate gradients about 80 × rows·width. Measured
 * as CPU time of eight fits of 900 × 2,048 digits in ten classes, squared hinge, two or three rounds:
 * 6.6 s with 0 (none direct), 6.5 with 10, 7.2 with 30, 6.3 with 80, 7.4 with 300, 8.5 with 1,000.
 */
const DIRECT_PRODUCTS = 80;

/** From so many coupled outputs on, directions come from the gradients of the last steps. */
const MANY_OUTPUTS = 32;

/** The number of such directions after which the mean curvature is measured again. */
const UPDATE_AFTER = 10;

/**
 * The damping of the preconditioner of BFGS. The loss of a class is curved in its own rows more than in
 * the mean of all, so that steps in directions that are weak in the mean would be far too long. Measured as
 * the objective after 15 steps from zeros with 15,000 rows, 150 classes and l2 = 1 / 15,000 (the minimum is
 * 0.0155): 0.193 with 0, 0.042 with 0.1, 0.021 with 0.3, 0.020 with 1, 0.024 with 3, 0.036 with 10.
 */
const DAMPING = 1;

/** The most passes over the rows for one step. */
const MAX_PRODUCTS = 200;
