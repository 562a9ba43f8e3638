import { kindOf, typeError } from '@kernel-methods/check';
import { lossByName, meanSquaredError } from '@kernel-methods/losses';
import type { AnyRow, ColumnEncoder } from '@kernel-methods/tables';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkOptions } from '../check-options.ts';
import type { Evaluation } from '../data/evaluation.ts';
import {
  type LabelOf,
  type Prediction,
  sortedClasses,
  type TargetsLike,
  type TargetsOf,
} from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import {
  isTableRows,
  type NamedRows,
  type Table,
  type TableEncoder,
  type TableRows,
} from '../data/tables.ts';
import {
  checkClasses,
  checkFitOptions,
  type FitOptions,
  type FitResult,
  type FitSettings,
  type FitStreamOptions,
} from '../fit/fit-options.ts';
import type { Fitted } from '../fit/fitted.ts';
import { checkPartial, type PartialFitOptions, partialData } from '../fit/partial-data.ts';
import { tableData } from '../fit/table-data.ts';
import { arrayData, type TrainingData } from '../fit/training-data.ts';
import { headOn } from '../network/head-on.ts';
import { copyNetwork } from '../network/network.ts';
import { type KernelModelOptions, type ResolvedOptions, resolve } from '../options.ts';
import { requireBackend } from '../runtime/backend.ts';
import { type BatchStream, isBatchStream } from '../stream/batch-stream.ts';
import { streamData } from '../stream/stream-data.ts';
import type { TableStream } from '../stream/table-stream.ts';
import type { Floats } from '../tasks/task.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { FittedState } from './fitted-state.ts';
import { decisions, evaluation, predictions, probabilitiesOf, rowsFor } from './inference.ts';
import { compileForTraining, readModel, writeModel } from './persistence.ts';
import { predictiveStd } from './predictive-std.ts';
import { type Rejects, withoutRejected } from './rejects.ts';

/**
 * Sets the fitted state of a model that was computed elsewhere in this package, without calling
 * `fit`.
 */
export let adopt: (model: KernelModel, fitted: Fitted) => void;

/**
 * Calls `work` with the fitted state of a model, which does not change meanwhile.
 *
 * @throws Error if the model is not fitted.
 */
export let useFitted: <T>(model: KernelModel, work: (fitted: Fitted) => Promise<T>) => Promise<T>;

/**
 * Fits a model to data that are prepared elsewhere in this package, by options that may differ from
 * its own.
 */
export let fitData: (
  model: KernelModel,
  fitOptions: FitOptions,
  options: Readonly<ResolvedOptions>,
  prepareData: (signal: AbortSignal) => Promise<TrainingData>,
) => Promise<FitResult>;

/** What the `fit` of an estimator takes as `y`. */
export type TargetsFor<M extends KernelModel> = Extract<
  Parameters<M['partialFit']>[1],
  TargetsLike
>;

/** What the `predict` of an estimator returns for a row. */
export type PredictionOf<M extends KernelModel> =
  Awaited<ReturnType<M['predict']>> extends readonly (infer P extends Prediction)[] ? P : never;

/**
 * A kernel machine made linear by a feature map: map + linear head + loss + solver.
 *
 * f(x) = φ(x)·W + b, with W and b minimizing mean loss(y, f(x)) + (l2/2)‖W‖². `KernelSVM`,
 * `KernelLogisticRegression` and `KernelRidge` are this class with a loss chosen.
 *
 * Methods mean the same as in scikit-learn. `fit` never changes the options, and fitting again
 * starts from scratch and gives the same result. `dispose` frees the weights.
 *
 * `P` is the type that `predict` returns for a row, and that `fit` takes in `y`, unless `Y` says
 * otherwise: `new KernelSVM<string>()` takes and returns strings.
 */
export class KernelModel<P extends Prediction = Prediction, Y extends TargetsLike = TargetsOf<P>> {
  /** The defaults of the class. */
  protected static readonly defaults: Pick<KernelModelOptions, 'loss' | 'task'> = {};
  /** The name of the class in saved models, if the class loads only its own models. */
  protected static readonly estimator: string | undefined = undefined;

  #given: KernelModelOptions;
  #options: Readonly<ResolvedOptions>;
  readonly #state = new FittedState(this.constructor.name);

