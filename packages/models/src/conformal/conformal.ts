import { abortSignal, knownOptions, optional, rangeError, typeError } from '@kernel-methods/check';
import { type Label, requireOnePerRow, type TargetsLike } from '../data/labels.ts';
import { countRows, pickRows, pickTargets } from '../data/pick-rows.ts';
import type { RowsLike } from '../data/rows.ts';
import type { NamedRows, TableRows } from '../data/tables.ts';
import type { KernelModel, PredictionOf, TargetsFor } from '../estimators/kernel-model.ts';
import type { KernelRidge } from '../estimators/kernel-ridge.ts';
import { checkFitOptions, type FitOptions } from '../fit/fit-options.ts';
import { prepareAll } from '../fit/prepare-all.ts';
import { heldOutParts } from '../selection/held-out-parts.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { ALL, type Scores } from './calibration.ts';
import { type Calibration, readCalibration, writeCalibration } from './calibration-record.ts';
import {
  type ConformalOptions,
  checkConformalOptions,
  checkStrata,
  stratumOf,
} from './conformal-options.ts';
import { type ConformalEvaluation, evaluateRegions } from './evaluate-regions.ts';
import { endsOf, middleOf, nonconformity } from './nonconformity.ts';
import { type Interval, intervalOf, type LabelSet, labelsOf } from './region.ts';
import { scoresOf, truthOf } from './scores.ts';

/** What a conformal predictor says of a row: an interval of numbers, or a set of labels. */
export type RegionOf<M extends KernelModel> =
  M extends KernelRidge<infer P>
    ? [P] extends [number]
      ? Interval
      : LabelSet<Extract<P, Label>>
    : [PredictionOf<M>] extends [number[]]
      ? Interval
      : number[] extends PredictionOf<M>
        ? Interval | LabelSet
        : LabelSet<Extract<PredictionOf<M>, Label>>;

/** The stratum of each row, for coverage that holds in each of them. */
export interface Strata {
  readonly strata?: ArrayLike<Label>;
}

/** Settings of `Conformal.fit`. */
export interface ConformalFitOptions extends Strata {
  /** A label for each row: rows with the same label are not divided between training and calibration. */
  readonly groups?: ArrayLike<unknown>;
  /** The options of each fit. */
  readonly fitOptions?: Omit<FitOptions, 'signal' | 'validationData' | 'sampleWeight'>;
  readonly signal?: AbortSignal;
}

const FIT = [
  'strata',
  'groups',
  'fitOptions',
  'signal',
] as const satisfies (keyof ConformalFitOptions)[];

const strataIn = (method: string, options: Strata): Strata =>
  knownOptions(`The options of a conformal predictor's \`${method}\``, options, ['strata']);

/** A model, and the scores of rows that it was not trained on. */
interface Calibrated {
  readonly model: KernelModel;
  readonly scores: Scores;
}

/**
 * Regions that hold the truth with a given probability: a set of labels for classes, an interval
 * for numbers. Made by `conformal`.
 */
export class Conformal<M extends KernelModel = KernelModel> {
  readonly #estimator: M;
  readonly #options: Required<Omit<ConformalOptions, 'by'>> & Pick<ConformalOptions, 'by'>;
  #calibrated: readonly Calibrated[] = [];
  /** The model for `prediction`: of all folds' models the one that was trained on all rows. */
  #model: M | undefined;
  #owned: KernelModel[] = [];

  constructor(estimator: M, options: ConformalOptions = {}) {
    if (typeof estimator?.clone !== 'function') {
      throw typeError(
        'estimator',
        'be a kernel model, such as new KernelRidge()',
        String(estimator),
      );
    }
    const { hasSeveral, name } = taskFor(estimator.options.task);
    if (hasSeveral) {
      throw rangeError('estimator', 'predict one class or number per row, or quantiles', name);
    }
    checkConformalOptions(options);
    const {
      coverage = 0.9,
      method = 'split',
      calibrationSize = 0.25,
      folds = 10,
      seed = 0,
    } = options;
    this.#estimator = estimator;
    this.#options = { coverage, method, calibrationSize, folds, seed, by: options.by };
  }

  /** The share of new rows whose truth is to be in the region. */
  get coverage(): number {
    return this.#options.coverage;
  }

