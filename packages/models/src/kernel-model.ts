import { meanSquaredError } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { requireBackend } from './backend.ts';
import { allScores } from './blocks.ts';
import { calibrate } from './calibrate.ts';
import { chooseLearner } from './choose-learner.ts';
import { classIndices } from './class-indices.ts';
import { type Evaluation, evaluateClassifier, evaluateRegression } from './evaluation.ts';
import { checkFitOptions, type FitOptions, type FitResult } from './fit-options.ts';
import type { Label, TargetsLike } from './labels.ts';
import type { Learner } from './learner.ts';
import { buildNetwork, copyNetwork, rowShapeOf, unitsOf } from './network.ts';
import { checkOptions, type KernelModelOptions, type ResolvedOptions, resolve } from './options.ts';
import { compileForTraining, readModel, writeModel } from './persistence.ts';
import { disposeRows, type Prepared, prepare, prepareSplit } from './prepare.ts';
import { probabilities } from './probabilities.ts';
import { type NumericArray, type RowsLike, toRows } from './rows.ts';
import { train } from './train.ts';

/** What a model knows once it is fitted. */
export interface Fitted {
  readonly network: tfl.LayersModel;
  /** In ascending order; absent in a regression. */
  readonly classes?: readonly Label[];
  /** Sharpness of the probabilities of a loss that has no link of its own. */
  readonly inverseTemperature: number;
}

/**
 * A kernel machine made linear by a feature map: map + linear head + loss, trained on mini-batches.
 *
 * f(x) = φ(x)·W + b, with W and b minimizing mean loss(y, f(x)) + (l2/2)‖W‖². `KernelSVM`,
 * `KernelLogisticRegression` and `KernelRidge` are this class with a loss chosen.
 *
 * Methods mean what they mean in scikit-learn; `fit` never changes the options, and fitting again
 * starts afresh and gives the same. `dispose` frees the weights.
 */
export class KernelModel {
  /** The options as they are used, defaults filled in. */
  readonly options: Readonly<ResolvedOptions>;
  #fitted: Fitted | undefined;
  /** Aborted by `dispose`, for a fit that is under way. */
  #life = new AbortController();

  /** @throws RangeError or TypeError that names the option, its rule and the value. */
  constructor(options: KernelModelOptions = {}) {
    checkOptions(options);
    this.options = resolve(options, meanSquaredError);
  }

  /** The classes seen in training, in ascending order; undefined in a regression. */
  get classes(): readonly Label[] | undefined {
    return this.#known().classes;
  }

  /**
   * Trains on rows `x` and their labels or numbers `y`.
   *
   * When `signal` is aborted the promise rejects with its reason; what was learned by then stays.
   * Any other failure, or an abort before the first step, leaves the model as it was. `dispose`
   * stops a fit too, and nothing stays. Of two fits at once the one that ends last holds.
   *
   * @throws RangeError or TypeError on bad input, before any work.
   */
  async fit(x: RowsLike, y: TargetsLike, fitOptions: FitOptions = {}): Promise<FitResult> {
    checkFitOptions(fitOptions);
    const life = this.#life.signal;
    const signals = fitOptions.signal === undefined ? [life] : [fitOptions.signal, life];
    const signal = AbortSignal.any(signals);
    signal.throwIfAborted();
    await requireBackend();
    const { training, validation } = await prepareSplit(x, y, fitOptions, this.options);
    try {
      signal.throwIfAborted();
      return await this.#train(training, validation, { ...fitOptions, signal }, life);
    } finally {
      disposeRows(training);
      if (validation !== undefined) disposeRows(validation);
    }
  }

  /** Predicted labels, of the kind that `fit` was given; numbers, or rows of them, in a regression. */
  async predict<T extends Label | number[] = Label>(x: RowsLike): Promise<T[]> {
    const { scores, units, classes } = await this.#scores(x);
    if (classes === undefined) return toNumbers(scores, units) as T[];
    return Array.from(classIndices(scores, units), (index) => classes[index] as T);
  }

  /**
   * Probabilities, `[rows, classes]` in the order of `classes`. The largest is always the predicted
   * class. For losses without probabilities of their own (hinge, squared) they are calibrated by
   * one temperature for all classes, on the validation rows if there were any.
   */
  async predictProba(x: RowsLike): Promise<NumericArray & { data: Float32Array }> {
    const { inverseTemperature } = this.#classifier('predictProba');
    const { scores, units, classes } = await this.#scores(x);
    const data = probabilities(scores, units, this.options.loss.link, inverseTemperature);
    const width = (classes as readonly Label[]).length;
    return { data, shape: [data.length / width, width] };
  }

  /**
   * Scores before any threshold: `[rows, classes]`; for two classes `[rows]`, positive for the
   * second; in a regression the predictions.
   */
  async decisionFunction(x: RowsLike): Promise<NumericArray & { data: Float32Array }> {
    const { scores, units, classes } = await this.#scores(x);
    const rows = scores.length / units;
    if (classes?.length === 2 && units === 2) {
      const data = Float32Array.from({ length: rows }, (_, i) => scores[2 * i + 1] - scores[2 * i]);
      return { data, shape: [rows] };
    }
    return { data: scores, shape: units === 1 ? [rows] : [rows, units] };
  }

  /** Share of rows classified rightly; in a regression R² = 1 − Σ(y − f)² / Σ(y − ȳ)². */
  async score(x: RowsLike, y: TargetsLike): Promise<number> {
    const { accuracy, r2 } = await this.evaluate(x, y);
    return (accuracy ?? r2) as number;
  }

