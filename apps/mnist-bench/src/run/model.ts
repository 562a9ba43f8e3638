import * as library from '@kernel-methods/features';
import { type Loss, lossByName } from '@kernel-methods/losses';
import * as models from '@kernel-methods/models';
import { farOptions } from '@kernel-methods/models/far';
import { type Reliability, reliability } from '@kernel-methods/report/plots';
import { mean, mul, sub, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { splitRows } from '../options/complete.ts';
import type { Config } from '../options/options.ts';
import { estimators, losses } from '../parts/losses.ts';
import { type MapSettings, maps } from '../parts/maps.ts';
import { rejectScores } from '../parts/reject-scores.ts';
import type { TaskName } from '../parts/tasks.ts';
import type { OpenReport } from '../records/run-record.ts';
import { type Data, type Matrix, part } from './data.ts';
import { type Examination, examine } from './examine.ts';
import { type FarOptions, fitFar } from './fit-far.ts';
import { openOfNovelty, openOfRejection } from './open-world.ts';

/** What the benchmark needs of an estimator. */
export interface Trainable {
  fit(x: Matrix, y: Matrix, options: models.FitOptions): Promise<models.FitResult>;
  /** How it is fitted on other machines; missing where the rows must be here. */
  readonly far?: {
    /** @throws RangeError where other machines cannot do it, before any work. */
    check(): void;
    fit(data: Data, options: FarOptions): Promise<models.FitResult>;
  };
  /** @param unknown rows of digits that were not trained on. */
  test(x: Matrix, y: Matrix, unknown?: Matrix): Promise<Tested>;
  save(folder: string): Promise<void>;
  dispose(): void;
}

/** What the test came to; without confusion where there are no classes. */
export interface Tested extends Partial<Examination> {
  readonly accuracy: number;
  readonly loss?: number;
  readonly open?: OpenReport;
  readonly reliability?: Reliability;
}

/**
 * The model that the options describe.
 *
 * @throws RangeError or TypeError where the options do not go together.
 */
export const createModel = (config: Config): Trainable => creators[config.task](config);

const creators: Readonly<Record<TaskName, (config: Config) => Trainable>> = {
  classes: createClassifier,
  novelty: createNovelty,
};

/** An estimator for three classes or more. */
function createClassifier(config: Config): Trainable {
  const loss = lossByName(losses[config.loss].loss);
  const options = {
    features: featuresOf(config),
    loss,
    solver: config.solver,
    l2: config.l2,
    learningRate: config.learningRate,
    epochs: config.epochs,
    batchSize: config.batchSize,
    seed: config.seed,
  };
  const model = estimators[losses[config.loss].estimator](models, options);
  const rejection =
    config.reject === undefined
      ? undefined
      : models.rejecting(model as models.KernelModel<number>, {
          coverage: config.reject,
          score: rejectScores[config.rejectScore].score,
        });
  const calibrate = async (x: Matrix, y: Matrix, { signal }: models.FitOptions) => {
    if (rejection === undefined) return;
    const { train } = splitRows(x.shape[0], config.validationSplit);
    const held = [x, y].map((one) => part(one, train, x.shape[0] - train)) as [Matrix, Matrix];
    const training = [part(x, 0, train), part(y, 0, train)] as const;
    await rejection.calibrate(...held, { training, ...(signal && { signal }) });
  };
  return {
    async fit(x, y, fitOptions) {
      const result = await model.fit(x, y, fitOptions);
      await calibrate(x, y, fitOptions);
      return result;
    },
    far: {
      check: () => void farOptions(model.options),
      async fit(data, fitOptions) {
        const far = model as models.KernelModel<number>;
        const result = await fitFar(far, config, data, fitOptions);
        await calibrate(data.train.x, data.train.y, fitOptions);
        return result;
      },
    },
    async test(x, y, unknown) {
      const { data } = await model.decisionFunction(x);
      const found = { ...examine(data, x, y), loss: meanLoss(loss, data, y) };
      return {
        ...found,
        ...(loss.link && { reliability: await reliabilityOf(model, x, y) }),
        ...(rejection && {
          open: openOfRejection(await rejection.evaluate(x, y, unknown ? { unknown } : {})),
        }),
      };
    },
    save: (folder) => model.save(models.fileSystem(folder)),
    dispose() {
      rejection?.dispose();
      model.dispose();
    },
  };
}

/** A model of one kind: of all digits that it is trained on together. */
function createNovelty(config: Config): Trainable {
  const model = new models.KernelOneClass({
    features: featuresOf(config),
    seed: config.seed,
    ...(config.reject !== undefined && { nu: 1 - config.reject }),
  });
  return {
    fit: (x, _, { signal, onProgress, onEpochEnd }) =>
      model.fit(x, { signal, onProgress, onEpochEnd } as models.NoveltyFitOptions),
    async test(x, _, unknown) {
      const all = unknown ? joined(x, unknown) : x;
      const signs = Array.from({ length: all.shape[0] }, (__, row) => (row < x.shape[0] ? 1 : -1));
      const found = await model.evaluate(all, signs);
      const { known, falseAlarms, recall } = found;
      const right = known * (1 - falseAlarms) + (found.unknown && found.unknown * recall);
      return { accuracy: right / signs.length, open: openOfNovelty(found) };
    },
    save: (folder) => model.save(models.fileSystem(folder)),
    dispose: () => model.dispose(),
  };
}

const featuresOf = (config: Config) => [
  ...(config.filters === 0 ? [] : [patches(config)]),
  createMap(config),
];

/** The probabilities of the predicted classes, beside what came true. */
async function reliabilityOf(
  model: Pick<models.KernelModel, 'predictProba'>,
  x: Matrix,
  y: Matrix,
): Promise<Reliability> {
  const { data, shape } = await model.predictProba(x);
  const [rows, classes] = shape;
  const said = new Float64Array(rows);
  const came = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(row * classes, (row + 1) * classes);
    const predicted = own.indexOf(Math.max(...own));
    // Rounding may lead beyond 1.
    said[row] = Math.min(1, own[predicted]);
    came[row] = y.data[row * classes + predicted];
  }
  return reliability(said, came);
}

function joined(a: Matrix, b: Matrix): Matrix {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { data, shape: [a.shape[0] + b.shape[0], a.shape[1]] };
}

/**
 * The feature map that the options describe.
 *
 * @throws RangeError where the map does not suit the kernel.
 */
export const createMap = (config: MapSettings & { readonly map: Config['map'] }) =>
  maps[config.map].layer(library, config);

/** Every data set here has images of this size, which come as rows. */
const patches = ({ filters, patchSize, grid, threshold, seed }: Config) =>
  library.convolutionalFeatures({
    imageShape: [28, 28],
    filters,
    patchSize,
    grid,
    threshold,
    seed,
  });

/** Of scores against one-hot labels, which other losses than those for 0 and 1 see as -1 and 1. */
function meanLoss(loss: Loss, scores: Float32Array, { data, shape }: Matrix): number {
  const size = shape as [number, number];
  return tidy(() => {
    const oneHot = tensor2d(data, size);
    const targets = loss.coding === 'one-hot' ? oneHot : sub(mul(oneHot, 2), 1);
    return mean(loss(targets, tensor2d(scores, size))).dataSync()[0];
  });
}
