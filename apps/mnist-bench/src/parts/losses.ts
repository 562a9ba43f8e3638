import type { Loss } from '@kernel-methods/losses';
import type * as Models from '@kernel-methods/models';

/** A loss that can be asked for. A new one is an entry of the table. */
export interface LossEntry {
  /** Which estimator trains it. */
  readonly estimator: EstimatorName;
  /** Its name in the losses package. */
  readonly loss: string;
  /** Other names by which people know it. */
  readonly aliases?: readonly string[];
  /** Whether it gives probabilities. */
  readonly probabilities?: true;
  /** What Newton's method needs on MNIST: products with the Hessian, and plain JavaScript per row. */
  readonly newton?: { readonly products: number; readonly script: number };
}

/** Losses. `logistic` here is the one for several classes. */
export const losses = {
  hinge: { estimator: 'KernelSVM', loss: 'hinge' },
  'squared-hinge': {
    estimator: 'KernelSVM',
    loss: 'squaredHinge',
    aliases: ['squaredHinge'],
    newton: { products: 290, script: 100 },
  },
  'categorical-hinge': {
    estimator: 'KernelSVM',
    loss: 'categoricalHinge',
    aliases: ['categoricalHinge'],
  },
  logistic: {
    estimator: 'KernelLogisticRegression',
    loss: 'softmaxCrossEntropy',
    probabilities: true,
    aliases: ['softmaxCrossEntropy', 'softmax-cross-entropy'],
    newton: { products: 650, script: 200 },
  },
  'binary-logistic': {
    estimator: 'KernelLogisticRegression',
    loss: 'logistic',
    probabilities: true,
    newton: { products: 450, script: 200 },
  },
  mse: {
    estimator: 'KernelRidge',
    loss: 'meanSquaredError',
    aliases: ['meanSquaredError', 'mean-squared-error'],
    newton: { products: 50, script: 100 },
  },
  huber: { estimator: 'KernelRidge', loss: 'huber', newton: { products: 100, script: 100 } },
  'epsilon-insensitive': {
    estimator: 'KernelRidge',
    loss: 'epsilonInsensitive',
    aliases: ['epsilonInsensitive'],
  },
} as const satisfies Readonly<Record<string, LossEntry>>;

export type LossName = keyof typeof losses;

/** What Newton's method needs for a loss that was not measured. */
export const usualNewton = losses.logistic.newton;

type Options = Models.KernelModelOptions & { readonly loss: Loss };

/** The estimators, made from the library that is put in: this file loads none. */
export const estimators = {
  KernelSVM: ({ KernelSVM }: typeof Models, options: Options) => new KernelSVM(options),
  KernelLogisticRegression: ({ KernelLogisticRegression }: typeof Models, options: Options) =>
    new KernelLogisticRegression(options),
  KernelRidge: ({ KernelRidge }: typeof Models, options: Options) =>
    new KernelRidge({ ...options, task: 'classification' }),
};

export type EstimatorName = keyof typeof estimators;
