import type { Solution } from '../solvers/solver.ts';

/** Settings of `oneClassSvm`. */
export interface OneClassSvmOptions {
  /** The share of the rows that may lie beyond the plane. Default 0.05. */
  readonly nu?: number;
  /**
   * 'exact': the minimum, by sequential minimal optimization over the products of all pairs of rows, 4
   * bytes each. 'descent': stochastic descent, with some rows in memory. Default 'auto': 'exact' up to
   * 6,000 rows.
   */
  readonly way?: 'auto' | 'exact' | 'descent';
  /**
   * Where a row is on the other side. 'unseen': such that a share `nu` of new rows is, by
   * cross-validation. 'rows': on the plane itself, as in scikit-learn, such that a share `nu` of the
   * training rows is. Default 'unseen'.
   */
  readonly threshold?: 'unseen' | 'rows';
  /** 'exact' ends when no pair breaks the optimality conditions by more than this. Default 1e-4. */
  readonly tolerance?: number;
}

/** What a way to solve found: the head's plane, and where it was seen from rows that are new. */
export interface Plane {
  readonly weights: Float32Array;
  /** The plane is w·z = ρ. */
  readonly rho: number;
  /** The threshold of w·z − ρ for new rows. */
  readonly unseen: number;
  readonly stopped: Solution['stopped'];
  readonly history: Solution['history'];
}