  /** @throws RangeError or TypeError that names the option, its rule and the value. */
  constructor(options: KernelModelOptions = {}) {
    this.#options = this.#resolve(options);
    this.#given = given(options, this.#options);
  }

  /** The options in use, with defaults filled in. */
  get options(): Readonly<ResolvedOptions> {
    return this.#options;
  }

  /** The classes or labels seen in training, in ascending order; undefined in a regression. */
  get classes(): readonly LabelOf<P>[] | undefined {
    return this.#state.known.classes as readonly LabelOf<P>[] | undefined;
  }

  /**
   * The encoder of the table that the model was fitted to; undefined if it was fitted to rows of
   * numbers.
   */
  get encoder(): TableEncoder | undefined {
    return this.#state.known.encoder;
  }

  /**
   * The settings of the fit: solver, penalty, length scale and more, given or chosen. A loaded
   * model has them too.
   */
  get settings(): FitSettings {
    return this.#state.known.settings;
  }

  /**
   * The options that were given: `new KernelSVM(svm.getParams())` makes a model with the same
   * options.
   */
  getParams(): KernelModelOptions {
    return { ...this.#given };
  }

  /**
   * Changes options for the next `fit`; the fitted state does not change. `undefined` restores a
   * default.
   *
   * @throws RangeError or TypeError as the constructor does; then no option is changed.
   */
  setParams(
    options: { [K in keyof KernelModelOptions]?: KernelModelOptions[K] | undefined },
  ): this {
    const all = { ...this.#given, ...options } as KernelModelOptions;
    this.#options = this.#resolve(all);
    this.#given = given(all, this.#options);
    return this;
  }

  /** An unfitted model of the same class with the same options. */
  clone(): this {
    const Class = this.constructor as new (options: KernelModelOptions) => this;
    return new Class(this.getParams());
  }

  /**
   * Trains on rows `x` and their labels or numbers `y`, or on a stream of batches of them.
   *
   * For a table of @kernel-methods/tables, or for objects, `y` may be the name of the column to
   * predict. The other columns are coded by the option `encoder`; `predict` then takes tables, and
   * objects with a value for each column. The encoder is fitted to the training rows, without those
   * of a validation split.
   *
   * When `signal` is aborted, the promise rejects with its reason, and the progress so far is kept.
   * After any other failure, or an abort before the first step, the model is unchanged. `dispose`
   * also stops a fit, and keeps nothing. Of two fits at once, the one that ends last counts.
   *
   * @throws RangeError or TypeError on bad input, before any work.
   */
  fit(x: RowsLike, y: Y | undefined, fitOptions?: FitOptions): Promise<FitResult>;
  fit<Row extends object>(
    table: Table<Row>,
    y: (keyof Row & string) | Y | undefined,
    fitOptions?: FitOptions,
  ): Promise<FitResult>;
  fit<Row extends Readonly<AnyRow>>(
    objects: readonly Row[],
    y: (keyof Row & string) | Y | undefined,
    fitOptions?: FitOptions,
  ): Promise<FitResult>;
  fit(batches: BatchStream<Y>, fitOptions?: FitStreamOptions<P>): Promise<FitResult>;
  fit(
    tables: TableStream,
    fitOptions: FitStreamOptions<P> & { target: string },
  ): Promise<FitResult>;
  async fit(
    x: RowsLike | TableRows | BatchStream<Y> | TableStream,
    second?: string | Y | FitStreamOptions<P>,
    third: FitOptions = {},
  ): Promise<FitResult> {
    const asked = isBatchStream(x) ? ((second ?? {}) as FitStreamOptions) : third;
    checkFitOptions(asked, isBatchStream(x) ? 'stream' : 'array');
    const fitOptions = { ...asked };
    const options = this.#options;
    return this.#state.fit(fitOptions, options, (signal) => {
      if (isBatchStream(x)) return streamData(x, fitOptions as FitStreamOptions, options, signal);
      const [rows, y] = [x as RowsLike | TableRows, second as TargetsLike | string];
      if (isTableRows(rows)) return tableData(rows, y, fitOptions, options);
      return arrayData(rows, y as TargetsLike, fitOptions, options);
    });
  }

