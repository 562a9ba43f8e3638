import {
  gaussian,
  identity,
  type Kernel,
  laplacian,
  nystroem,
  randomFourierFeatures,
  rationalQuadratic,
} from '@kernel-methods/features';
import { huber, type Loss, type LossName } from '@kernel-methods/losses';
import { dual, newton, pairwise, type Solver, type SolverName } from '@kernel-methods/models';
import type { layers } from '@tensorflow/tfjs-layers';

/** Kernels that differ in how smooth the functions are, the least choosy first. */
export const kernels = { rationalQuadratic, laplacian, gaussian };
export type KernelName = keyof typeof kernels;

/** Parts of the median distance between rows, those that are good on most tables first. */
export const shares = [1, 0.5, 2, 0.25];

/** scikit-learn's C, for features whose rows have length 1: the one that is good on most tables first. */
export const penalties = [10, 2, 0.4];

/** More rows than this and the exact support vector machine takes too long. */
export const SVM_ROWS = 2500;

/** More rows than this and the penalty that ridge regression finds by itself is good enough. */
const RIDGE_ROWS = 1500;

/** The most landmarks, or random features, in the search and of the model that it ends with. */
export const [FEATURES, LAST_FEATURES] = [1000, 3600];

/** What a map is made of. `kernel` is absent for a map without one. */
export interface MapSettings {
  readonly outputDim: number;
  readonly kernel?: Kernel;
  readonly seed: number;
}

interface MapEntry {
  make(settings: MapSettings): layers.Layer;
  /** Whether it has a kernel with a scale, and so as many features as one likes. */
  readonly hasKernel: boolean;
  /** It has no more features than there are rows to learn from. */
  readonly learnsFromRows?: true;
  /** Sparse rows stay sparse. */
  readonly takesSparse?: true;
  /** On fewer rows the exact machine costs less. */
  readonly leastRows?: number;
  /** Its features are many for the rows of a search: only the first, and fastest, loss is tried. */
  readonly firstLossOnly?: true;
}

/** The maps of the search. */
export const maps = {
  nystroem: {
    hasKernel: true,
    learnsFromRows: true,
    make: ({ outputDim, kernel, seed }) => nystroem({ outputDim, kernel, seed }),
  },
  randomFourierFeatures: {
    hasKernel: true,
    takesSparse: true,
    leastRows: 2 * FEATURES,
    firstLossOnly: true,
    make: ({ outputDim, kernel, seed }) =>
      randomFourierFeatures({ outputDim, kernelInitializer: kernel as never, seed }),
  },
  identity: { hasKernel: false, takesSparse: true, make: () => identity() },
} satisfies Record<string, MapEntry>;
export type MapName = keyof typeof maps;
export const mapOf = (name: MapName): MapEntry => maps[name];

/** From so many outputs on, linear machines come first: features of a kernel cost more with each. */
export const MANY_OUTPUTS = 20;

/** A solver that ends earlier than it does by itself. */
export interface EarlySolver {
  readonly tolerance: number;
  /** The solver within it that has the tolerance, where it is not its own. */
  readonly base?: SolverName;
  make(tolerance: number): Solver;
}

/** Solvers that may end earlier than they do by themselves: labels no longer change. */
export const earlySolvers: Readonly<Partial<Record<SolverName, EarlySolver>>> = {
  dual: { tolerance: 0.1, make: (tolerance) => dual({ tolerance }) },
  newton: { tolerance: 1e-3, make: (tolerance) => newton({ tolerance }) },
  // Machines of two classes correct what softmax leaves.
  pairwise: {
    ...{ tolerance: 1e-2, base: 'newton' },
    make: (tolerance) => pairwise(newton({ tolerance })),
  },
};

/** A loss with the solver that suits it. */
export interface Training {
  readonly loss: LossName;
  readonly solver: SolverName;
  /** Values of scikit-learn's C to try; empty where the solver finds the penalty by itself. */
  readonly penalties: readonly number[];
  /** It takes too long on more rows. */
  readonly mostRows?: number;
  /** It takes too long for more outputs; by `mostKernelOutputs`, on features of a kernel. */
  readonly mostOutputs?: number;
  readonly mostKernelOutputs?: number;
  /** It is no better for fewer outputs. */
  readonly leastOutputs?: number;
}

const ridge: Training = { loss: 'meanSquaredError', solver: 'direct', penalties: [] };
/** Of few rows, those of one fold hardly tell the penalty: it is chosen for all folds together. */
const ridgeOfFew: Training = { ...ridge, penalties: [10], mostRows: RIDGE_ROWS };
const hinge: Training = {
  ...{ loss: 'hinge', solver: 'smo', penalties },
  ...{ mostRows: SVM_ROWS, mostOutputs: MANY_OUTPUTS },
};
const squaredHinge: Training = {
  ...{ loss: 'squaredHinge', solver: 'newton', penalties: [0.5], mostOutputs: MANY_OUTPUTS },
};

/** Losses that become linear at a distance in the target's unit, and are made for one. */
export const reachingLosses: Readonly<Partial<Record<LossName, (reach: number) => Loss>>> = {
  huber: (delta) => huber.with({ delta }),
};

/** What is tried for each task. */
export const trainings: Readonly<
  Record<'classification' | 'regression' | 'multilabel', readonly Training[]>
> = {
  classification: [
    ridge,
    hinge,
    {
      ...{ loss: 'softmaxCrossEntropy', solver: 'newton', penalties },
      mostKernelOutputs: MANY_OUTPUTS,
    },
    {
      ...{ loss: 'softmaxCrossEntropy', solver: 'pairwise', penalties },
      ...{ leastOutputs: MANY_OUTPUTS + 1, mostKernelOutputs: MANY_OUTPUTS },
    },
    squaredHinge,
  ],
  regression: [ridge, ridgeOfFew, { loss: 'huber', solver: 'newton', penalties: [2, 8] }],
  // As for classes, but for the loss that compares them.
  multilabel: [
    ridge,
    hinge,
    { loss: 'logistic', solver: 'newton', penalties, mostKernelOutputs: MANY_OUTPUTS },
    squaredHinge,
  ],
};

const dualTrainings: readonly Training[] = [
  { loss: 'squaredHinge', solver: 'dual', penalties: [2, 8, 0.5] },
  { loss: 'hinge', solver: 'dual', penalties: [1, 4], mostOutputs: MANY_OUTPUTS },
];

/** What is tried for sparse rows, such as texts: machines with as many weights as terms. */
export const sparseTrainings: typeof trainings = {
  classification: dualTrainings,
  regression: [ridge],
  multilabel: dualTrainings,
};
