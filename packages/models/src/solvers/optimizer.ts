import type { Matrix } from '../numerics/numerics.ts';
import type { Problem, SolverContext } from './solver.ts';

/** A head, or the gradient of one: `units × width` and `1 × units`. */
export interface HeadMatrices {
  readonly weights: Matrix;
  readonly bias: Matrix;
}

/** How a gradient moves a head, with whatever must be remembered from step to step. */
export interface Optimizer {
  /** Rows per step, where the optimizer knows better than the context. */
  readonly batchSize?: number;
  /** The head that is shown, where it is not the one that moves, such as its mean over steps. */
  readonly answer?: HeadMatrices;
  /** Moves the head, in place; `l2` penalizes the weights, not the bias. */
  step(head: HeadMatrices, gradient: HeadMatrices, l2: number): void | Promise<void>;
  dispose(): void;
}

/** Made once a training; it may look at the rows first. */
export type OptimizerFor = (problem: Problem, context: SolverContext) => Promise<Optimizer>;
