import type { Config } from '../options/options.ts';

/** The system that runs: this program, or a peer. */
export type System =
  | 'kernel-methods'
  | 'keras'
  | 'scikit-learn'
  | 'numpy'
  | 'libsvm'
  | 'libsvm-js'
  | 'ml-svm';

/** One run, in a process of its own. */
export interface Job {
  /** Equal keys are the same run: a resumed comparison leaves out the keys that it finds. */
  readonly key: string;
  readonly system: System;
  /** What runs, as people read it, without seed and repeat: "gaussian, hinge, adam, rff 4,096". */
  readonly variant: string;
  readonly seed: number;
  /** From 0. The same run again, for the spread of its time. */
  readonly repeat: number;
  /** Of ours the whole configuration, of a peer its settings. */
  readonly config: Config | PeerConfig;
  /** The process: it prints messages of run/messages.ts, a line each, and the report last. */
  readonly command: Command;
}

export type PeerConfig = Readonly<Record<string, string | number | boolean | null>>;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A combination that is not run, and why. */
export interface Skip {
  readonly variant: string;
  readonly reason: string;
}
