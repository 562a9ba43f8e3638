import { optional, positiveFinite } from '@kernel-methods/check';
import type { FeatureType } from '@kernel-methods/simd';
import type { Head } from '../data/head.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { solveCentred } from './centred-problem.ts';
import { kerasAdam } from './keras-adam.ts';
import { trainByMiniBatches } from './mini-batches.ts';
import {
  AS_GIVEN,
  type HeadMatrices,
  measuresOf,
  type Optimizer,
  type Scales,
} from './optimizer.ts';
import { OwnedMatrices, zeroHead } from './owned-matrices.ts';
import type { Solver } from './solver.ts';
import { checkFeatureType, knownSolverOptions } from './solver-options.ts';

export interface AdamOptions {
  /** Default: 1e-3, in units in which features have the size of cosines. */
  readonly learningRate?: number;
  /**
   * What features are rounded to where they are kept: 'bfloat16' (8 bits of precision, the range of float32) or 'float16'
   * (11 bits, up to 65504) take half the memory, and sums stay float32. It is for features near 0, as random ones are:
   * they are rounded before their mean is subtracted. Not on GPUs. Default: 'float32'.
   */
  readonly featureType?: FeatureType;
}

/**
 * Adam over mini-batches, as Keras computes it: with m and v the running means of the gradient and
 * its square (β₁ = 0.9, β₂ = 0.999), step t is learningRate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m /
 * (√v + 1e-7). It takes any loss.
 *
 * Without a learning rate, the result does not depend on the units of rows and targets. Features
 * are scaled to the size of cosines, a root mean square of √½, and numeric targets by their
 * deviation. Features within a tenth of √½, such as random Fourier features, are not scaled, as in
 * Keras. If you give a learning rate, the steps are Keras's, whatever the units.
 *
 * In both cases, features whose mean is longer than four times their deviation are first centred,
 * which Keras does not do: otherwise Adam would only move along the direction that all rows share.
 * If you give a learning rate, features whose mean has a length of at most 2 are not centred.
 *
 * The head is that of the last step, as in Keras; the option `earlyStopping` of `fit` keeps that of the
 * best epoch.
 *
 * Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015.
 *
 * @throws RangeError if `learningRate` is not a positive finite number, or `featureType` is no type.
 *
 * @example
 * new KernelModel({ solver: adam({ learningRate: 0.01 }) });
 */
export function adam(options: AdamOptions = {}): Solver {
  knownSolverOptions('adam', options, ['learningRate', 'featureType']);
  const { learningRate, featureType } = options;
  optional(positiveFinite, 'learningRate', learningRate);
  checkFeatureType(featureType);
  const rate = learningRate ?? 1e-3;
  const isKeras = learningRate !== undefined;
  return {
    name: 'adam',
    config: { ...(isKeras && { learningRate }), ...(featureType && { featureType }) },
    ...(featureType && { featureType }),
    continues: 'head',
    usesLearningRate: true,
    networkOptimizer: () => kerasAdam(rate),
    solve: (problem, context) =>
      solveCentred(
        problem,
        context,
        (centred, own, spread) =>
          trainByMiniBatches(centred, own, async ({ head }, { numerics }) => {
            const scales = isKeras ? AS_GIVEN : measured(spread, head);
            return new Adam(numerics, head, rate, scales);
          }),
        { takesAsGiven: (length) => isKeras && length <= BOUNDED },
      ),
  };
}

/** Rows up to the length of normalized cosine features are not centred, as in Keras. */
const BOUNDED = 2;

/** Units in which features have the size of cosines, for which Keras's learning rate is meant. */
function measured({ features, ...units }: Scales, { weights, bias }: Head): Scales {
  const ofCosines = features / Math.sqrt(weights.length / bias.length / 2);
  return { ...units, features: Math.abs(ofCosines - 1) <= 0.1 ? 1 : ofCosines };
}

class Adam implements Optimizer {
  readonly scales: Scales;
  readonly #numerics: Numerics;
  readonly #learningRate: number;
  readonly #means: HeadMatrices;
  readonly #squares: HeadMatrices;
  readonly #owned: OwnedMatrices;
  #step = 0;

  constructor(numerics: Numerics, { weights, bias }: Head, learningRate: number, scales: Scales) {
    const units = bias.length;
    const width = weights.length / units;
    this.scales = scales;
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
      const { unit, slope } = measuresOf(part, this.scales);
      this.#numerics.adamStep({
        weights: head[part],
        gradient: gradient[part],
        m: this.#means[part],
        v: this.#squares[part],
        step,
        learningRate: this.#learningRate * unit,
        l2: part === 'weights' ? l2 * slope : 0,
      });
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
