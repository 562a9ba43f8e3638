import type { Matrix } from '../numerics/numerics.ts';
import type { Problem, SolverContext } from './solver.ts';

/** A head, or the gradient of one: `units × width` and `1 × units`. */
export interface HeadMatrices {
  readonly weights: Matrix;
  readonly bias: Matrix;
}

/**
 * What features and targets are measured in: by dividing their numbers by these. A weight is then a
 * number of targets / features and a bias one of targets, and a step of an optimizer goes as far
 * whatever the rows came in. The minimum, penalty included, stays where it is.
 */
export interface Scales {
  readonly features: number;
  readonly targets: number;
}

/** As Keras measures them. */
export const AS_GIVEN: Scales = { features: 1, targets: 1 };

/** What weights or biases w are measured in, and what (∂/∂w) becomes where the objective is in targets². */
export function measuresOf(part: keyof HeadMatrices, { features, targets }: Scales) {
  const unit = part === 'weights' ? targets / features : targets;
  return { unit, slope: unit / targets ** 2 };
}

/** How a gradient moves a head, with whatever must be remembered from step to step. */
export interface Optimizer {
  /** What it measures features and targets in; the gradient comes in these. Absent: as they are given. */
  readonly scales?: Scales;
  /** Rows per step, where the optimizer knows better than the context. */
  readonly batchSize?: number;
  /** The head that is shown, where it is not the one that moves, such as its mean over steps. */
  readonly answer?: HeadMatrices;
  /** Moves the head, which is as given, in place; `l2` penalizes the weights, not the bias. */
  step(head: HeadMatrices, gradient: HeadMatrices, l2: number): void | Promise<void>;
  dispose(): void;
}

/** Made once a training; it may look at the rows first. */
export type OptimizerFor = (problem: Problem, context: SolverContext) => Promise<Optimizer>;
