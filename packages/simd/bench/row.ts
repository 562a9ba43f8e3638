import type { Lab } from './lab.ts';
import type { Timed } from './timed.ts';

export { type Timed, timed } from './timed.ts';

export interface Contestant {
  /** Prepares the data. Undefined if the peer is not installed. */
  prepare: (lab: Lab) => Timed | undefined | Promise<Timed | undefined>;
  /** The number of operations. Default: 1, so that times are compared. */
  work?: number;
}

export interface Bar {
  of: string;
  against: string;
  /** The smallest allowed ratio of the rate of `of` to that of `against`. */
  atLeast: number;
}

/** One line of the table. */
export interface Row {
  name: string;
  contestants: Record<string, Contestant>;
  bars?: Bar[];
}
