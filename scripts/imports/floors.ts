// Who may import whom. Circles are errors everywhere; tests and fixtures may import upwards.

/** Of each package, those of ours that its sources may import. `all` is any package. */
export const mayImport: Record<string, readonly string[] | 'all'> = {
  check: [],
  random: ['check'],
  simd: ['check', 'native'],
  native: [],
  losses: ['check'],
  features: ['check', 'random', 'simd'],
  datasets: ['check', 'random'],
  tables: ['check', 'random'],
  'backend-simd': ['check', 'simd'],
  models: ['check', 'random', 'simd', 'native', 'losses', 'features', 'tables'],
  predict: ['check', 'simd'],
  formats: ['check', 'models', 'features', 'tables'],
  distributed: ['check', 'models', 'tables'],
  search: ['check', 'random', 'losses', 'features', 'tables', 'models'],
  report: ['check'],
  runner: ['check'],
  'kernel-methods': 'all',
  'test-utils': 'all',
};

/** Subpaths of packages that are loaded late, which may be imported: they load nothing. */
export const tiny: readonly string[] = ['packages/tables/src/present.ts'];

/** Packages that are loaded when they are used, by `import()`; of types any import may be. */
export const loadedLate: Record<string, readonly string[]> = {
  models: ['tables'],
  simd: ['native'],
};

/** Folders and files under a source folder, lowest first: each imports its own floor and lower. */
export interface Building {
  source: string;
  /** Names of folders, or of files with their extension; a list is one floor. */
  floors: readonly (string | readonly string[])[];
}

export const buildings: readonly Building[] = [
  {
    source: 'packages/models/src',
    floors: [
      'runtime',
      'numerics',
      'data',
      'tasks',
      'calibration',
      'ridge',
      'solvers',
      'network',
      'options.ts',
      'check-options.ts',
      'fit',
      'stream',
      'estimators',
      'quantile',
      'inspection',
      'selection',
      'conformal',
      'novelty',
      'reject',
      'examples-classifier',
      'far',
      'far.ts',
      'index.ts',
    ],
  },
  {
    source: 'apps/mnist-bench/src',
    floors: [
      'parts',
      'options',
      'records',
      'run',
      'jobs',
      'matrix',
      'estimate',
      'results',
      'peers',
      'html',
      'compare',
      'comparison',
      ['run-program.ts', 'main.ts'],
    ],
  },
  {
    source: 'apps/kernel-methods/src',
    floors: [
      'options',
      ['terminal.ts', 'engine.ts', 'reader-gone.ts'],
      'model',
      'data',
      'fit',
      'html',
      'commands',
      'serve',
      ['compile-cache.ts', 'run-command.ts', 'main.ts'],
    ],
  },
];
