import { kindOf, rangeError, typeError } from '@kernel-methods/check';
import { type Label, readLabels, type TargetsLike, type TargetsOf } from '../data/labels.ts';
import { countRows, pickRows, pickTargets } from '../data/pick-rows.ts';
import type { RowsLike } from '../data/rows.ts';
import type { NamedRows, TableRows } from '../data/tables.ts';
import { featureBlocks } from '../estimators/feature-blocks.ts';
import { type KernelModel, type PredictionOf, useFitted } from '../estimators/kernel-model.ts';
import type { Rejects } from '../estimators/rejects.ts';
import type { FitOptions } from '../fit/fit-options.ts';
import { targetsOf } from '../fit/table-data.ts';
import { mapOf } from '../network/network.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { shuffleSplit, stratifiedKFold } from '../selection/folds.ts';
import { chooseThreshold, type HeldOut } from './choose-threshold.ts';
import { momentsOfRows, momentsOfSums } from './class-moments.ts';
import { type OpenWorldEvaluation, openWorldEvaluation } from './open-world-evaluation.ts';
import { type RejectOptions, type ResolvedRejectOptions, resolveReject } from './reject-options.ts';
import type { RowsToScore } from './reject-score.ts';
import { type RejectionRecord, readRejection, writeRejection } from './rejection-record.ts';

/** Rows, in any form that the classifier takes. */
type Rows = RowsLike | TableRows;

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

/** A classifier whose score has learned from the rows that it was trained on. */
interface Scored {
  readonly model: KernelModel;
  readonly state: unknown;
}

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
    if (typeof estimator?.clone !== 'function' || estimator.options?.task === 'regression') {
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
    x: Rows,
    y: TargetsOf<PredictionOf<M>> | string,
    { unknown, groups, fitOptions = {}, signal }: RejectionFitOptions = {},
  ): Promise<void> {
    const rows = await countRows(x);
    const labels = await labelsOf(x, y as TargetsLike | string);
    const { method, calibrationSize, folds, seed } = this.#options;
    const grouped = groups && { groups };
    const parts =
      method === 'split'
        ? shuffleSplit(rows, { splits: 1, testSize: calibrationSize, seed, ...grouped })
        : stratifiedKFold(labels, { folds, seed, ...grouped });
    const options = { ...fitOptions, ...(signal && { signal }) };
    const owned: KernelModel[] = [];
    const trained = async (some: Rows, targets: unknown): Promise<Scored> => {
      const model = this.#estimator.clone() as KernelModel;
      owned.push(model);
      await model.fit(some as RowsLike, targets as never, options);
      const training = [some, targets as TargetsLike] as const;
      return { model, state: await this.#learn(model, training, signal) };
    };
    try {
      const held: HeldOut[] = [];
      let last: Scored | undefined;
      for (const { train, test } of parts) {
        const targets = y as TargetsLike | string;
        last = await trained(await pickRows(x, train), await pickTargets(targets, train));
        const some = await pickRows(x, test);
        const own = Array.from(test, (row) => labels[row]);
        held.push(await this.#heldOut(last, some, own, unknown));
      }
      const whole = method === 'split' ? (last as Scored) : await trained(x, y);
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
    x: Rows,
    y: TargetsOf<PredictionOf<M>> | string | readonly Label[],
    { unknown, training, signal }: RejectionCalibrateOptions = {},
  ): Promise<void> {
    const labels = await labelsOf(x, y as TargetsLike | string);
    const state = await this.#learn(this.#estimator, training, signal);
    const scored = { model: this.#estimator as KernelModel, state };
    const held = await this.#heldOut(scored, x, Array.from(labels), unknown);
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
    return this.#scoresOf(this.#known, x);
  }

  /**
   * How well it knows what it does not know. Rows with labels that the classifier does not know count as
   * unknown, as those of `unknown` do.
   */
  async evaluate(
    x: Rows,
    y: TargetsOf<PredictionOf<M>> | string | readonly Label[],
    { unknown }: UnknownRows = {},
  ): Promise<OpenWorldEvaluation> {
    const labels = await labelsOf(x, y as TargetsLike | string);
    const held = await this.#heldOut(this.#known, x, Array.from(labels), unknown);
    return openWorldEvaluation(held, this.threshold);
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

  /** What the score learns: from the sums of a fit by least squares, or from the rows. */
  async #learn(
    model: KernelModel,
    training: RejectionCalibrateOptions['training'],
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { score } = this.#options;
    if (score.learn === undefined) return undefined;
    const index = indexOf(model);
    const moments = await useFitted(model, async (fitted) => {
      const { state } = fitted;
      if (state instanceof RidgeAccumulator) return momentsOfSums(state.sums(), index.size);
      if (training === undefined) {
        const rule = `hold the rows and labels of \`fit\`, from which '${score.name}' learns`;
        throw rangeError('training', rule, 'none');
      }
      const [x, y] = training;
      const labels = Array.from(await labelsOf(x, y), (label) => index.get(label) ?? -1);
      const size = { width: mapOf(fitted.network).width, classes: index.size };
      return momentsOfRows(featureBlocks(fitted, x), Int32Array.from(labels), size, signal);
    });
    return score.learn(moments, signal);
  }

  #scoresOf({ model, state }: Scored, x: RowsLike | NamedRows): Promise<Float64Array> {
    const { score } = this.#options;
    return useFitted(model, async (fitted) => {
      const classes = (model.classes as readonly Label[]).length;
      const rows: RowsToScore = {
        rows:
          Array.isArray(x) || 'rows' in (x as object) || 'shape' in (x as object)
            ? await countRows(x as Rows)
            : 1,
        classes,
        decisions: async () => perClass((await model.decisionFunction(x)).data, classes),
        probabilities: async () => (await model.predictProba(x)).data,
        features: () => featureBlocks(fitted, x),
      };
      return score.score(rows, state);
    });
  }

  /** Scores of rows that a classifier was not trained on. */
  async #heldOut(
    scored: Scored,
    x: Rows,
    labels: readonly Label[],
    unknown: RowsLike | TableRows | undefined,
  ): Promise<HeldOut> {
    const index = indexOf(scored.model);
    const scores = await this.#scoresOf(scored, x);
    const predicted = (await scored.model.predict(x as RowsLike)) as Label[];
    const isKnown = labels.map((label) => index.has(label));
    const others = unknown === undefined ? [] : await this.#scoresOf(scored, unknown);
    return {
      known: scores.filter((_, row) => isKnown[row]),
      right: predicted.map((label, row) => label === labels[row]).filter((_, row) => isKnown[row]),
      unknown: [...scores.filter((_, row) => !isKnown[row]), ...others],
    };
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

/** Two classes that share an output have a score each. */
function perClass(decisions: Float32Array, classes: number): Float32Array {
  if (classes !== 2) return decisions;
  return Float32Array.from({ length: 2 * decisions.length }, (_, at) =>
    at % 2 === 0 ? -decisions[at >> 1] : decisions[at >> 1],
  );
}

const indexOf = ({ classes = [] }: KernelModel) =>
  new Map<Label, number>((classes as readonly Label[]).map((label, c) => [label, c]));

async function labelsOf(x: Rows, y: TargetsLike | string): Promise<ArrayLike<Label>> {
  return (await readLabels((await targetsOf(x, y, 'y')) as TargetsLike, 'y')).labels;
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
