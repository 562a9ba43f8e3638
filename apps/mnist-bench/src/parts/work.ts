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

/** So many times the work. */
export function times(factor: number, work: Work): Work {
  return Object.fromEntries(Object.entries(work).map(([unit, amount]) => [unit, factor * amount]));
}

/** All of these works together. */
export function sum(...works: readonly Work[]): Work {
  const total: Record<string, number> = {};
  for (const work of works) {
    for (const [unit, amount] of Object.entries(work)) total[unit] = (total[unit] ?? 0) + amount;
  }
  return total;
}

/** The sizes that time and memory go by. */
export interface Sizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Numbers per row that the random features are made of. */
  readonly inputs: number;
  /** Numbers per row that the head is trained on. */
  readonly width: number;
  /** Whether features are computed once and kept. */
  readonly kept: boolean;
}

export const classes = 10;

/** An element of a tensor that tfjs's operation reads and writes, as operations in float32. */
export const element = 100;
