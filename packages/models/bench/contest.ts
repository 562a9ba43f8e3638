import type { Bar } from '../../simd/bench/row.ts';

/** Where and on how much the contestants run. */
export interface Lab {
  /** An interpreter with NumPy, scikit-learn and TensorFlow. */
  readonly python: string;
  /** The folder with MNIST's four files. */
  readonly data: string;
  /** A folder of this run's own. */
  readonly folder: string;
  /** Everything is made small: the figures only say that it runs. */
  readonly quick: boolean;
  /** Our programs run with V8's flag for 256-bit vectors, as `npm start` has them. */
  readonly wide: boolean;
  /** Whether the native engine is there. */
  readonly native: boolean;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** What its environment has besides ours. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where it writes its JSON. Default: the last line of its output. */
  readonly json?: string;
}

/** What a turn found, by name: `seconds`, and figures such as accuracies. */
export type Facts = Readonly<Record<string, number>>;

export interface Contestant {
  /** A process of its own in each turn, which are counted from 0. Undefined if it cannot run here. */
  command(lab: Lab, turn: number): Command | undefined;
  /** 'process': from its start to its end; 'work': the `seconds` that it says. */
  readonly time: 'process' | 'work';
  /** Picks the facts from what it wrote. Default: all numbers. */
  facts?(written: never): Facts;
}

/** Something that must hold of the facts, averaged over a contestant's turns. */
export interface Claim {
  readonly what: string;
  value(facts: Readonly<Record<string, Facts>>): number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table. */
export interface Contest {
  readonly name: string;
  prepare?(lab: Lab): void | Promise<void>;
  readonly contestants: Readonly<Record<string, Contestant>>;
  readonly bars: readonly Bar[];
  readonly claims?: readonly Claim[];
}
