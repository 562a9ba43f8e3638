import type { Lab } from './lab.ts';

/** Runs the work once or some times, and says how many milliseconds one takes. */
export type Timed = () => number | Promise<number>;

export interface Contestant {
  /** Prepares the data. Undefined where the peer is not there. */
  prepare: (lab: Lab) => Timed | undefined | Promise<Timed | undefined>;
  /** Operations that count as its work. Default: 1, so that times are compared. */
  work?: number;
}

export interface Bar {
  of: string;
  against: string;
  /** The rate of the one over that of the other. */
  atLeast: number;
}

/** One line of the table. */
export interface Row {
  name: string;
  contestants: Record<string, Contestant>;
  bars?: Bar[];
}

/** Repeats `body` for some milliseconds, and says how many one takes. */
export const timed =
  (body: () => void, least = 15): Timed =>
  () => {
    let count = 0;
    const start = performance.now();
    let now = start;
    do {
      body();
      count++;
      now = performance.now();
    } while (now - start < least);
    return (now - start) / count;
  };
