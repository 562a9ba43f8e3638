import type { Machine } from './machine.ts';

/** How a machine did on some of the rows. */
export interface Score {
  readonly machine: Machine;
  /** Mean and deviation over the folds. */
  readonly mean: number;
  readonly deviation: number;
  /** The rows of the round, and the folds. */
  readonly rows: number;
  readonly folds: number;
  /** Seconds of all folds. */
  readonly seconds: number;
}

/** Where scores are kept, so that a race that was stopped can go on. */
export interface Memory {
  get(key: string): Score | undefined;
  set(key: string, score: Score): void;
}

/** The better of two scores of a round; the first of equals. */
export const better = (a: Score | undefined, b: Score): Score =>
  a === undefined || b.mean > a.mean ? b : a;

export const byScore = (a: Score, b: Score): number => b.mean - a.mean;
