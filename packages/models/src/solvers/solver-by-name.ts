import { adam } from './adam.ts';
import { direct } from './direct.ts';
import { dual } from './dual/dual.ts';
import { eigenpro } from './eigenpro/eigenpro.ts';
import { newton } from './newton/newton.ts';
import { pairwise } from './pairwise/pairwise.ts';
import { sgd } from './sgd.ts';
import { smo } from './smo/smo.ts';
import type { Solver, SolverConfig, SolverRecord } from './solver.ts';

const solvers = {
  ...{ adam, sgd, eigenpro, direct, newton, smo, dual },
  pairwise: ({ base, ...options }: { base?: SolverRecord } = {}): Solver =>
    pairwise(base && solverByName(base.name as SolverName, base.config), options),
} as const;

export type SolverName = keyof typeof solvers;

export const solverNames = Object.keys(solvers) as SolverName[];

/** The solver with this name, made with those of the options that it has. */
export function solverByName(name: SolverName, config: Readonly<Record<string, unknown>>): Solver {
  const given = Object.fromEntries(Object.entries(config).filter(([, v]) => v !== undefined));
  return (solvers[name] as (config: SolverConfig) => Solver)(given as SolverConfig);
}

export const isSolver = (value: unknown): value is Solver =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Solver).name === 'string' &&
  typeof (value as Solver).solve === 'function';