  /**
   * Continues from the fitted state with more rows, and with new classes if there are any; the
   * first call is a `fit`. The feature map of the first call is kept. So is the solver's l2, or, if
   * the solver chose it, the alpha from which it is computed.
   *
   * 'direct' gives what one `fit` on all rows would; 'adam' and 'sgd' pass once over the new rows
   * (or `epochs` times).
   *
   * @param fitOptions `classes` names classes that may come later, so that outputs need not grow.
   * @throws RangeError with any other solver; Error if a saved model was loaded and the solver is
   * 'direct', because the sums over earlier rows are not saved.
   */
  async partialFit(
    x: RowsLike | TableRows,
    y: Y | string,
    { classes, ...fitOptions }: PartialFitOptions<P> = {},
  ): Promise<FitResult> {
    checkFitOptions(fitOptions, 'array');
    checkClasses(classes);
    // The map of the first rows must suit all that are to come.
    const options = { ...this.#options, choosesFeatures: false };
    const named = classes && sortedClasses(classes, 'classes');
    const once = { epochs: 1, ...fitOptions };
    const learn = (fitted?: Fitted) => {
      checkPartial(options, fitted);
      return this.#state.fit(once, options, () =>
        partialData(x, y as TargetsLike | string, once, options, { fitted, classes: named }),
      );
    };
    return this.#state.current === undefined ? learn() : this.#state.use(learn);
  }

  /**
   * Predicted labels, of the kind that `fit` was given; numbers, or rows of them, in a regression;
   * the names of each row's labels with several.
   *
   * @param options `reject`: what tells rows that are of none of the classes, as `rejecting` makes it; the
   * prediction for these is null.
   */
  predict(x: RowsLike | NamedRows, options: { reject: Rejects }): Promise<(P | null)[]>;
  predict(x: RowsLike | NamedRows, options?: { reject?: undefined }): Promise<P[]>;
  async predict(
    x: RowsLike | NamedRows,
    { reject }: { reject?: Rejects | undefined } = {},
  ): Promise<(P | null)[]> {
    const all = this.#state.use((fitted) => predictions(fitted, x)) as Promise<P[]>;
    return reject === undefined ? all : withoutRejected(all, reject, x);
  }

