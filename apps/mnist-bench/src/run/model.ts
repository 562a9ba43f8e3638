import { convolutionalFeatures, randomFourierFeatures } from '@kernel-methods/features';
import { lossByName } from '@kernel-methods/losses';
import {
  type FitOptions,
  type FitResult,
  fileSystem,
  KernelLogisticRegression,
  KernelRidge,
  KernelSVM,
} from '@kernel-methods/models';
import { losses } from '../options/choices.ts';
import type { Config } from '../options/options.ts';
import type { Matrix } from './data.ts';

/** What the benchmark needs of an estimator. */
export interface Trainable {
  fit(x: Matrix, y: Matrix, options: FitOptions): Promise<FitResult>;
  evaluate(x: Matrix, y: Matrix): Promise<{ loss: number; accuracy?: number }>;
  save(folder: string): Promise<void>;
  dispose(): void;
}

/** Every data set here has images of this size, which come as rows. */
const PATCHES = { imageShape: [28, 28] };

/** The estimator that the options describe. */
export function createModel(config: Config): Trainable {
  const { estimator, loss } = losses[config.loss];
  const options = {
    features: [
      ...(config.filters === 0
        ? []
        : [convolutionalFeatures({ ...PATCHES, filters: config.filters, seed: config.seed })]),
      randomFourierFeatures({
        outputDim: config.outputDim,
        scale: config.scale,
        kernelInitializer: config.kernel,
        seed: config.seed,
      }),
    ],
    loss: lossByName(loss),
    solver: config.solver,
    l2: config.l2,
    learningRate: config.learningRate,
    epochs: config.epochs,
    batchSize: config.batchSize,
    seed: config.seed,
  };
  const model = estimators[estimator](options);
  return {
    fit: (x, y, fitOptions) => model.fit(x, y, fitOptions),
    evaluate: (x, y) => model.evaluate(x, y),
    save: (folder) => model.save(fileSystem(folder)),
    dispose: () => model.dispose(),
  };
}

const estimators = {
  KernelSVM: (options) => new KernelSVM(options),
  KernelLogisticRegression: (options) => new KernelLogisticRegression(options),
  KernelRidge: (options) => new KernelRidge({ ...options, task: 'classification' }),
} satisfies Record<string, (options: ConstructorParameters<typeof KernelSVM>[0]) => unknown>;