  /** The mean loss with accuracy and confusion matrix, or with R². */
  async evaluate(x: RowsLike, y: TargetsLike): Promise<Evaluation> {
    const { network, classes } = this.#known();
    const { loss } = this.options;
    const rows = await prepare(x, y, this.options, { classes, units: unitsOf(network) });
    try {
      const targets = (await rows.y.data()) as Float32Array;
      const batch = {
        targets,
        predictions: await allScores(network, this.#checked(rows.x)),
        units: unitsOf(network),
      };
      if (classes === undefined) return evaluateRegression(loss, batch);
      return evaluateClassifier(
        loss,
        batch,
        rows.indices as Int32Array,
        classIndices(batch.predictions, batch.units),
        classes,
      );
    } finally {
      tf.dispose([rows.x, rows.y]);
    }
  }

  /**
   * Saves the model as an ordinary tfjs layers model that any program with
   * `@kernel-methods/features` imported can load; classes and loss stand in its metadata.
   *
   * @param handler for example `fileSystem('folder')`, or a URL such as 'indexeddb://name'.
   */
  async save(handler: tf.io.IOHandler | string): Promise<void> {
    await writeModel(handler, this.#known(), this.options);
  }

  /**
   * Loads what `save` wrote. Called on a subclass it gives one of that class.
   *
   * @throws Error if there is no model, or one that no kernel model saved.
   */
  static async load<M extends KernelModel>(
    this: new (
      options?: KernelModelOptions,
    ) => M,
    handler: tf.io.IOHandler | string,
  ): Promise<M> {
    await requireBackend();
    const { fitted, options } = await readModel(handler);
    const model = new this(options);
    model.#fitted = fitted;
    return model;
  }

  /** The fitted machine as a compiled tfjs model with weights of its own; the caller disposes of it. */
  toLayersModel(): tfl.LayersModel {
    const { loss, task } = this.options;
    return compileForTraining(copyNetwork(this.#known().network), loss, task);
  }

  /** Frees the weights and stops a fit that is under way. The model can be fitted again. */
  dispose(): void {
    const name = this.constructor.name;
    this.#life.abort(new Error(`This ${name} was disposed of while it was being fitted.`));
    this.#life = new AbortController();
    this.#become(undefined);
  }

  async #train(
    training: Prepared,
    validation: Prepared | undefined,
    fitOptions: FitOptions & { signal: AbortSignal },
    life: AbortSignal,
  ): Promise<FitResult> {
    const { options } = this;
    const { signal } = fitOptions;
    const start = performance.now();
    let learner: Learner | undefined;
    let network: tfl.LayersModel | undefined;
    const finish = async (trained: tfl.LayersModel) => {
      learner?.finish();
      learner = undefined;
      const inverseTemperature = await calibrate(trained, validation ?? training, options);
      life.throwIfAborted();
      this.#become({ network: trained, classes: training.classes, inverseTemperature });
      network = undefined;
    };
    try {
      network = buildNetwork(options, training.x.shape.slice(1), training.bias);
      const classify = options.task === 'classification';
      const objective = { training, validation, loss: options.loss, l2: options.l2, classify };
      learner = await chooseLearner(network, objective, options, signal);
      const features = (performance.now() - start) / 1000;
      const { history, seconds } = await train(learner, {
        ...fitOptions,
        rows: training.x.shape[0],
        validationRows: validation?.x.shape[0] ?? 0,
        epochs: fitOptions.epochs ?? options.epochs,
        batchSize: fitOptions.batchSize ?? options.batchSize,
        random: createRandom(options.seed).stream('batches'),
        classify,
      });
      await finish(network);
      return { history, seconds: { features, ...seconds } };
    } catch (error) {
      const isStopped = signal.aborted && error === signal.reason && !life.aborted;
      if (network !== undefined && learner !== undefined && isStopped) await finish(network);
      throw error;
    } finally {
      learner?.finish();
      network?.dispose();
    }
  }

  #become(fitted: Fitted | undefined): void {
    this.#fitted?.network.dispose();
    this.#fitted = fitted;
  }

  #known(): Fitted {
    if (this.#fitted === undefined) {
      throw new Error(`This ${this.constructor.name} is not fitted yet. Call \`fit\` first.`);
    }
    return this.#fitted;
  }

  #classifier(method: string): Fitted {
    const fitted = this.#known();
    if (fitted.classes === undefined) {
      throw new Error(
        `\`${method}\` needs a classifier. This ${this.constructor.name} is a regression.`,
      );
    }
    return fitted;
  }

  async #scores(x: RowsLike) {
    const { network, classes } = this.#known();
    const rows = await toRows(x, 'x');
    try {
      const scores = await allScores(network, this.#checked(rows));
      return { scores, units: unitsOf(network), classes };
    } finally {
      rows.dispose();
    }
  }

  #checked(rows: tf.Tensor): tf.Tensor {
    const expected = rowShapeOf(this.#known().network);
    const received = rows.shape.slice(1);
    if (received.join() !== expected.join()) {
      throw new RangeError(
        `\`x\` must have rows of the shape seen in training, [${expected}]. Received: [${received}].`,
      );
    }
    return rows;
  }
}

function toNumbers(scores: Float32Array, units: number): (number | number[])[] {
  if (units === 1) return Array.from(scores);
  return Array.from({ length: scores.length / units }, (_, row) =>
    Array.from(scores.subarray(row * units, (row + 1) * units)),
  );
}
