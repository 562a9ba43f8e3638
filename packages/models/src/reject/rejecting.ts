import {
  abortSignal,
  kindOf,
  knownOptions,
  optional,
  rangeError,
  typeError,
} from '@kernel-methods/check';
import type { Label, TargetsLike, TargetsOf } from '../data/labels.ts';
import { pickRows, pickTargets } from '../data/pick-rows.ts';
import type { RowsLike } from '../data/rows.ts';
import type { NamedRows, TableRows } from '../data/tables.ts';
import type { KernelModel, PredictionOf } from '../estimators/kernel-model.ts';
import type { Rejects } from '../estimators/rejects.ts';
import { checkFitOptions, type FitOptions } from '../fit/fit-options.ts';
import { prepareAll } from '../fit/prepare-all.ts';
import { heldOutParts } from '../selection/held-out-parts.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { chooseThreshold, type HeldOut } from './choose-threshold.ts';
import { type OpenWorldEvaluation, openWorldEvaluation } from './open-world-evaluation.ts';
import { type RejectOptions, type ResolvedRejectOptions, resolveReject } from './reject-options.ts';
import { type RejectionRecord, readRejection, writeRejection } from './rejection-record.ts';
import {
  heldOut,
  labelsOf,
  learnScore,
  type Scored,
  scoresOf,
  type TrainingRows,
} from './scored-classifier.ts';
import { checkUnknown } from './unknown-rows.ts';

/** Examples of the unknown: rows of no class that the classifier knows. */
export interface UnknownRows {
  readonly unknown?: RowsLike | TableRows;
}

/** Settings of `Rejection.fit`. */
export interface RejectionFitOptions extends UnknownRows {
  /** A label for each row: rows with the same label are not divided between training and choice. */
  readonly groups?: ArrayLike<unknown>;
  /** The options of each fit. */
  readonly fitOptions?: Omit<FitOptions, 'signal' | 'validationData' | 'sampleWeight'>;
  readonly signal?: AbortSignal;
}

/** Settings of `Rejection.calibrate`. */
export interface RejectionCalibrateOptions extends UnknownRows {
  /**
   * The rows on which the classifier was trained, and their labels, for scores that learn from them:
   * 'relativeMahalanobis' and 'distance'. A classifier that was fitted by 'direct' has kept what they
   * need.
   */
  readonly training?: readonly [x: RowsLike | TableRows, y: TargetsLike | string];
  readonly signal?: AbortSignal;
}

const FIT = [
  'unknown',
  'groups',
  'fitOptions',
  'signal',
] as const satisfies (keyof RejectionFitOptions)[];
const CALIBRATE = [
  'unknown',
  'training',
  'signal',
] as const satisfies (keyof RejectionCalibrateOptions)[];

/**
 * A classifier that says "none of these": null for rows whose score is below a threshold. Made by
 * `rejecting`.
 */
