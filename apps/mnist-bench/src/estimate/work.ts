import type { MachineSpeed } from './machine.ts';

/** What is to be done, in the units in which a machine is measured. */
export interface Work {
  /** Operations in float32, on all cores. */
  readonly features?: number;
  /** Operations in float64 linear algebra. */
  readonly algebra?: number;
  /** Bytes of kept features that are read. */
  readonly bytes?: number;
  /** Additions of products in plain JavaScript, on one core. */
  readonly script?: number;
}

export function secondsOf(work: Work, speed: MachineSpeed): number {
  const { features = 0, algebra = 0, bytes = 0, script = 0 } = work;
  return (
    features / speed.features +
    algebra / speed.cholesky +
    bytes / speed.stream +
    script / speed.script
  );
}

export function times(factor: number, work: Work): Work {
  return Object.fromEntries(Object.entries(work).map(([unit, amount]) => [unit, factor * amount]));
}

export function sum(...works: readonly Work[]): Work {
  const total: Record<string, number> = {};
  for (const work of works) {
    for (const [unit, amount] of Object.entries(work)) total[unit] = (total[unit] ?? 0) + amount;
  }
  return total;
}
