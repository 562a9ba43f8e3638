import type { Solver } from '../solvers/solver.ts';

/** A solver of `KernelOneClass`: it finds a head whose score is below 0 for rows of another kind. */
export interface NoveltySolver extends Solver {
  /** The share of new rows of the known kind that may be taken for others. */
  readonly nu: number;
}
