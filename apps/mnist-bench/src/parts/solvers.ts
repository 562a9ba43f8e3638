import type * as Models from '@kernel-methods/models';
import { plural } from '@kernel-methods/report';
import type { Backend } from './backends.ts';
import { type LossName, losses, usualNewton } from './losses.ts';
import { classes, type Sizes, sum, times, type Work } from './work.ts';

/** The options that a solver may use. */
export interface SolverSettings {
  readonly loss: LossName;
  readonly epochs: number;
  readonly batchSize: number;
  readonly l2?: number;
  readonly learningRate?: number;
}

/** What the work of a solver goes by. */
export interface SolverWork {
  readonly settings: SolverSettings;
  readonly sizes: Sizes;
  /** The work on the features of one row. */
  readonly row: Work;
  readonly backend: Backend;
  /** The library, which is asked for its own settings. */
  readonly models: Pick<typeof Models, 'eigenpro' | 'workload'>;
}

type Unused = 'epochs' | 'batchSize' | 'learningRate';

/** A solver that can be asked for. A new one is an entry of the table. */
export interface SolverEntry {
  /** What it does, and for which losses; solvers with equal texts are listed together. */
  readonly help: string;
  /** The options that it does not use. */
  readonly unused: readonly Unused[];
  /** Whether it makes as many epochs as are asked for; others end when they have found the minimum. */
  readonly epochs: boolean;
  /** Whether it takes several passes over features that are computed once and kept. */
  readonly keeps: boolean;
  /** Squares of the number of features in float64: at once in WebAssembly's memory, and at most in all. */
  readonly squares: { readonly wasm: number; readonly memory: number };
  /** Whether anything it does is drawn from the seed. */
  drawn(settings: Pick<SolverSettings, 'l2'>): boolean;
  /** What the header says of it. */
  describe(settings: SolverSettings, steps: string): string;
  /** What it takes, the features included. */
  work(asked: SolverWork): Work;
}

const none = { wasm: 0, memory: 0 };

/** Solvers that take so many epochs of steps over batches of rows. */
const miniBatches = (name: string) => ({
  help: 'mini-batches, on features that are computed once',
  unused: [] as readonly Unused[],
  ...{ epochs: true, keeps: true, squares: none },
  drawn: () => true,
  describe({ learningRate, epochs, batchSize }: SolverSettings, steps: string) {
    const rate = learningRate === undefined ? '' : `, step size ${learningRate}`;
    return `${name}: ${plural(epochs, 'epoch')} of ${steps}, batches of ${batchSize}${rate}`;
  },
});

// The factors of the work were fitted to measured runs: bench/estimates.ts holds them to a factor of 2.
export const solvers = {
  adam: {
    ...miniBatches('adam'),
    // Two moments for each weight.
    work: (asked) => miniBatchWork(asked, asked.settings.batchSize, (weights) => 3 * weights),
  },
  sgd: {
    ...miniBatches('sgd'),
    work: (asked) =>
      sum(
        miniBatchWork(asked, asked.settings.batchSize, (weights) => 3 * weights),
        onePass(asked),
      ),
  },
  eigenpro: {
    ...miniBatches('eigenpro'),
    // It finds both by looking at the rows.
    unused: ['batchSize', 'learningRate'],
    work(asked) {
      const { eigenpro, workload } = asked.models;
      const directions = 4 * Number(eigenpro().config.components) * asked.sizes.width;
      return sum(
        // On MNIST it takes half of its largest batches.
        miniBatchWork(
          asked,
          workload.eigenproBatchSizes[1] / 2,
          (weights) => 2 * directions + 10 * weights,
        ),
        onePass(asked),
        { algebra: 8e9 },
      );
    },
  },
  newton: {
    help: "Newton's method, for smooth losses",
    unused: ['epochs', 'batchSize', 'learningRate'],
    ...{ epochs: false, keeps: true, squares: none },
    drawn: () => false,
    describe: () => "newton: the minimum, by Newton's method",
    work(asked) {
      const { settings, sizes } = asked;
      const { newton } = losses[settings.loss] as { readonly newton?: typeof usualNewton };
      const { products, script } = newton ?? usualNewton;
      return sum(
        // A product with the Hessian reads the rows twice.
        passes(asked, 2 * products, 20),
        { script: products * sizes.train * script },
        // The preconditioner, by the eigenvalues of a sample.
        { algebra: 1.1e10 },
      );
    },
  },
  direct: {
    help: 'ridge regression in one pass, for mse only',
    unused: ['epochs', 'batchSize', 'learningRate'],
    // The Gram matrix and its factor.
    ...{ epochs: false, keeps: false, squares: { wasm: 1, memory: 2.5 } },
    // Without a penalty of its own, it chooses one on rows that it draws.
    drawn: ({ l2 }) => l2 === undefined,
    describe: () => 'direct: ridge regression, in one pass',
    work({ settings, sizes: { train, validation, width }, row, models }) {
      return sum(
        times(train + validation, row),
        { features: train * width * width, algebra: width ** 3 / 3 },
        { script: 200 * (train + validation) },
        // From the eigenvalues of a sample of the rows.
        settings.l2 === undefined ? { algebra: 11 * models.workload.penaltyRows ** 3 } : {},
      );
    },
  },
  fit: {
    ...miniBatches('fit'),
    help: 'Adam on the whole network in every step, as Keras trains it; several times slower',
    keeps: false,
    // Every step computes the features anew.
    work({ settings: { epochs, batchSize }, sizes: { train, validation, width }, row, backend }) {
      return sum(
        times(epochs * (train + validation), row),
        backend.features({ features: epochs * train * width * (6 * classes + 100) }),
        { script: epochs * Math.ceil(train / batchSize) * 1.5e6 },
      );
    },
  },
} satisfies Readonly<Record<string, SolverEntry>>;

/** Scores and losses of a row, in plain JavaScript. */
const rowScript = 500;

/** @param stepBytes what a step reads and writes besides rows, of so many bytes of weights. */
function miniBatchWork(
  asked: SolverWork,
  batch: number,
  stepBytes: (weights: number) => number,
): Work {
  const { epochs } = asked.settings;
  const { train, validation, width } = asked.sizes;
  const steps = epochs * Math.ceil(train / batch);
  return sum(
    // Scores, and the gradient, which takes as long; a product of few rows reads them twice.
    passes(asked, epochs, epochs),
    { bytes: 4 * width * train * epochs },
    { script: epochs * (train + validation) * rowScript },
    times(steps, { bytes: stepBytes(4 * width * classes), script: 3e4 }),
  );
}

/** A look at all rows before the first step. */
const onePass = ({ sizes: { train, width } }: SolverWork): Work => ({ bytes: 4 * width * train });

/** Each pass over rows of kept features, or over rows whose features are computed again. */
function passes({ sizes, row }: SolverWork, train: number, validation: number): Work {
  const { kept, width } = sizes;
  const rows = sizes.train * train + sizes.validation * validation;
  const computed = kept
    ? sizes.train * Math.min(1, train) + sizes.validation * Math.min(1, validation)
    : rows;
  return sum(times(computed, row), { bytes: 4 * width * rows });
}
