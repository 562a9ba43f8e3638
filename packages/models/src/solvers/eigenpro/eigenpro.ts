import { positiveInteger } from '@kernel-methods/check';
import type { Head } from '../../data/head.ts';
import type { Matrix, Numerics } from '../../numerics/numerics.ts';
import { solveCentred } from '../centred-problem.ts';
import { trainByMiniBatches } from '../mini-batches.ts';
import {
  type HeadMatrices,
  inUnits,
  measuresOf,
  type Optimizer,
  type Scales,
} from '../optimizer.ts';
import { OwnedMatrices, zeroHead } from '../owned-matrices.ts';
import type { Solver } from '../solver.ts';
import { knownSolverOptions } from '../solver-options.ts';
import { type Plan, planFor } from './plan.ts';

export interface EigenproOptions {
  /** The number of directions along which the gradient is shortened. Default 160. */
  readonly components?: number;
  /** The number of rows from which the directions are computed. Default 4096. */
  readonly sampleRows?: number;
  /**
   * Rows per step. Default: as many as save steps, 128 to 1024; the `batchSize` of the model is not
   * used.
   */
  readonly batchSize?: number;
}

/**
 * Preconditioned gradient descent over mini-batches. Along each of the leading eigenvectors of the
 * rows' second moments, with eigenvalue λ, the gradient keeps λq / λ of its length, so that the
 * step and the useful batch size can be λ1 / λq times as large. The result is a running mean of the
 * weights, in which the last steps count most; this removes the noise of mini-batches. The losses
 * of the history are those of the moving weights. It takes any loss. With the squared error the
 * mean converges to the minimum, with others to its neighbourhood, since the step size is constant.
 * If a batch holds all rows, it has no noise: smooth losses then converge to the minimum, and losses
 * with kinks do by steps that shrink as 1/√t.
 * The step size is computed from the rows (`planFor`) in one pass before the first epoch. Features
 * are measured in units of their length, so the result does not depend on their units.
 *
 * Ma & Belkin, "Diving into the shallows", NIPS 2017, and "Kernel machines that adapt to GPUs for
 * effective large batch training", MLSys 2019; the mean: Shamir & Zhang, "Stochastic gradient descent
 * for non-smooth optimization", ICML 2013.
 *
 * @throws RangeError if an option is not a whole number, 1 or above.
 *
 * @example
 * new KernelLogisticRegression({ solver: eigenpro({ components: 80 }) });
 */
export function eigenpro(options: EigenproOptions = {}): Solver {
  knownSolverOptions('eigenpro', options, ['components', 'sampleRows', 'batchSize']);
  const { components = 160, sampleRows = 4096, batchSize } = options;
  const config = { components, sampleRows, ...(batchSize !== undefined && { batchSize }) };
  for (const [name, value] of Object.entries(config)) positiveInteger(name, value);
  return {
    name: 'eigenpro',
    config,
    solve: (problem, context) =>
      solveCentred(problem, context, (centred, own, spread) =>
        trainByMiniBatches(centred, own, async () => {
          const scales = { ...spread, features: spread.features / LENGTH };
          const plan = await planFor(inUnits(centred, spread), own, {
            ...{ ...config, features: scales.features, targets: scales.targets },
          });
          return new Eigenpro(own.numerics, centred.head, { ...plan, scales });
        }),
      ),
  };
}

/** The length of rows in their units: the constant 1 of the bias is then a small part of them. */
const LENGTH = 4;

/** The running mean is close to the mean of the last 1/8 of the steps. */
const RECENT = 7;

class Eigenpro implements Optimizer {
  readonly batchSize: number;
  readonly answer: HeadMatrices;
  readonly scales: Scales;
  readonly #numerics: Numerics;
  readonly #plan: Plan;
  readonly #owned: OwnedMatrices;
  readonly #basis: Matrix;
  readonly #noBias: Matrix;
  readonly #away: Matrix;
  readonly #scratch: HeadMatrices;
  #step = 0;

  constructor(
    numerics: Numerics,
    { weights, bias }: Head,
    { scales, ...plan }: Plan & { readonly scales: Scales },
  ) {
    const units = bias.length;
    const width = weights.length / units;
    this.batchSize = plan.batchSize;
    this.scales = scales;
    this.#numerics = numerics;
    this.#plan = plan;
    this.#owned = new OwnedMatrices(numerics);
    try {
      const { values, vectors } = plan.spectrum;
      this.#basis = this.#owned.matrix(vectors, values.length, width);
      this.#noBias = this.#owned.zeros(1, units);
      this.#away = this.#owned.zeros(units, width);
      this.#scratch = zeroHead(this.#owned, units, width);
      this.answer = {
        weights: this.#owned.matrix(weights, units, width),
        bias: this.#owned.matrix(bias, 1, units),
      };
    } catch (error) {
      this.#owned.dispose();
      throw error;
    }
  }

  async step(head: HeadMatrices, gradient: HeadMatrices, l2: number): Promise<void> {
    // The penalty is preconditioned too, so the minimum does not change.
    const { slope } = measuresOf('weights', this.scales);
    if (l2 > 0) this.#add('weights', gradient, head, l2 * slope);
    await this.#precondition(gradient);
    const share = (1 + RECENT) / (++this.#step + RECENT);
    const { learningRate, shrinks } = this.#plan;
    const rate = shrinks ? learningRate / Math.sqrt(this.#step) : learningRate;
    for (const part of ['weights', 'bias'] as const) {
      const { unit } = measuresOf(part, this.scales);
      this.#add(part, head, gradient, -rate * unit);
      this.#add(part, this.answer, head, share, -share);
    }
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #precondition(gradient: HeadMatrices): Promise<void> {
    const { spectrum, shares } = this.#plan;
    const { last } = spectrum;
    const all = { from: 0, count: shares.length };
    const along = await this.#numerics.scores(this.#basis, all, gradient.weights, this.#noBias);
    const slopes = await this.#numerics.read(gradient.bias);
    const units = slopes.length;
    const change = new Float64Array(slopes);
    for (let i = 0, at = 0; i < shares.length; i++) {
      for (let unit = 0; unit < units; unit++, at++) {
        along[at] = -shares[i] * (along[at] + last[i] * slopes[unit]);
        change[unit] += along[at] * last[i];
      }
    }
    this.#numerics.gradient(this.#basis, all, along, this.#away);
    this.#add('weights', gradient, { weights: this.#away, bias: this.#noBias }, 1);
    this.#numerics.write(gradient.bias, Float32Array.from(change));
  }

  /** to += factor·from + own·to */
  #add(
    part: keyof HeadMatrices,
    to: HeadMatrices,
    from: HeadMatrices,
    factor: number,
    own = 0,
  ): void {
    this.#numerics.descentStep({
      weights: to[part],
      gradient: from[part],
      velocity: this.#scratch[part],
      momentum: 0,
      learningRate: -factor,
      l2: own / factor,
    });
  }
}
