// The names that options take, and what they stand for. Nothing here loads tfjs: a wrong name has
// to be found at once.

export const variants = {
  seed: 'random Fourier features and a linear head, trained by Adam',
  fast: 'convolutional patch features, random Fourier features, ridge regression: seconds',
  best: 'the same with more filters and features',
  limit: 'the same with still more, on deskewed images',
} as const;

/** What a variant means where the command line says nothing; of what it leaves out, the table's. */
const ridge = { loss: 'mse', solver: 'direct', validationSplit: 0, l2: 1e-6 } as const;
// Chosen on the last 10,000 training rows: bench/tuning/README.md.
const patches = { grid: 6, threshold: 0.45 } as const;
export const presets = {
  seed: {},
  fast: { ...ridge, ...patches, filters: 16, outputDim: 2048 },
  best: { ...ridge, ...patches, filters: 32, outputDim: 4096 },
  limit: { ...ridge, ...patches, filters: 32, outputDim: 8192, deskew: 'yes' },
} as const;

/**
 * Kernels, by the name and the settings that the features package knows them by. The scale is the
 * default on images of 784 pixels from 0 to 1, where two MNIST digits are 10.3 apart in the L2 norm and
 * 132 in the L1 norm (medians). The gaussian's is the seed's; the laplacian's did best of 100 to 350 on
 * the validation rows, the others' lie in the middle of what did best there (ridge, 24,000 rows, 2,048
 * features, scales from 5 to 50: less than 0.005 apart within a factor of 2).
 */
export const kernels = {
  gaussian: { className: 'gaussian', config: {}, scale: 10 },
  laplacian: { className: 'laplacian', config: {}, scale: 150 },
  'isotropic-laplacian': { className: 'isotropicLaplacian', config: {}, scale: 30 },
  'matern-3/2': { className: 'matern', config: { nu: 1.5 }, scale: 14 },
  'matern-5/2': { className: 'matern', config: { nu: 2.5 }, scale: 10 },
  'rational-quadratic': { className: 'rationalQuadratic', config: { alpha: 1 }, scale: 7 },
  cauchy: { className: 'cauchy', config: {}, scale: 20 },
} as const;

/** Feature maps. `kernel` says whether the map approximates the kernel of that option. */
export const maps = {
  rff: { help: 'random Fourier features', kernel: true },
  orf: { help: 'orthogonal random Fourier features', kernel: true },
  qmc: { help: 'quasi-random Fourier features', kernel: true },
  sorf: { help: 'structured orthogonal random Fourier features', kernel: true },
  fastfood: { help: 'Fastfood random Fourier features', kernel: true },
  nystroem: { help: 'Nyström features, from landmarks among the rows', kernel: true },
  'arc-cosine': { help: 'arc-cosine features, a random layer of rectified units', kernel: false },
  'tensor-sketch': { help: 'features of the polynomial kernel of degree 2', kernel: false },
  identity: { help: 'the pixels themselves: a linear machine', kernel: false },
} as const;

/** Which estimator a loss is trained by, and the loss's name in the losses package. */
export const losses = {
  hinge: { estimator: 'KernelSVM', loss: 'hinge' },
  'squared-hinge': { estimator: 'KernelSVM', loss: 'squaredHinge' },
  'categorical-hinge': { estimator: 'KernelSVM', loss: 'categoricalHinge' },
  logistic: { estimator: 'KernelLogisticRegression', loss: 'softmaxCrossEntropy' },
  'binary-logistic': { estimator: 'KernelLogisticRegression', loss: 'logistic' },
  mse: { estimator: 'KernelRidge', loss: 'meanSquaredError' },
  huber: { estimator: 'KernelRidge', loss: 'huber' },
  'epsilon-insensitive': { estimator: 'KernelRidge', loss: 'epsilonInsensitive' },
} as const;

/** Other names by which people know these losses. `logistic` here is the one for several classes. */
export const lossAliases = {
  squaredHinge: 'squared-hinge',
  categoricalHinge: 'categorical-hinge',
  softmaxCrossEntropy: 'logistic',
  'softmax-cross-entropy': 'logistic',
  meanSquaredError: 'mse',
  'mean-squared-error': 'mse',
  epsilonInsensitive: 'epsilon-insensitive',
} as const;

export const datasets = {
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
  kmnist: 'KMNIST',
  synthetic: 'synthetic digits',
} as const;

/** Every data set here has this many training rows. */
export const mostRows = 60_000;

export function namesOf<T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}
