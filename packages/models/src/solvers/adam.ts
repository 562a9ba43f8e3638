import { positiveFinite } from '@kernel-methods/check';
import type { Numerics } from '../numerics/numerics.ts';
import { solveCentred } from './centred-problem.ts';
import { kerasAdam } from './keras-adam.ts';
import { trainByMiniBatches } from './mini-batches.ts';
import type { HeadMatrices, Optimizer } from './optimizer.ts';
import { OwnedMatrices, zeroHead } from './owned-matrices.ts';
import type { Solver } from './solver.ts';

export interface AdamOptions {
  /** Default 1e-3. */
  readonly learningRate?: number;
}

/**
 * Adam over mini-batches, as Keras computes it: with m and v the running means of the gradient and
 * its square (β₁ = 0.9, β₂ = 0.999), step t is
 * learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + 1e-7). For any loss.
 *
 * Features whose mean is longer than 2, and than four times their deviation, are centred first, which
 * Keras does not do: there Adam would go along the direction that all rows share, and nowhere else.
 *
 * Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015.
 *
 * @throws RangeError if `learningRate` is not a positive finite number.
 *
 * @example
 * new KernelModel({ solver: adam({ learningRate: 0.01 }) });
 */
export function adam({ learningRate = 1e-3 }: AdamOptions = {}): Solver {
  positiveFinite('learningRate', learningRate);
  return {
    name: 'adam',
    config: { learningRate },
    continues: 'head',
    usesLearningRate: true,
    networkOptimizer: () => kerasAdam(learningRate),
    solve: (problem, context) =>
      solveCentred(
        problem,
        context,
        (centred, own) =>
          trainByMiniBatches(centred, own, async ({ head }, { numerics }) => {
            const units = head.bias.length;
            return new Adam(numerics, units, head.weights.length / units, learningRate);
          }),
        { least: BOUNDED },
      ),
  };
}

/** Cosine features are rows of length 1 or so, √2 at most: those are taken as Keras takes them. */
const BOUNDED = 2;

class Adam implements Optimizer {
  readonly #numerics: Numerics;
  readonly #learningRate: number;
  readonly #means: HeadMatrices;
  readonly #squares: HeadMatrices;
  readonly #owned: OwnedMatrices;
  #step = 0;

  constructor(numerics: Numerics, units: number, width: number, learningRate: number) {
    this.#numerics = numerics;
    this.#learningRate = learningRate;
    this.#owned = new OwnedMatrices(numerics);
    try {
      this.#means = zeroHead(this.#owned, units, width);
      this.#squares = zeroHead(this.#owned, units, width);
    } catch (error) {
      this.#owned.dispose();
      throw error;
    }
  }

  step(head: HeadMatrices, gradient: HeadMatrices, l2: number): void {
    const step = ++this.#step;
    for (const part of ['weights', 'bias'] as const) {
      this.#numerics.adamStep({
        weights: head[part],
        gradient: gradient[part],
        m: this.#means[part],
        v: this.#squares[part],
        step,
        learningRate: this.#learningRate,
        l2: part === 'weights' ? l2 : 0,
      });
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
