import type { Matrix } from '../numerics/numerics.ts';
import type { Problem, SolverContext } from './solver.ts';

/** A head, or the gradient of one: `units × width` and `1 × units`. */
export interface HeadMatrices {
  readonly weights: Matrix;
  readonly bias: Matrix;
}

/**
 * The units of features and targets, by which their values are divided. Weights then have the unit
 * targets / features, and biases the unit targets, so a step of an optimizer does not depend on the
 * units of the data. The minimum, including the penalty, does not change.
 */
export interface Scales {
  readonly features: number;
  readonly targets: number;
  /** That of the loss: the square of the targets' for squared errors, the same for pinball. */
  readonly objective: number;
}

/** No scaling, as in Keras. */
export const AS_GIVEN: Scales = { features: 1, targets: 1, objective: 1 };

/** The unit of weights or biases w, and that of ∂/∂w for the objective. */
export function measuresOf(part: keyof HeadMatrices, { features, targets, objective }: Scales) {
  const unit = part === 'weights' ? targets / features : targets;
  return { unit, slope: unit / objective };
}

/** A problem with its penalty in the units of targets and loss; features keep theirs. */
export const inUnits = <P extends { readonly l2?: number }>(
  problem: P,
  { targets, objective }: Scales,
): P => ({ ...problem, l2: ((problem.l2 ?? 0) * targets ** 2) / objective });

/** How a gradient moves a head, with the state that is kept from step to step. */
export interface Optimizer {
  /** The units of features and targets, and so of the gradient. Absent: no scaling. */
  readonly scales?: Scales;
  /** Rows per step, if the optimizer overrides the context. */
  readonly batchSize?: number;
  /** The resulting head, if it is not the one that moves, such as its mean over steps. */
  readonly answer?: HeadMatrices;
  /** Moves the head, which is not scaled, in place; `l2` penalizes the weights, not the bias. */
  step(head: HeadMatrices, gradient: HeadMatrices, l2: number): void | Promise<void>;
  dispose(): void;
}

/** Called once per training; it may pass over the rows first. */
export type OptimizerFor = (problem: Problem, context: SolverContext) => Promise<Optimizer>;
