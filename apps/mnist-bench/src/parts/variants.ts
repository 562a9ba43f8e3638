/** What can be asked for as a whole: the defaults of the other options. */
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

/** Data sets, by the name of their option, with the name that people know. */
export const datasets = {
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
  kmnist: 'KMNIST',
  synthetic: 'synthetic digits',
} as const;

/** Every data set here has this many training rows. */
export const mostRows = 60_000;

/** The names of a table, in its order. */
export function namesOf<T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}
