import type { Loss } from '@kernel-methods/losses';
import type { FarPass, FarSize } from '../far-passes.ts';
import type { Problem, SolverContext } from '../solver.ts';
import type { BlockVector } from './block-vector.ts';
import { conjugateGradients } from './conjugate-gradients.ts';
import { nystromPreconditioner, type Preconditioner } from './preconditioner.ts';

/** Where the parts of a sum of 'evaluate' begin. */
export const EVALUATION = { loss: 0, accuracy: 1, curvature: 2 } as const;

/** Halved steps that one pass evaluates: nearly always more than are needed. */
const AT_ONCE = 13;

interface Options {
  readonly far: FarSize;
  readonly layout: BlockVector;
  readonly loss: Loss;
  readonly classify: boolean;
  readonly origin?: FarPass['origin'];
}

/** What `NewtonRows` computes, over rows that are elsewhere. */
export class FarNewtonRows {
  readonly #options: Options;
  #head: Float64Array = new Float64Array(0);
  #step: Float64Array = new Float64Array(0);
  #slopes = new Float64Array(0);
  /** By factor, the mean loss of each block. */
  readonly #losses = new Map<number, Float64Array>();
  /** The sums of the loss's second derivatives with respect to each output. */
  curvature = new Float64Array(0);

  constructor(options: Options) {
    this.#options = options;
  }

  async evaluate(head: Float64Array) {
    const { layout, classify } = this.#options;
    this.#head = head;
    const means = await this.#means({ kind: 'evaluate', head });
    const from = EVALUATION.curvature + layout.units;
    this.curvature = means.slice(EVALUATION.curvature, from);
    return {
      loss: means[EVALUATION.loss],
      ...(classify && { accuracy: means[EVALUATION.accuracy] }),
      gradient: means.slice(from),
    };
  }

  hessianProduct(direction: Float64Array): Promise<Float64Array> {
    return this.#means({ kind: 'product', head: this.#head, direction });
  }

  async takeStep(step: Float64Array): Promise<void> {
    this.#step = step;
    this.#losses.clear();
    await this.#evaluateAlong([0, ...powers(0, AT_ONCE)]);
  }

  readonly kept = {
    slopes: async () => this.#slopes,
    lossAlong: async (factors: Float64Array): Promise<Float64Array> => {
      if (factors.some((factor) => !this.#losses.has(factor))) {
        await this.#evaluateAlong([...powers(AT_ONCE, 41)]);
      }
      return factors.map((factor, block) => (this.#losses.get(factor) as Float64Array)[block]);
    },
  };

  dispose(): void {}

  async #evaluateAlong(factors: number[]): Promise<void> {
    const { blocks } = this.#options.layout;
    const pass = { kind: 'line', head: this.#head, direction: this.#step, factors } as const;
    const means = await this.#means(pass);
    this.#slopes = means.slice(0, blocks);
    factors.forEach((factor, i) => {
      this.#losses.set(factor, means.slice((i + 1) * blocks, (i + 2) * blocks));
    });
  }

  async #means(pass: FarPass): Promise<Float64Array> {
    const { far, origin } = this.#options;
    const sums = await far.passes.sum({ ...pass, origin });
    return sums.map((sum) => sum / far.weight);
  }
}

function* powers(from: number, to: number): Generator<number> {
  for (let i = from; i < to; i++) yield 2 ** -i;
}

/** The most passes for one direction. */
const MAX_PRODUCTS = 200;

interface FinderOptions {
  readonly rows: FarNewtonRows;
  readonly layout: BlockVector;
  /** The rows that are here. */
  readonly problem: Problem;
  readonly context: SolverContext;
  readonly l2: number;
}

/**
 * Newton's directions by conjugate gradients over rows that are elsewhere. The preconditioner is made
 * from the rows that are here.
 */
export class FarDirections {
  readonly isCheap = false;
  readonly hasGram = false;
  readonly #options: FinderOptions;
  #preconditioner?: Preconditioner;

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  async direction(
    _: Float64Array,
    gradient: Float64Array,
    { scale, goal }: { scale: number; goal: number },
  ): Promise<Float64Array> {
    const { rows, layout, problem, context, l2 } = this.#options;
    const { training: examples } = problem;
    const weights = this.#preconditioner ? undefined : await weightsOf(problem);
    this.#preconditioner ??= await nystromPreconditioner({
      ...{ examples, layout, l2, weights },
      ...context,
    });
    await this.#preconditioner.update(rows.curvature);
    const norms = layout.norms(gradient);
    const enough = goal / 2 / Math.sqrt(layout.blocks);
    const targets = norms.map((norm) => {
      const left = (norm * Math.sqrt(layout.blocks)) / scale;
      return Math.max(enough, norm * Math.max(0.1, Math.min(0.3, Math.sqrt(left))));
    });
    return conjugateGradients({
      ...{ layout, gradient, targets, maxIterations: MAX_PRODUCTS },
      async multiply(v) {
        const product = await rows.hessianProduct(v);
        layout.addPenalty(product, v, l2);
        return product;
      },
      precondition: this.#preconditioner.apply,
    });
  }

  leaveGram(): void {}

  dispose(): void {
    this.#preconditioner?.dispose();
  }
}

/** The weights of the rows that are here; undefined if all are 1. */
async function weightsOf({ training }: Problem): Promise<Float32Array | undefined> {
  const all: number[] = [];
  let isWeighted = false;
  for await (const { targets, weights } of training.chunks()) {
    isWeighted ||= weights !== undefined;
    const count = targets.length / training.units;
    for (let row = 0; row < count; row++) all.push(weights?.[row] ?? 1);
  }
  return isWeighted ? Float32Array.from(all) : undefined;
}
