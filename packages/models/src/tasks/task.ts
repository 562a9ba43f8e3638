import type { Loss, LossBatch, LossLink } from '@kernel-methods/losses';
import type { Steps } from '@kernel-methods/simd';
import type { Evaluation } from '../data/evaluation.ts';
import type { Label, LabelContext, TargetsLike } from '../data/labels.ts';
import type { NumericArray } from '../data/rows.ts';
import type { Scorer } from './scorer.ts';

/**
 * The meaning of a model's targets: how they are read and coded for a loss, what the outputs of the
 * head say about a row, and how predictions are measured.
 *
 * Only the task knows whether there are classes: fitting, streams, selection and persistence ask
 * it. You can pass a task of your own as `task`; see `classification` for one with classes, and
 * `regression` for one without.
 */
export interface Task {
  /** The name in `options.task` and in saved models. */
  readonly name: string;
  /** Whether its outputs stand for classes: a stream must then be read once to find them. */
  readonly hasClasses: boolean;
  /** Whether training reports the share of rows whose largest output is that of their target. */
  readonly reportsAccuracy: boolean;
  /** Why a loss cannot be used: the rule that it breaks, after "`loss` ". Undefined if it can. */
  refuses(loss: Loss): string | undefined;
  /**
   * Reads and checks `y`.
   *
   * @throws RangeError or TypeError that names the argument, the rule and the value.
   */
  encode(y: TargetsLike | undefined, context: EncodeContext): Promise<Encoded>;
  /** The targets under a loss; with `units` outputs if a fitted head has that many. */
  code(encoded: Encoded, loss: Loss, units?: number): Targets;
  /** The initial bias of the head, one number per output. */
  startingBias(targets: Targets, weights: Float32Array | undefined): Float32Array;
  /** Gathers the targets of a stream, batch by batch. */
  collect(): TargetCollector;
  /** The classes of a fitted model together with those of more rows; new classes come last. */
  extend?(
    classes: readonly Label[],
    y: TargetsLike | undefined,
    named: readonly Label[] | undefined,
  ): Promise<readonly Label[]>;
  /**
   * The decision for each row: indices of classes, or numbers, row-major. `predict` asks for some rows
   * at a time.
   */
  decide(scores: Float32Array, units: number): Int32Array | Float32Array;
  /** What `predict` returns for decisions. */
  decode(decided: Int32Array | Float32Array, outputs: Outputs): unknown[];
  /** What `decisionFunction` returns for scores. */
  decisions(scores: Float32Array, outputs: Outputs): Floats;
  /** Probabilities from scores, `[rows, classes]`; absent if a task has none. */
  probabilities?(scores: Float32Array, units: number, link: LinkWith): Float32Array;
  /**
   * The sharpness for which the probabilities of labelled rows have the greatest likelihood, from
   * their scores; in steps if that is much work.
   */
  calibrate?(scores: Float32Array, units: number, encoded: Encoded): number | Steps<number>;
  /** Compares predictions with targets; in steps if that is much work. */
  evaluate(loss: Loss, batch: LossBatch, encoded: Encoded): Evaluation | Steps<Evaluation>;
  /** The targets of some rows in the form that `fit` takes, with a column for every class. */
  spell(encoded: Encoded): TargetsLike;
  /** The values with which a scorer compares predictions: indices of classes, or numbers. */
  truth(encoded: Encoded): Int32Array | Float32Array;
  /** Measures for model selection by name; the greater the better. */
  readonly scorers: Readonly<Record<string, Scorer>>;
  readonly defaultScorer: string;
}

export interface EncodeContext extends LabelContext {
  /** Rows of `x`. */
  readonly rows: number;
}

/** Targets as a task has read them, before a loss codes them. */
export interface Encoded {
  /** The number of rows. */
  readonly rows: number;
  readonly classes?: readonly Label[];
  /** The index of each row's class. */
  readonly indices?: Int32Array;
  /** Labels that are not among the classes; their rows have the index −1. */
  readonly unseen?: readonly Label[];
  /** Numbers that are the same under every loss, row-major; used if there are no indices. */
  readonly values?: Float32Array;
}

/** Targets under a loss, row-major `rows × units`. */
export interface Targets {
  readonly targets: Float32Array;
  readonly units: number;
}

/** What is known of a head's outputs. */
export interface Outputs {
  readonly units: number;
  readonly classes?: readonly Label[];
}

/** Numbers in rows, as an estimator returns them. */
export type Floats = NumericArray & { data: Float32Array };

/** How scores become probabilities. */
export interface LinkWith {
  readonly link?: LossLink;
  /** The sharpness for a loss without a link of its own. */
  readonly inverseTemperature: number;
}

/** Gathers targets that arrive batch by batch. */
export interface TargetCollector {
  /** Reads the targets of a batch, and keeps them unless `keep` is false. @returns its rows. */
  add(y: TargetsLike, name: string, keep: boolean): Promise<number>;
  /** The classes found so far. */
  classes(): readonly Label[] | undefined;
  /** All targets that were kept. */
  all(): TargetsLike;
}
