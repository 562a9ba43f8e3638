import type { Loss, LossBatch, LossLink } from '@kernel-methods/losses';
import type { Steps } from '@kernel-methods/simd';
import type { Json } from '@kernel-methods/tables';
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
  /** Its own options, which a saved model keeps; absent if it has none. */
  readonly config?: TaskConfig;
  /** Whether its outputs stand for classes: a stream must then be read once to find them. */
  readonly hasClasses: boolean;
  /** Present if a row may have several of the classes. */
  readonly hasSeveral?: true;
  /** Whether training reports the share of rows whose largest output is that of their target. */
  readonly reportsAccuracy: boolean;
  /** Why a loss cannot be used: the rule that it breaks, after "`loss` ". Undefined if it can. */
  refuses(loss: Loss): string | undefined;
  /** The loss of this task that stands for the default one of a class, if it refuses that. */
  instead?(loss: Loss): Loss;
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
   * The decision for each row: indices of classes, or numbers, row-major. `predict` asks for some
   * rows at a time.
   *
   * @param link given if probabilities decide, because of curves or thresholds; else scores do.
   */
  decide(scores: Float32Array, units: number, link?: LinkWith): Int32Array | Float32Array;
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
  /**
   * The probabilities from which on an output counts, from those of labelled rows that the head was
   * not trained on. Absent if scores above 0, or the largest, decide.
   */
  thresholds?(probabilities: Float32Array, units: number, encoded: Encoded): Steps<number[]>;
  /** Compares predictions with targets; in steps if that is much work. */
  evaluate(
    loss: Loss,
    batch: LossBatch,
    encoded: Encoded,
    link?: LinkWith,
  ): Evaluation | Steps<Evaluation>;
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

/** Options of a task as JSON. */
export type TaskConfig = Readonly<Record<string, Json>>;

/** Targets as a task has read them, before a loss codes them. */
export interface Encoded {
  /** The number of rows. */
  readonly rows: number;
  readonly classes?: readonly Label[];
  /** The index of each row's class. */
  readonly indices?: Int32Array;
  /** Labels that are not among the classes; their rows have the index −1. */
  readonly unseen?: readonly Label[];
  /** With several labels per row, the number of those in each row. */
  readonly unseenPerRow?: Int32Array;
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

/** How scores become probabilities, and probabilities decisions. */
export interface LinkWith {
  /** That of the loss; absent if the sharpness, or curves, stand for it. */
  readonly link?: LossLink;
  /** The sharpness for a loss without a link of its own. */
  readonly inverseTemperature: number;
  /** The way of the option `calibrate` that found it; absent if none was asked for. */
  readonly by?: string;
  /** One for each output, if `calibrate` found some; they stand for link and sharpness. */
  readonly curves?: readonly Curve[];
  /** The probability from which on each output counts, for a task that has such thresholds. */
  readonly thresholds?: readonly number[];
}

/** The probability that belongs to a score of an output: it never falls as the score rises. */
export interface Curve {
  at(score: number): number;
  /** What it is made from, for a saved model. */
  toJSON(): Json;
}

/** Gathers targets that arrive batch by batch. */
export interface TargetCollector {
  /** Reads the targets of a batch, and keeps them unless `keep` is false. @returns its rows. */
  add(y: TargetsLike, name: string, keep: boolean): Promise<number>;
  /** The columns of rows that have one for each class or label; absent if there are none. */
  readonly columns?: number;
  /** The classes found so far. */
  classes(): readonly Label[] | undefined;
  /** All targets that were kept. */
  all(): TargetsLike;
}