  /** The fitted model that makes the predictions. @throws Error before `fit` or `calibrate`. */
  get model(): M {
    if (this.#model) return this.#model;
    throw new Error('This conformal predictor is not fitted yet; call `fit` or `calibrate` first.');
  }

  /**
   * Trains copies of the estimator on a part of the rows, and scores them on the others.
   *
   * @throws RangeError or TypeError on bad input, before any work; the signal's reason when aborted.
   */
  async fit(
    x: RowsLike | TableRows,
    y: TargetsFor<M> | string,
    options: ConformalFitOptions = {},
  ): Promise<void> {
    knownOptions("The options of a conformal predictor's `fit`", options, FIT);
    const { strata, groups, fitOptions = {}, signal } = options;
    checkFitOptions(fitOptions, 'array');
    optional(abortSignal, 'signal', signal);
    const targets = y as TargetsLike | string;
    const { rows } = await prepareAll(x, targets, this.#estimator.options, signal);
    rows.x.dispose();
    const names = checkStrata(strata, rows.x.rows, this.#options.by);
    const truth = await truthOf(this.#estimator, x, targets);
    const parts = heldOutParts(rows, this.#options, groups);
    const owned: KernelModel[] = [];
    const calibrated: Calibrated[] = [];
    const trained = async (picked: Int32Array | undefined): Promise<M> => {
      const model = this.#estimator.clone();
      owned.push(model);
      const some = picked ? await pickRows(x, picked) : x;
      const own = picked ? await pickTargets(targets, picked) : targets;
      const how = { ...fitOptions, ...(signal && { signal }) };
      await (model as KernelModel).fit(some as RowsLike, own as never, how);
      return model;
    };
    try {
      for (const { train, test } of parts) {
        const model = await trained(train);
        const own = names && Array.from(test, (row) => names[row]);
        const held = Array.from(test, (row) => truth[row]);
        const rowsHeld = await pickRows(x, test);
        const scores = await scoresOf(model, rowsHeld, held, { strata: own, by: this.#options.by });
        calibrated.push({ model, scores });
      }
      const isSplit = this.#options.method === 'split';
      const whole = isSplit ? (owned[0] as M) : await trained(undefined);
      this.#become(whole, calibrated, owned);
    } catch (error) {
      for (const model of owned) model.dispose();
      throw error;
    }
  }

  /** Scores the fitted estimator itself on rows that it was not trained on. The caller still owns it. */
  async calibrate(
    x: RowsLike | TableRows,
    y: TargetsFor<M> | string,
    options: Strata = {},
  ): Promise<void> {
    const { strata } = strataIn('calibrate', options);
    if (this.#options.method !== 'split') {
      throw rangeError(
        'method',
        "be 'split' where a fitted model is calibrated",
        this.#options.method,
      );
    }
    const rows = await countRows(x);
    const names = checkStrata(strata, rows, this.#options.by);
    const truth = await truthOf(this.#estimator, x, y as TargetsLike | string);
    requireOnePerRow('y', truth.length, rows);
    const how = { strata: names, by: this.#options.by };
    const scores = await scoresOf(this.#estimator, x, Array.from(truth), how);
    this.#become(this.#estimator, [{ model: this.#estimator, scores }], []);
  }

  /** The region of each row. With strata, each row needs its own. */
  async predict(x: RowsLike | NamedRows, options: Strata = {}): Promise<RegionOf<M>[]> {
    const { strata } = strataIn('predict', options);
    const { model } = this;
    const predictions = await (model as KernelModel).predict(x as RowsLike);
    const names = this.#stratified(strata, predictions.length);
    const { coverage, by } = this.#options;
    const { classes } = model as KernelModel;
    if (classes === undefined) {
      const said = await Promise.all(
        this.#calibrated.map(async (c) =>
          c.model === model ? predictions : await c.model.predict(x as RowsLike),
        ),
      );
      return predictions.map((prediction, row) => {
        const folds = this.#calibrated.map(({ scores }, k) => ({
          said: endsOf(said[k][row] as number | number[]),
          scores,
        }));
        const middle = middleOf(prediction as number | number[]);
        return intervalOf(folds, middle, coverage, names?.[row]);
      }) as RegionOf<M>[];
    }
    const said: number[][][] = [];
    for (const calibrated of this.#calibrated)
      said.push(await nonconformity(calibrated.model, x as RowsLike));
    return predictions.map((prediction, row) => {
      const folds = this.#calibrated.map(({ scores }, k) => ({ said: said[k][row], scores }));
      const own = (label: Label) => (by === 'class' ? stratumOf(label) : (names?.[row] ?? ALL));
      return { prediction, labels: labelsOf(folds, classes, coverage, own) };
    }) as unknown as RegionOf<M>[];
  }

  /** How often the truth is in the region of rows with known targets. */
  async evaluate(
    x: RowsLike | TableRows,
    y: TargetsFor<M> | string,
    options: Strata = {},
  ): Promise<ConformalEvaluation> {
    const { strata } = strataIn('evaluate', options);
    const truth = await truthOf(this.#estimator, x, y as TargetsLike | string);
    const regions = (await this.predict(x, options)) as (Interval | LabelSet)[];
    requireOnePerRow('y', truth.length, regions.length);
    const byClass = this.#options.by === 'class';
    const names = byClass ? Array.from(truth, String) : strata && Array.from(strata, String);
    return evaluateRegions(regions, truth, names);
  }

  /**
   * The calibration, to be saved beside the model: `conformal(model, options).restore(calibration)`.
   *
   * @throws RangeError for `method: 'cross'`, which has several models.
   */
  toJSON(): Calibration {
    const { coverage, method, by } = this.#options;
    if (method !== 'split') {
      throw rangeError(
        'method',
        "be 'split' to be saved, since 'cross' keeps several models",
        method,
      );
    }
    void this.model;
    return writeCalibration(this.#calibrated[0].scores, { coverage, ...(by && { by }) });
  }

  /** Takes a calibration that `toJSON` returned, for the same fitted model, which the caller owns. */
  restore(calibration: Calibration): this {
    const scores = readCalibration(calibration, this.#options.by);
    this.#become(this.#estimator, [{ model: this.#estimator, scores }], []);
    return this;
  }

  /** Frees the models that `fit` trained. */
  dispose(): void {
    for (const model of this.#owned) model.dispose();
    this.#owned = [];
    this.#calibrated = [];
    this.#model = undefined;
  }

  #become(model: M, calibrated: readonly Calibrated[], owned: KernelModel[]): void {
    this.dispose();
    this.#model = model;
    this.#calibrated = calibrated;
    this.#owned = owned;
  }

  #stratified(strata: ArrayLike<Label> | undefined, rows: number): string[] | undefined {
    const names = checkStrata(strata, rows, this.#options.by);
    const known = this.#calibrated.some(({ scores }) =>
      [...scores.keys()].some((name) => name !== ALL),
    );
    if (this.#options.by !== 'class' && known !== (names !== undefined)) {
      throw rangeError(
        'strata',
        known ? 'be given, as in calibration' : 'be left out, as in calibration',
        known ? 'none' : 'some',
      );
    }
    return names;
  }
}

/**
 * Regions that hold the truth of a new row with a given probability, whatever the model and the
 * data, if new rows come from where the rows of the calibration came from: intervals for numbers,
 * sets of labels for classes.
 *
 * `method: 'split'` trains on a part of the rows and needs one model. 'cross' (CV+) trains on all
 * but a fold at a time: narrower where rows are few, for `folds` + 1 models. `by: 'class'` holds
 * the share for each class by itself, and `strata` for parts that you name, such as regions
 * (Mondrian).
 *
 * Around the numbers of a regression all intervals are of one width (with 'split'). Those around the
 * quantiles of a `KernelQuantile` are as wide as its outermost quantiles, and so much wider or
 * narrower that the share holds: conformalized quantile regression.
 *
 * Vovk, Gammerman & Shafer, "Algorithmic learning in a random world", 2005; Sadinle, Lei &
 * Wasserman, "Least ambiguous set-valued classifiers", 2019; Romano, Patterson & Candès, "Conformalized
 * quantile regression", 2019.
 *
 * @throws RangeError or TypeError that names the option, its rule and the value.
 *
 * @example
 * const x = Array.from({ length: 200 }, (_, i) => [i / 20, (i * 7) % 3]);
 * const y = x.map(([a, b], i) => Math.sin(a) + b + ((i * 13) % 10) / 50);
 * const ranges = conformal(new KernelRidge({ outputDim: 64, scale: 1.5 }), { coverage: 0.9 });
 * await ranges.fit(x, y);
 * const [{ lower, upper }] = await ranges.predict([[2.5, 1]]);
 */
export function conformal<M extends KernelModel>(
  estimator: M,
  options: ConformalOptions = {},
): Conformal<M> {
  return new Conformal(estimator, options);
}
