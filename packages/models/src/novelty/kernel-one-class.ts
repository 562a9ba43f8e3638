import { kindOf, rangeError, typeError } from '@kernel-methods/check';
import { inTurns } from '@kernel-methods/simd';
import type { ColumnEncoder } from '@kernel-methods/tables';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { requireOnePerRow, type TargetsLike } from '../data/labels.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTableRows, type NamedRows, type TableEncoder, type TableRows } from '../data/tables.ts';
import { featureBlocks } from '../estimators/feature-blocks.ts';
import { FittedState } from '../estimators/fitted-state.ts';
import { decisions, predictions } from '../estimators/inference.ts';
import { compileForTraining, readModel, writeModel } from '../estimators/persistence.ts';
import type { FitResult, FitSettings } from '../fit/fit-options.ts';
import type { Fitted } from '../fit/fitted.ts';
import { checkPartial, partialData } from '../fit/partial-data.ts';
import { tableData, targetsOf } from '../fit/table-data.ts';
import { arrayData, type TrainingData } from '../fit/training-data.ts';
import { copyNetwork, layersOf, withHead } from '../network/network.ts';
import { requireBackend } from '../runtime/backend.ts';
import type { Floats } from '../tasks/task.ts';
import { type NoveltyEvaluation, noveltyEvaluation } from './novelty-evaluation.ts';
import {
  checkNoveltyFitOptions,
  type KernelOneClassOptions,
  type NoveltyFitOptions,
  type ResolvedNoveltyOptions,
  resolveNovelty,
} from './novelty-options.ts';
import { noveltySolvers } from './novelty-solvers.ts';
import { novelty, signsOf } from './novelty-task.ts';
import { sameMap } from './same-map.ts';
import { Scatter } from './scatter.ts';
import { isRowStream, type RowStream, unlabelledData } from './unlabelled-stream.ts';

const ESTIMATOR = 'KernelOneClass';

/**
 * Tells rows that are like those it has seen from rows that are not: novelty detection, on any
 * feature map.
 *
 * It learns from rows of one kind, without labels. `predict` gives 1 for a row of that kind and −1 for
 * any other; a share `nu` of new rows of the kind is taken for others. The options choose the feature
 * map, as in all kernel models, and by `solver` the score:
 *
 * - 'mahalanobis' (the default): the distance from the mean in the space of features, each direction
 *   in the unit of its own deviation. One pass; rows can be added, merged and removed.
 * - 'leverage': the same from 0.
 * - 'oneClassSvm': the margin to the plane of the one-class support vector machine.
 *
 * Methods mean the same as in scikit-learn's `OneClassSVM`.
 *
 * Schölkopf et al., "Estimating the support of a high-dimensional distribution", 2001; Haasdonk &
 * Pekalska, "Classification with kernel Mahalanobis distance classifiers", 2009.
 *
 * @example
 * const usual = Array.from({ length: 200 }, (_, i) => [Math.cos(i), Math.sin(i)]);
 * const model = new KernelOneClass({ outputDim: 64, nu: 0.05 });
 * await model.fit(usual);
 * await model.predict([[1, 0], [0, 0]]); // 1, −1
 */
export class KernelOneClass {
  #given: KernelOneClassOptions;
  #options: Readonly<ResolvedNoveltyOptions>;
  readonly #state = new FittedState(ESTIMATOR);

  /** @throws RangeError or TypeError that names the option, its rule and the value. */
  constructor(options: KernelOneClassOptions = {}) {
    this.#options = resolveNovelty(options);
    this.#given = { ...options };
  }

  /** The options in use, with defaults filled in. */
  get options(): Readonly<ResolvedNoveltyOptions> {
    return this.#options;
  }

  /** The encoder of the table that it was fitted to; undefined for rows of numbers. */
  get encoder(): TableEncoder | undefined {
    return this.#state.known.encoder;
  }

  /** The settings of the fit: solver, length scale and more, given or chosen. */
  get settings(): FitSettings {
    return this.#state.known.settings;
  }

