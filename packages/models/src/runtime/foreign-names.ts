import { didYouMean } from '@kernel-methods/check';

// Names of scikit-learn, LIBSVM and Keras for options that have another name, or another scale,
// here.

const OPTIONS: Readonly<Record<string, string>> = {
  C: '`l2`: l2 = 1 / (C · rows)',
  alpha: '`l2`: l2 = 2 · alpha / rows',
  lambda: '`l2`',
  penalty: '`l2`, the only penalty',
  regularization: '`l2`',
  gamma: '`scale`: scale = gammaToScale(gamma)',
  sigma: '`scale`',
  lengthScale: '`scale`',
  kernel: "`features`: features: 'gaussian', or identity() for a linear machine",
  kernelInitializer: '`features`, or an option of randomFourierFeatures',
  degree: 'an option of a kernel: nystroem({ kernel: polynomial({ degree }) })',
  coef0: 'an option of a kernel: nystroem({ kernel: polynomial({ coef0 }) })',
  probability: 'nothing: `predictProba` is always there',
  nComponents: '`outputDim`',
  units: '`outputDim`',
  maxIter: '`epochs`, or maxIterations of a solver: newton({ maxIterations })',
  nEpochs: '`epochs`',
  nEpoch: '`epochs`',
  nIter: '`epochs`',
  iterations: '`epochs`, or maxIterations of a solver: newton({ maxIterations })',
  tol: 'tolerance of a solver: newton({ tolerance })',
  tolerance: 'an option of a solver: newton({ tolerance })',
  eta0: '`learningRate`',
  learningRateInit: '`learningRate`',
  lr: '`learningRate`',
  momentum: 'an option of a solver: sgd({ momentum })',
  epsilon: 'an option of a loss: epsilonInsensitive.with({ epsilon })',
  fitIntercept: 'nothing: the head always has a bias, which is not penalized',
  shuffle: 'nothing: rows are always shuffled, by `seed`',
  nJobs: 'nothing: work runs on the threads that the engine has',
  randomState: '`seed`',
  seeds: '`seed`',
  cv: '`folds`, an option of crossValidate and gridSearch',
  patience: 'an option of `earlyStopping`: { patience }',
  cacheSize: '`memoryBudget`, in bytes',
};

const KERNELS: Readonly<Record<string, string>> = {
  rbf: "'gaussian'",
  gauss: "'gaussian'",
  linear: 'identity()',
  poly: 'nystroem({ kernel: polynomial() })',
  polynomial: 'nystroem({ kernel: polynomial() })',
  softmaxkernel: 'positiveRandomFeatures()',
  arccosine: 'arcCosineFeatures()',
  chi2: 'additiveChi2Features()',
  additivechi2: 'additiveChi2Features()',
  skewedchi2: 'skewedChi2Features()',
  intersection: 'intersectionFeatures()',
};

const LOSSES: Readonly<Record<string, string>> = {
  mse: "'meanSquaredError'",
  squarederror: "'meanSquaredError'",
  logloss: "'logistic'",
  logisticloss: "'logistic'",
  bce: "'logistic'",
  binarycrossentropy: "'logistic'",
  crossentropy: "'softmaxCrossEntropy'",
  categoricalcrossentropy: "'softmaxCrossEntropy'",
  sparsecategoricalcrossentropy: "'softmaxCrossEntropy'",
  svm: "'hinge'",
};

const TABLES = { option: OPTIONS, kernel: KERNELS, loss: LOSSES };

/**
 * The hint for an unknown name: what it is called here, or the closest known name; an empty string
 * if there is neither. `max_iter` is `maxIter`.
 *
 * @param kind what the name belongs to.
 * @param here further names, with the hint for each.
 */
export function nameHint(
  kind: keyof typeof TABLES,
  name: string,
  known: readonly string[],
  here: Readonly<Record<string, string>> = {},
): string {
  const camel = name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
  const word = kind === 'option' ? camel : camel.toLowerCase();
  if (word !== name && known.includes(word)) return `Here that is \`${word}\`.`;
  const told = ownText(here, word) ?? ownText(TABLES[kind], word);
  return told === undefined ? didYouMean(name, known) : `Here that is ${told}.`;
}

const ownText = (table: Readonly<Record<string, string>>, word: string) =>
  Object.hasOwn(table, word) ? table[word] : undefined;
