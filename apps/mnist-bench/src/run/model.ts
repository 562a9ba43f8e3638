import * as library from '@kernel-methods/features';
import { type Loss, lossByName } from '@kernel-methods/losses';
import * as models from '@kernel-methods/models';
import { mean, mul, sub, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Config } from '../options/options.ts';
import { estimators, losses } from '../parts/losses.ts';
import { type MapSettings, maps } from '../parts/maps.ts';
import type { Matrix } from './data.ts';
import { type Examination, examine } from './examine.ts';

/** What the benchmark needs of an estimator. */
export interface Trainable {
  fit(x: Matrix, y: Matrix, options: models.FitOptions): Promise<models.FitResult>;
  test(x: Matrix, y: Matrix): Promise<Tested>;
  save(folder: string): Promise<void>;
  dispose(): void;
}

export interface Tested extends Examination {
  readonly loss: number;
}

/**
 * The estimator that the options describe, for three classes or more.
 *
 * @throws RangeError or TypeError where the options do not go together.
 */
export function createModel(config: Config): Trainable {
  const loss = lossByName(losses[config.loss].loss);
  const options = {
    features: [...(config.filters === 0 ? [] : [patches(config)]), createMap(config)],
    loss,
    solver: config.solver,
    l2: config.l2,
    learningRate: config.learningRate,
    epochs: config.epochs,
    batchSize: config.batchSize,
    seed: config.seed,
  };
  const model = estimators[losses[config.loss].estimator](models, options);
  return {
    fit: (x, y, fitOptions) => model.fit(x, y, fitOptions),
    async test(x, y) {
      const { data } = await model.decisionFunction(x);
      return { ...examine(data, x, y), loss: meanLoss(loss, data, y) };
    },
    save: (folder) => model.save(models.fileSystem(folder)),
    dispose: () => model.dispose(),
  };
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