  /** The options that were given. */
  getParams(): KernelOneClassOptions {
    return { ...this.#given };
  }

  /**
   * Changes options for the next `fit`; `undefined` restores a default.
   *
   * @throws RangeError or TypeError as the constructor does; then no option is changed.
   */
  setParams(
    options: {
      [K in keyof KernelOneClassOptions]?: KernelOneClassOptions[K] | undefined;
    },
  ): this {
    const all = { ...this.#given, ...options } as KernelOneClassOptions;
    this.#options = resolveNovelty(all);
    this.#given = all;
    return this;
  }

  /** An unfitted model with the same options. */
  clone(): KernelOneClass {
    return new KernelOneClass(this.getParams());
  }

  /**
   * Learns from rows of one kind: arrays, typed arrays, a tensor, sparse rows, a table, objects; or a
   * stream of any of these, or of `{ x, sampleWeight }`. By 'mahalanobis' and 'leverage' a stream is
   * read once, whatever its length.
   *
   * When `signal` is aborted, the promise rejects with its reason.
   *
   * @throws RangeError or TypeError on bad input, before any work.
   */
  async fit(
    x: RowsLike | TableRows | RowStream,
    fitOptions: NoveltyFitOptions = {},
  ): Promise<FitResult> {
    checkNoveltyFitOptions(fitOptions, isRowStream(x) ? 'stream' : 'array');
    const options = this.#options;
    return this.#state.fit({ ...fitOptions }, options, (signal) =>
      isRowStream(x)
        ? unlabelledData(x, fitOptions, options, signal)
        : rowData(x, fitOptions, options),
    );
  }

  /**
   * Learns from more rows; the first call is a `fit`. The feature map of the first call is kept.
   * 'mahalanobis' and 'leverage' give what one `fit` on all rows would, but for the map; 'oneClassSvm'
   * descends once over the new rows.
   *
   * @throws Error if a saved model was loaded and the solver needs sums, which are not saved.
   */
  async partialFit(
    x: RowsLike | TableRows,
    fitOptions: NoveltyFitOptions = {},
  ): Promise<FitResult> {
    checkNoveltyFitOptions(fitOptions, 'array');
    const options = this.#options;
    const once = { epochs: 1, ...fitOptions };
    const learn = (fitted?: Fitted) => {
      checkPartial(options, fitted);
      return this.#state.fit(once, options, () =>
        fitted === undefined
          ? rowData(x, once, options)
          : partialData(x, undefined, once, options, { fitted }),
      );
    };
    return this.#state.current === undefined ? learn() : this.#state.use(learn);
  }

