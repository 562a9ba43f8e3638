import type { Config } from '../options/options.ts';
import { classes, type Sizes } from './estimate.ts';
import { featuresOfRow, onBackend } from './feature-work.ts';
import { sum, times, type Work } from './work.ts';

/** What the solver does, the features included. */
export function solverWork(config: Config, sizes: Sizes): Work {
  switch (config.solver) {
    case 'direct':
      return directWork(config, sizes);
    case 'newton':
      return newtonWork(config, sizes);
    case 'fit':
      return networkWork(config, sizes);
    default:
      return miniBatchWork(config, sizes);
  }
}

/** Each pass over rows of kept features, or over rows whose features are computed again. */
function passes(config: Config, sizes: Sizes, train: number, validation: number): Work {
  const { kept, width } = sizes;
  const rows = sizes.train * train + sizes.validation * validation;
  const features = featuresOfRow(config, sizes);
  const computed = kept
    ? sizes.train * Math.min(1, train) + sizes.validation * Math.min(1, validation)
    : rows;
  return sum(times(computed, features), { bytes: 4 * width * rows });
}

/** Scores and losses of a row, in plain JavaScript. */
const rowScript = 500;

function miniBatchWork(config: Config, sizes: Sizes): Work {
  const { solver, epochs } = config;
  const { train, validation, width } = sizes;
  const batch = solver === 'eigenpro' ? 512 : config.batchSize;
  const steps = epochs * Math.ceil(train / batch);
  const weights = 4 * width * classes;
  // The optimizer's moments, and eigenpro's directions.
  const step =
    solver === 'eigenpro' ? { bytes: 2 * 160 * 4 * width + 10 * weights } : { bytes: 3 * weights };
  return sum(
    // Scores, and the gradient, which takes as long; a product of few rows reads them twice.
    passes(config, sizes, epochs, epochs),
    { bytes: 4 * width * train * epochs },
    solver === 'adam' ? {} : { bytes: 4 * width * train },
    solver === 'eigenpro' ? { algebra: 8e9 } : {},
    { script: epochs * (train + validation) * rowScript },
    times(steps, sum(step, { script: 3e4 })),
  );
}

function directWork(config: Config, sizes: Sizes): Work {
  const { train, validation, width } = sizes;
  return sum(
    times(train + validation, featuresOfRow(config, sizes)),
    { features: train * width * width, algebra: width ** 3 / 3 },
    { script: 200 * (train + validation) },
    // Of a sample of 1,000 rows, by its eigenvalues.
    config.l2 === undefined ? { algebra: 1.1e10 } : {},
  );
}

/** Products with the Hessian until the minimum, and their plain JavaScript a row, on MNIST. */
const newton = {
  'squared-hinge': { products: 290, script: 100 },
  logistic: { products: 650, script: 200 },
  'binary-logistic': { products: 450, script: 200 },
  mse: { products: 50, script: 100 },
  huber: { products: 100, script: 100 },
};

function newtonWork(config: Config, sizes: Sizes): Work {
  const { products, script } = newton[config.loss as keyof typeof newton] ?? newton.logistic;
  return sum(
    // A product with the Hessian reads the rows twice.
    passes(config, sizes, 2 * products, 20),
    { script: products * sizes.train * script },
    // The preconditioner, by the eigenvalues of a sample.
    { algebra: 1.1e10 },
  );
}

/** model.fit: every step computes the features anew. */
function networkWork(config: Config, sizes: Sizes): Work {
  const { epochs, batchSize } = config;
  const { train, validation, width } = sizes;
  const steps = epochs * Math.ceil(train / batchSize);
  return sum(
    times(epochs * (train + validation), featuresOfRow(config, sizes)),
    onBackend(config, { features: epochs * train * width * (6 * classes + 100) }),
    { script: steps * 1.5e6 },
  );
}
