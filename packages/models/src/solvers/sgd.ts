import { positiveFinite } from '@kernel-methods/check';
import type { FeatureType } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import type { Head } from '../data/head.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { solveCentred } from './centred-problem.ts';
import { trainByMiniBatches } from './mini-batches.ts';
import { momentumOptimizer } from './momentum.ts';
import {
  AS_GIVEN,
  type HeadMatrices,
  inUnits,
  measuresOf,
  type Optimizer,
  type Scales,
} from './optimizer.ts';
import { OwnedMatrices, zeroHead } from './owned-matrices.ts';
import type { Solver } from './solver.ts';
import { checkFeatureType, knownSolverOptions } from './solver-options.ts';
import { stableStep } from './stable-step.ts';
import { widestDirection } from './widest-direction.ts';

export interface SgdOptions {
  /** Default: computed from the rows and the loss's curvature. */
  readonly learningRate?: number;
  /** In [0, 1). Default: 0.9, or 0 if you give a learning rate. */
  readonly momentum?: number;
  /**
   * What features are rounded to where they are kept: 'bfloat16' (8 bits of precision, the range of float32) or 'float16'
   * (11 bits, up to 65504) take half the memory, and sums stay float32. It is for features near 0, as random ones are:
   * they are rounded before their mean is subtracted. Not on GPUs. Default: 'float32'.
   */
  readonly featureType?: FeatureType;
}

/**
 * Gradient descent over mini-batches: v ← momentum·v + gradient,
 * weights ← weights − learningRate·v. It takes any loss. Without a learning rate, it passes over
 * all rows once before the first epoch and chooses a rate that does not diverge (`stableStep`),
 * with a momentum that makes steps ten times as long. It then measures features by their widest
 * direction, so that the result does not depend on their units. If you give a learning rate, the
 * steps are Keras's, without scaling. The head is that of the last step; the option `earlyStopping`
 * of `fit` keeps that of the best epoch.
 *
 * Robbins & Monro, "A stochastic approximation method", 1951; Polyak, "Some methods of speeding up
 * the convergence of iteration methods", 1964.
 *
 * @throws RangeError if `learningRate` is not a positive finite number, `momentum` not in [0, 1), or
 * `featureType` no type.
 *
 * @example
 * new KernelSVM({ solver: sgd({ momentum: 0.9 }) });
 */
export function sgd(options: SgdOptions = {}): Solver {
  knownSolverOptions('sgd', options, ['learningRate', 'momentum', 'featureType']);
  const { learningRate, featureType } = options;
  checkFeatureType(featureType);
  const { momentum = learningRate === undefined ? 0.9 : 0 } = options;
  if (learningRate !== undefined) positiveFinite('learningRate', learningRate);
  if (!(momentum >= 0 && momentum < 1)) {
    throw new RangeError(`\`momentum\` must be in [0, 1). Received: ${momentum}.`);
  }
  return {
    name: 'sgd',
    config: {
      ...(learningRate !== undefined && { learningRate }),
      momentum,
      ...(featureType && { featureType }),
    },
    ...(featureType && { featureType }),
    continues: 'head',
    usesLearningRate: true,
    networkOptimizer: () =>
      momentum > 0
        ? momentumOptimizer(learningRate ?? 1e-2, momentum)
        : tf.train.sgd(learningRate ?? 1e-2),
    solve: (problem, context) =>
      solveCentred(problem, context, (centred, own, spread) =>
        trainByMiniBatches(centred, own, async () => {
          const { head } = centred;
          if (learningRate !== undefined) {
            return new Descent(own.numerics, head, { learningRate, momentum, scales: AS_GIVEN });
          }
          const features = (await widestDirection(centred, own)) / WIDEST;
          const scales = { ...spread, features };
          const rate = await stableStep(inUnits(centred, spread), own, { momentum, ...scales });
          return new Descent(own.numerics, head, { learningRate: rate, momentum, scales });
        }),
      ),
  };
}

/**
 * The root mean square of the rows in their widest direction, in their unit. It is larger than the
 * constant 1 of the bias, so that the bias learns a ninth as fast as the fastest direction, and
 * does not shorten steps.
 */
const WIDEST = 3;

interface DescentOptions {
  readonly learningRate: number;
  readonly momentum: number;
  readonly scales: Scales;
}

class Descent implements Optimizer {
  readonly scales: Scales;
  readonly #numerics: Numerics;
  readonly #learningRate: number;
  readonly #momentum: number;
  readonly #owned: OwnedMatrices;
  readonly #velocity: HeadMatrices;

  constructor(
    numerics: Numerics,
    { weights, bias }: Head,
    { learningRate, momentum, scales }: DescentOptions,
  ) {
    const units = bias.length;
    const width = weights.length / units;
    this.scales = scales;
    this.#numerics = numerics;
    this.#learningRate = learningRate;
    this.#momentum = momentum;
    this.#owned = new OwnedMatrices(numerics);
    try {
      this.#velocity = zeroHead(this.#owned, units, width);
    } catch (error) {
      this.#owned.dispose();
      throw error;
    }
  }

  step(head: HeadMatrices, gradient: HeadMatrices, l2: number): void {
    for (const part of ['weights', 'bias'] as const) {
      const { unit, slope } = measuresOf(part, this.scales);
      this.#numerics.descentStep({
        weights: head[part],
        gradient: gradient[part],
        velocity: this.#velocity[part],
        momentum: this.#momentum,
        learningRate: this.#learningRate * unit,
        l2: part === 'weights' ? l2 * slope : 0,
      });
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
