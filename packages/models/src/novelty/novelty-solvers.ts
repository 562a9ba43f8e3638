import type { Solver } from '../solvers/solver.ts';
import { leverage } from './leverage.ts';
import { mahalanobis } from './mahalanobis.ts';
import type { NoveltySolver } from './novelty-solver.ts';
import { oneClassSvm } from './one-class-svm.ts';

/** The solvers of `KernelOneClass` by name. */
export const noveltySolvers = { mahalanobis, leverage, oneClassSvm } as const;

/** The name of a solver of `KernelOneClass`. */
export type NoveltySolverName = keyof typeof noveltySolvers;

export const noveltySolverNames = Object.keys(noveltySolvers) as NoveltySolverName[];

export const isNoveltySolver = (solver: unknown): solver is NoveltySolver & Solver =>
  typeof solver === 'object' &&
  solver !== null &&
  typeof (solver as NoveltySolver).solve === 'function' &&
  typeof (solver as NoveltySolver).nu === 'number';
