import type { FarTask } from '@kernel-methods/models/far';
import type { Json } from './shard.ts';

/** A step of a fit: every item is done once, and the results add up. */
export interface Step {
  /** Unique in its fit. */
  readonly name: string;
  /** What is done, and with what. */
  readonly work: Work;
  /** The number of items. */
  readonly items: number;
  /** Whether items stay with the workers that had them last. */
  readonly staysHome?: boolean;
  /** Whether each item is a result by itself. */
  readonly sendsEach?: boolean;
}

/** Work that every worker knows by its kind. */
export type Work =
  | {
      readonly kind: 'draw';
      readonly task: FarTask;
      readonly target?: string;
      readonly most: number;
      readonly seed: number;
    }
  | { readonly kind: 'sums'; readonly model: string }
  | {
      readonly kind: 'pass';
      readonly model: string;
      readonly pass: 'evaluate' | 'product' | 'line';
      readonly head: string;
      readonly direction?: string;
      readonly factors?: readonly number[];
      readonly origin?: string;
      readonly seed: number;
    }
  /** Calls of a function of the worker's list. */
  | {
      readonly kind: 'call';
      readonly module: string;
      readonly function: string;
      readonly arguments: readonly Json[];
    }
  | { readonly kind: 'merge'; readonly of: Work; readonly groups: readonly (readonly string[])[] };

/** A result that holds some items of a step. */
export interface Part {
  /** Its bytes are kept under this key. */
  readonly key: string;
  readonly items: readonly number[];
}

/** What is known while a step runs. */
export interface StepProgress {
  readonly done: number;
  readonly items: number;
  /** Rows that workers went over, in this step. */
  readonly rows: number;
  readonly workers: number;
}

export interface MapOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: StepProgress) => void;
  /** Told of each result as soon as it is there; the step ends once all of these calls have. */
  readonly onPart?: (part: Part) => Promise<void>;
}

/** The results of a step: they hold each item once, except those that were left out. */
export interface Mapped {
  readonly parts: readonly Part[];
  /** Items that failed, if they may be left out, with their errors. */
  readonly skipped: ReadonlyMap<number, string>;
}

/** Machines that work for one fit. */
export interface Machines {
  /** Keeps bytes. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** The bytes that are kept, for the caller to do with what it wants; undefined if there are none. */
  get(key: string): Promise<Uint8Array | undefined>;
  delete(...keys: readonly string[]): Promise<void>;
  /**
   * Does every item of a step exactly once. If a step of this name is known it is continued.
   *
   * @throws ShardError for an item that fails, if it may not be left out.
   */
  map(step: Step, options: MapOptions): Promise<Mapped>;
  /** Merges results of a step into one; its bytes. */
  merge(step: Step, parts: readonly Part[], options: MapOptions): Promise<Uint8Array>;
  /** Ends the fit: nothing is left of it. */
  close(): Promise<void>;
}

/** An item failed, on every worker that tried. */
export class ShardError extends Error {
  override readonly name = 'ShardError';
  /** The number of the shard. */
  readonly shard: number;

  constructor(shard: number, message: string) {
    super(message);
    this.shard = shard;
  }
}
