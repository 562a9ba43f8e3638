import { count } from '@kernel-methods/report';
import type { PeerName } from '../options/comparison-options.ts';
import type { Settings } from '../options/options.ts';
import type { PeerConfig, System } from '../records/job.ts';
import type { Package } from './python-packages.ts';

/** A peer's program, with the settings that it runs with. */
export interface Program {
  /** Its file's name, without the ending: of `peers/` in Python, of `programs/` here in TypeScript. */
  readonly file: string;
  readonly system: System;
  /** As people read it. */
  readonly title: string;
  /** What Python needs for it; undefined for a program in JavaScript. */
  readonly packages?: readonly Package[];
  /** Whether anything in it is drawn from the seed. */
  readonly seeded: boolean;
  /** The most training rows that it is given. */
  readonly mostRows?: number;
  readonly settings: PeerConfig;
}

/**
 * The programs that a name stands for. Options of the run that mean the same to a peer hold for it
 * too: the number of random features, epochs, the size of batches, the validation split.
 */
export function programsOf(name: PeerName, given: Partial<Settings> = {}): Program[] {
  return makers[name](given);
}

type Maker = (given: Partial<Settings>) => Program[];

const sklearnPackages: readonly Package[] = ['numpy', 'scipy', 'scikit-learn'];

const sklearn = (program: Omit<Program, 'system' | 'packages' | 'seeded'>): Program => ({
  ...{ system: 'scikit-learn', packages: sklearnPackages, seeded: true },
  ...program,
});

const makers: Readonly<Record<PeerName, Maker>> = {
  keras: ({ outputDim = 4096, epochs = 20, batchSize = 128, validationSplit = 0.2 }) => [
    {
      file: 'keras_seed',
      system: 'keras',
      title: `Keras: random Fourier features ${count(outputDim)}, hinge, Adam, ${epochs} epochs`,
      packages: ['numpy', 'tensorflow'],
      seeded: true,
      settings: {
        ...{ components: outputDim, scale: 10, epochs, batchSize },
        ...{ learningRate: 0.001, validationSplit },
      },
    },
  ],

  sklearn: ({ outputDim, epochs = 20 }) => {
    const components = outputDim ?? 4096;
    const landmarks = outputDim ?? 2000;
    const sampler = `RBFSampler ${count(components)}`;
    return [
      sklearn({
        file: 'sklearn_ridge',
        title: `${sampler} + RidgeClassifier`,
        settings: { components, gamma: gammaOf(7), alpha: 1e-3 },
      }),
      sklearn({
        file: 'sklearn_nystroem',
        title: `Nystroem ${count(landmarks)} + RidgeClassifier`,
        settings: { components: landmarks, gamma: gammaOf(5), alpha: 1e-3 },
      }),
      sklearn({
        file: 'sklearn_sgd',
        title: `${sampler} + SGDClassifier, hinge, ${epochs} epochs`,
        settings: { components, gamma: gammaOf(10), alpha: 1e-6, epochs },
      }),
      sklearn({
        file: 'sklearn_linear_svc',
        title: `${sampler} + LinearSVC`,
        settings: { components, gamma: gammaOf(7), cost: 0.01, tolerance: 0.01, iterations: 50 },
      }),
    ];
  },

  libsvm: () => [
    {
      file: 'libsvm_exact',
      system: 'libsvm',
      title: 'LIBSVM (SVC of scikit-learn), exact',
      packages: sklearnPackages,
      seeded: false,
      settings: { ...exact, cache: 8000 },
    },
  ],

  numpy: ({ filters, outputDim }) => {
    return patchSizes.map(([own, many]) => {
      const settings = { filters: filters || own, components: outputDim ?? many, ridge: 1e-5 };
      return {
        file: 'numpy_patches',
        system: 'numpy',
        title: `NumPy: ${settings.filters} patch filters, Fourier features ${count(settings.components)}, ridge`,
        packages: ['numpy', 'scipy'],
        seeded: true,
        settings,
      };
    });
  },

  'libsvm-js': () =>
    [5000, 10_000].map((mostRows) => ({
      file: 'libsvm-js',
      system: 'libsvm-js',
      title: 'libsvm-js, exact',
      seeded: false,
      mostRows,
      settings: exact,
    })),

  'ml-svm': () =>
    [500, 1000].map((mostRows) => ({
      file: 'ml-svm',
      system: 'ml-svm',
      title: 'ml-svm, one versus rest',
      seeded: true,
      mostRows,
      settings: { ...exact, iterations: 10_000 },
    })),
};

/** Filters and Fourier features. */
const patchSizes = [
  [16, 2048],
  [32, 1024],
  [32, 2048],
  [32, 4096],
  [32, 8192],
];

/** LIBSVM's, for all that solve the exact problem. */
const exact = { cost: 5, gamma: 0.02 };

/** exp(-gamma |x - y|²) is exp(-|x - y|² / (2 scale²)). */
function gammaOf(scale: number): number {
  return 1 / (2 * scale ** 2);
}