export class Rejection<M extends KernelModel = KernelModel>
  implements Rejects<RowsLike | NamedRows>
{
  readonly #estimator: M;
  readonly #options: ResolvedRejectOptions;
  #chosen: (Scored & { readonly threshold: number }) | undefined;
  /** The model that `fit` trained. */
  #owned: M | undefined;

  constructor(estimator: M, options: RejectOptions = {}) {
    if (!isClassifier(estimator)) {
      throw typeError('estimator', 'be a classifier, such as new KernelSVM()', kindOf(estimator));
    }
    this.#options = resolveReject(options);
    this.#estimator = estimator;
  }

  /** The fitted classifier. @throws Error before `fit` or `calibrate`. */
  get model(): M {
    return this.#known.model as M;
  }

  /** The score from which on rows are kept. @throws Error before `fit` or `calibrate`. */
  get threshold(): number {
    return this.#known.threshold;
  }

  /**
   * Trains the classifier, and chooses the threshold on rows that it was not trained on: on a part, or,
   * with `method: 'cross'`, on each fold by a classifier of the others; one of all rows is then kept.
   *
   * @param options `unknown`: examples of rows of no class.
   * @throws RangeError or TypeError on bad input, before any work; the signal's reason when aborted.
   */
  async fit(
    x: RowsLike | TableRows,
    y: TargetsOf<PredictionOf<M>> | string,
    options: RejectionFitOptions = {},
  ): Promise<void> {
    knownOptions("The options of a rejection's `fit`", options, FIT);
    const { unknown, groups, fitOptions = {}, signal } = options;
    checkFitOptions(fitOptions, 'array');
    optional(abortSignal, 'signal', signal);
    const targets = y as TargetsLike | string;
    const { rows } = await prepareAll(x, targets, this.#estimator.options, signal);
    rows.x.dispose();
    if (unknown !== undefined) await checkUnknown(unknown, x, rows.x.rowShape, signal);
    const parts = heldOutParts(rows, this.#options, groups);
    const labelAt = (row: number) => rows.classes?.[rows.indices?.[row] as number] as Label;
    const owned: KernelModel[] = [];
    const trained = async (training: TrainingRows): Promise<Scored> => {
      const model = this.#estimator.clone() as KernelModel;
      owned.push(model);
      const [some, own] = training;
      await model.fit(some as RowsLike, own as never, { ...fitOptions, ...(signal && { signal }) });
      return { model, state: await learnScore(model, this.#options.score, training, signal) };
    };
    try {
      const held: HeldOut[] = [];
      let last: Scored | undefined;
      for (const { train, test } of parts) {
        last = await trained([await pickRows(x, train), await pickTargets(targets, train)]);
        held.push(
          await heldOut(last, this.#options.score, {
            x: await pickRows(x, test),
            labels: Array.from(test, labelAt),
            unknown,
          }),
        );
      }
      const whole =
        this.#options.method === 'split' ? (last as Scored) : await trained([x, targets]);
      this.#become({ ...whole, threshold: this.#choose(held) });
      this.#owned = whole.model as M;
      for (const model of owned) if (model !== whole.model) model.dispose();
    } catch (error) {
      for (const model of owned) model.dispose();
      throw error;
    }
  }

  /**
   * Chooses the threshold for the estimator itself, which is fitted already, on rows that it was not
   * trained on. Rows with labels that it does not know are examples of the unknown. The caller still
   * owns the estimator.
   *
   * @throws RangeError if a score that learns from the training rows is not given them.
   */
  async calibrate(
    x: RowsLike | TableRows,
    y: TargetsOf<PredictionOf<M>> | string | readonly Label[],
    options: RejectionCalibrateOptions = {},
  ): Promise<void> {
    knownOptions("The options of a rejection's `calibrate`", options, CALIBRATE);
    const { unknown, training, signal } = options;
    optional(abortSignal, 'signal', signal);
    const { score } = this.#options;
    const model = this.#estimator as KernelModel;
    const labels = await labelsOf(x, y as TargetsLike | string);
    const scored = { model, state: await learnScore(model, score, training, signal) };
    const held = await heldOut(scored, score, { x, labels, unknown });
    this.#become({ ...scored, threshold: this.#choose([held]) });
  }

  /** The label of each row, or null for a row of none of the classes. */
  async predict(x: RowsLike | NamedRows): Promise<(PredictionOf<M> | null)[]> {
    const { model } = this.#known;
    return model.predict(x as RowsLike, { reject: this as Rejects }) as Promise<
      (PredictionOf<M> | null)[]
    >;
  }

  /** Whether each row is of one of the classes, as far as its score tells. */
  async keeps(x: RowsLike | NamedRows): Promise<boolean[]> {
    const { threshold } = this.#known;
    return Array.from(await this.scores(x), (score) => score >= threshold);
  }

  /** The score of each row: the greater, the surer it is of a known class. */
  async scores(x: RowsLike | NamedRows): Promise<Float64Array> {
    return scoresOf(this.#known, this.#options.score, x);
  }

  /**
   * How well it knows what it does not know. Rows with labels that the classifier does not know count as
   * unknown, as those of `unknown` do.
   */
  async evaluate(
    x: RowsLike | TableRows,
    y: TargetsOf<PredictionOf<M>> | string | readonly Label[],
    options: UnknownRows = {},
  ): Promise<OpenWorldEvaluation> {
    knownOptions("The options of a rejection's `evaluate`", options, ['unknown']);
    const labels = await labelsOf(x, y as TargetsLike | string);
    const rows = { x, labels, unknown: options.unknown };
    return openWorldEvaluation(
      await heldOut(this.#known, this.#options.score, rows),
      this.threshold,
    );
  }

  /** Score and threshold, to be saved beside the classifier: `rejecting(model).restore(record)`. */
  toJSON(): RejectionRecord {
    const { threshold, state } = this.#known;
    return writeRejection(this.#options.score, threshold, state);
  }

  /** Takes what `toJSON` returned, for the same fitted classifier, which the caller owns. */
  restore(record: RejectionRecord): this {
    const { threshold, state } = readRejection(record, this.#options.score);
    this.#become({ model: this.#estimator, state, threshold });
    return this;
  }

  /** Frees the classifier that `fit` trained. */
  dispose(): void {
    this.#owned?.dispose();
    this.#owned = undefined;
    this.#chosen = undefined;
  }

  get #known(): Scored & { readonly threshold: number } {
    if (this.#chosen) return this.#chosen;
    throw new Error('This rejection is not fitted yet. Call `fit` or `calibrate` first.');
  }

  #become(chosen: Scored & { readonly threshold: number }): void {
    this.dispose();
    this.#chosen = chosen;
  }

  #choose(parts: readonly HeldOut[]): number {
    const held = {
      known: parts.flatMap(({ known }) => Array.from(known)),
      right: parts.flatMap(({ right }) => Array.from(right)),
      unknown: parts.flatMap(({ unknown }) => Array.from(unknown)),
    };
    if (held.known.length === 0) {
      throw rangeError('y', 'hold labels of classes that the classifier knows', 'none');
    }
    const { aim } = this.#options;
    const isOpen = Object.keys(aim).length === 0 && held.unknown.length === 0;
    return chooseThreshold(held, isOpen ? { coverage: 0.95 } : aim);
  }
}

/** Whether it predicts one class per row. */
function isClassifier(estimator: KernelModel): boolean {
  if (typeof estimator?.clone !== 'function') return false;
  const { hasClasses, hasSeveral } = taskFor(estimator.options.task);
  return hasClasses && !hasSeveral;
}

/**
 * A classifier that says "none of these" of rows that are unlike all classes, or that it cannot tell
 * well enough.
 *
 * `score` says how sure it is of a row, and the threshold is chosen on rows that were not trained on: by
 * the share of known rows that is to be kept (`coverage`), by the share of mistakes that is allowed
 * (`falseAcceptances`), or by what mistakes cost (`cost`). Examples of the unknown (`unknown` in `fit`)
 * make it better, and are not needed.
 *
 * The result is also what `predict` of every classifier takes: `model.predict(x, { reject })`.
 *
 * Chow, "On optimum recognition error and reject tradeoff", 1970; Geifman & El-Yaniv, "Selective
 * classification for deep neural networks", 2017.
 *
 * @throws RangeError or TypeError that names the option, its rule and the value.
 *
 * @example
 * const x = Array.from({ length: 200 }, (_, i) => [4 * (i % 2) + Math.sin(i), Math.cos(3 * i)]);
 * const y = x.map((_, i) => (i % 2 ? 'right' : 'left'));
 * const reject = rejecting(new KernelSVM({ outputDim: 128 }), { coverage: 0.95 });
 * await reject.fit(x, y);
 * await reject.model.predict([[0, 0], [40, 40]], { reject }); // 'left', null
 */
export function rejecting<M extends KernelModel>(
  estimator: M,
  options: RejectOptions = {},
): Rejection<M> {
  return new Rejection(estimator, options);
}