  /**
   * Probabilities, `[rows, classes]` in the order of `classes`. The largest is always the predicted
   * class; with several labels per row, each has its own. For losses without probabilities of their
   * own (hinge, squared) they are calibrated by one temperature for all classes, on the validation
   * rows if there were any; the option `calibrate` names other ways.
   */
  async predictProba(x: RowsLike | NamedRows): Promise<Floats> {
    const task = taskFor(this.#state.known.task);
    if (task.probabilities === undefined) {
      throw new Error(
        `\`predictProba\` needs a classifier. This ${this.constructor.name} is a ${task.name}.`,
      );
    }
    return this.#state.use((fitted) => probabilitiesOf(fitted, x));
  }

  /**
   * Scores before any threshold: `[rows, classes]`; for two classes `[rows]`, positive for the
   * second; in a regression the predictions.
   */
  async decisionFunction(x: RowsLike | NamedRows): Promise<Floats> {
    return this.#state.use((fitted) => decisions(fitted, x));
  }

  /**
   * Share of rows classified correctly, with several labels per row in all of them; in a regression
   * R² = 1 − Σ(y − f)² / Σ(y − ȳ)².
   */
  async score(x: RowsLike | NamedRows, y: TargetsLike | string): Promise<number> {
    const { accuracy, r2, d2 } = await this.evaluate(x, y);
    return (accuracy ?? r2 ?? d2) as number;
  }

  /** The mean loss with accuracy and confusion matrix, or with R². */
  async evaluate(x: RowsLike | NamedRows, y: TargetsLike | string): Promise<Evaluation> {
    return this.#state.use((fitted) => evaluation(fitted, x, y));
  }

  /**
   * Saves the model as an ordinary tfjs layers model that any program with
   * `@kernel-methods/features` imported can load; classes and loss are saved in its metadata.
   *
   * The encoder of a table is saved too, separately from the layers, which take coded rows.
   *
   * @param handler for example `fileSystem('folder')`, or a URL such as 'indexeddb://name'.
   * @param options `includeState`: also what the solver 'direct' knows of the training rows, so that a
   * loaded model gives standard deviations (`returnStd`) and continues with `partialFit`: about 4·D²
   * bytes more for D features. Default false.
   * @throws Error if there is no state to be included.
   */
  async save(
    handler: tf.io.IOHandler | string,
    { includeState = false }: { includeState?: boolean } = {},
  ): Promise<void> {
    const { estimator } = this.constructor as typeof KernelModel;
    const how = { estimator, includeState };
    await this.#state.use((fitted) => writeModel(handler, fitted, this.#options, how));
  }

  /**
   * Loads a model that `save` wrote. On a subclass it returns a model of that class, and refuses
   * those of other classes; `KernelModel.load` loads any.
   *
   * @param options `encoders`: column encoders of your own, if the model was fitted to a table with some.
   * @throws SavedModelError if no kernel model saved it, another class did, or it is damaged; what the
   * handler throws.
   */
  static async load<M extends KernelModel>(
    this: new (
      options?: KernelModelOptions,
    ) => M,
    handler: tf.io.IOHandler | string,
    { encoders }: { encoders?: readonly ColumnEncoder[] } = {},
  ): Promise<M> {
    if (encoders !== undefined && !Array.isArray(encoders)) {
      throw typeError('encoders', 'be an array of column encoders', kindOf(encoders));
    }
    await requireBackend();
    const blank = new this();
    const { estimator } = blank.constructor as typeof KernelModel;
    const { fitted, options } = await readModel(handler, {
      task: blank.options.task,
      estimator,
      encoders,
    });
    try {
      const model = new this(options);
      model.#state.become(fitted);
      return model;
    } catch (error) {
      fitted.network.dispose();
      fitted.state?.dispose();
      throw error;
    }
  }

  /**
   * The fitted machine as a compiled tfjs model with its own weights; the caller disposes of it. It
   * takes rows of numbers: for a table, the result of `encoder.transform`.
   */
  toLayersModel(): tfl.LayersModel {
    const { network, loss, task } = this.#state.known;
    return compileForTraining(copyNetwork(network), loss, task);
  }

  /**
   * A tfjs model of `base` with this machine on top of its output, compiled with this loss, to be
   * trained end to end by tfjs. `base` and its weights become part of it. A fitted machine is
   * copied; without a fit, the model starts from a random map and a new head.
   *
   * @param base a model whose output is one vector per row.
   * @param outputs the number of outputs of the head, if the machine is not fitted. Two classes
   * that are distinguished by a sign need one output.
   * @throws RangeError if the machine was fitted on rows of another width.
   */
  async asHead(base: tfl.LayersModel, outputs?: number): Promise<tfl.LayersModel> {
    await requireBackend();
    const fitted = this.#state.current;
    const { loss, task } = fitted ?? this.#options;
    const model = await headOn(base, this.#options, fitted?.network, outputs);
    return compileForTraining(model, loss, task);
  }

  /** Frees the weights and stops a fit in progress. The model can be fitted again. */
  dispose(): void {
    this.#state.dispose();
  }

  #resolve(options: KernelModelOptions): Readonly<ResolvedOptions> {
    checkOptions(options);
    const { defaults } = this.constructor as typeof KernelModel;
    const { task = defaults.task } = options;
    const { loss = meanSquaredError } = defaults;
    return resolve({ ...options, task }, typeof loss === 'string' ? lossByName(loss) : loss);
  }

  /** For a regression by the solver 'direct': the standard deviation of each prediction. */
  protected async stdOf(x: RowsLike | NamedRows): Promise<Float32Array> {
    return this.#state.use(async (fitted) => {
      const rows = await rowsFor(fitted, x);
      try {
        return await predictiveStd(fitted, rows);
      } finally {
        rows.dispose();
      }
    });
  }

  static {
    adopt = (model, fitted) => model.#state.become(fitted);
    fitData = (model, ...rest) => model.#state.fit(...rest);
    useFitted = (model, work) => model.#state.use(work);
  }
}

/** The options that were given, with the model's own copy of the list of features. */
const given = (options: KernelModelOptions, { features }: ResolvedOptions): KernelModelOptions =>
  options.features === undefined ? { ...options } : { ...options, features };