  /**
   * Adds all that another model has learned, which must have the same feature map: fitted with the
   * same `scale` and `seed`, or a part of the rows of one `fit` in `partialFit`.
   *
   * @throws RangeError if the maps differ; TypeError unless it is a `KernelOneClass`; Error if a solver
   * keeps no sums.
   */
  async merge(other: KernelOneClass): Promise<void> {
    if (!(other instanceof KernelOneClass)) {
      throw typeError('other', 'be a KernelOneClass', kindOf(other));
    }
    await this.#change(async (scatter, fitted) => {
      await other.#state.use(async (others) => {
        if (!(others.state instanceof Scatter)) throw withoutSums(others);
        if (!(await sameMap(fitted.network, others.network))) {
          throw rangeError('other', 'have the same feature map', 'a model with another');
        }
        scatter.merge(others.state);
      });
    });
  }

  /**
   * Forgets rows from which it learned, exactly up to rounding.
   *
   * @throws Error if the solver keeps no sums, or the model was loaded.
   */
  async forget(x: RowsLike | NamedRows): Promise<void> {
    await this.#change(async (scatter, fitted) => {
      for await (const { z } of featureBlocks(fitted, x)) await scatter.remove(z);
    });
  }

  /** 1 for a row of the known kind, −1 for any other: the sign of `decisionFunction`. */
  async predict(x: RowsLike | NamedRows): Promise<(1 | -1)[]> {
    return this.#state.use((fitted) => predictions(fitted, x)) as Promise<(1 | -1)[]>;
  }

  /** The score of each row minus the threshold, `[rows]`: negative for rows of another kind. */
  async decisionFunction(x: RowsLike | NamedRows): Promise<Floats> {
    return this.#state.use((fitted) => decisions(fitted, x));
  }

  /** The score of each row, `[rows]`: the greater, the more it is like those seen. */
  async scoreSamples(x: RowsLike | NamedRows): Promise<Floats> {
    return this.#state.use(async (fitted) => {
      const { data, shape } = await decisions(fitted, x);
      const offset = await offsetOf(fitted);
      return { data: data.map((value) => value + offset), shape };
    });
  }

  /** The threshold: `decisionFunction` is `scoreSamples` minus it. */
  async offset(): Promise<number> {
    return this.#state.use(offsetOf);
  }

  /**
   * How well it tells rows of the known kind, `y` 1, from others, −1.
   *
   * @param y one number per row, or the name of the table's column.
   */
  async evaluate(x: RowsLike | NamedRows, y: TargetsLike | string): Promise<NoveltyEvaluation> {
    const truth = await signsOf((await targetsOf(x, y, 'y')) as TargetsLike, 'y');
    const { data } = await this.decisionFunction(x);
    requireOnePerRow('y', truth.length, data.length, 'x');
    return noveltyEvaluation(data, truth);
  }

  /**
   * Saves the model as a tfjs layers model, as other estimators do. The sums over its rows are not
   * saved.
   *
   * @param handler for example `fileSystem('folder')`, or a URL such as 'indexeddb://name'.
   */
  async save(handler: tf.io.IOHandler | string): Promise<void> {
    const names = Object.keys(noveltySolvers);
    await this.#state.use((fitted) =>
      writeModel(handler, fitted, this.#options, { estimator: ESTIMATOR, ownSolvers: names }),
    );
  }

  /**
   * Loads a model that `save` wrote.
   *
   * @throws SavedModelError if no `KernelOneClass` saved it, or it is damaged.
   */
  static async load(
    handler: tf.io.IOHandler | string,
    { encoders }: { encoders?: readonly ColumnEncoder[] } = {},
  ): Promise<KernelOneClass> {
    if (encoders !== undefined && !Array.isArray(encoders)) {
      throw typeError('encoders', 'be an array of column encoders', kindOf(encoders));
    }
    await requireBackend();
    const { fitted, options } = await readModel(handler, {
      ...{ task: novelty, estimator: ESTIMATOR, encoders, solvers: noveltySolvers },
    });
    try {
      const { loss: _, task: __, ...own } = options;
      const model = new KernelOneClass(own as KernelOneClassOptions);
      model.#state.become(fitted);
      return model;
    } catch (error) {
      fitted.network.dispose();
      throw error;
    }
  }

  /**
   * The fitted model as a tfjs model with one output, the decision; the caller disposes of it. It takes
   * rows of numbers: for a table, the result of `encoder.transform`.
   */
  toLayersModel(): tfl.LayersModel {
    const { network, loss, task } = this.#state.known;
    return compileForTraining(copyNetwork(network), loss, task);
  }

  /** Frees the weights and stops a fit in progress. The model can be fitted again. */
  dispose(): void {
    this.#state.dispose();
  }

  /** Changes a copy of the sums, and finds the head anew. */
  async #change(change: (scatter: Scatter, fitted: Fitted) => Promise<void>): Promise<void> {
    await this.#state.use(async (fitted) => {
      if (!(fitted.state instanceof Scatter)) throw withoutSums(fitted);
      const scatter = fitted.state.clone();
      try {
        await change(scatter, fitted);
        const { ownHead } = await inTurns(scatter.headSteps());
        const network = withHead(fitted.network, ownHead);
        this.#state.become({ ...fitted, network, state: scatter });
      } catch (error) {
        scatter.dispose();
        throw error;
      }
    });
  }
}

/** The training data of rows in memory. */
function rowData(
  x: RowsLike | TableRows,
  fitOptions: NoveltyFitOptions,
  options: ResolvedNoveltyOptions,
): Promise<TrainingData> {
  return isTableRows(x)
    ? tableData(x, undefined, fitOptions, options)
    : arrayData(x, undefined, fitOptions, options);
}

async function offsetOf({ network }: Fitted): Promise<number> {
  // The bias is the last weight of every head.
  const bias = layersOf(network).head.getWeights().at(-1) as tf.Tensor;
  return -(await bias.data())[0];
}

const withoutSums = ({ settings }: Fitted) =>
  new Error(
    `Rows can be merged and removed by 'mahalanobis' and 'leverage', until the model is saved: only these keep sums over its rows. This one is by '${settings.solver}'.`,
  );
