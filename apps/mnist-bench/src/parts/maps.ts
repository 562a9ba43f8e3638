import type * as Features from '@kernel-methods/features';
import type { ShiftInvariantKernel } from '@kernel-methods/features';
import type { layers } from '@tensorflow/tfjs-layers';
import { type KernelName, kernels } from './kernels.ts';
import { element, type Work } from './work.ts';

/** What a map is made from. */
export interface MapSettings {
  readonly kernel: KernelName;
  readonly outputDim: number;
  readonly scale: number;
  readonly seed: number;
}

/** The sizes that the work on features goes by, and the kernel whose values a map may need. */
export interface MapSizes {
  readonly inputs: number;
  readonly width: number;
  readonly kernel: KernelName;
}

type Layer = layers.Layer;

/** A feature map that can be asked for. A new one is an entry of the table. */
export interface MapEntry {
  readonly help: string;
  /** Whether it approximates the kernel of that option. */
  readonly kernel: boolean;
  /** Whether the number of features can be chosen; otherwise it is that of the inputs. */
  readonly sized: boolean;
  /** Whether anything of it is drawn from the seed. */
  readonly drawn: boolean;
  /** Whether it learns from the training rows, one for each feature. */
  readonly landmarks: boolean;
  /** Squares of the number of features in float64: at once in WebAssembly's memory, and at most in all. */
  readonly squares: { readonly wasm: number; readonly memory: number };
  /** Whether it is computed by Hadamard transforms of whole blocks. */
  readonly hadamard: boolean;
  /** The layer, from the library that is put in: this file loads none. */
  layer(library: typeof Features, settings: MapSettings): Layer;
  /** The work on a row, without cosines and Hadamard transforms. */
  rowWork(sizes: MapSizes): Work;
  /** What is done before the first row: drawing, and learning from some rows (on the backend). */
  prepareWork(sizes: MapSizes): { readonly backend?: Work; readonly host?: Work };
}

const none = { wasm: 0, memory: 0 };

/** Random Fourier features by one of the library's ways to draw the frequencies. */
const fourier = (help: string, draw: string) => ({
  ...{ help, kernel: true, sized: true, drawn: true, landmarks: false },
  ...{ squares: none, hadamard: false },
  layer: (library: typeof Features, { outputDim, seed, ...settings }: MapSettings): Layer =>
    library.randomFourierFeatures({
      outputDim,
      kernelInitializer: kernelOf(library, settings),
      draw,
      seed,
    }),
  rowWork: ({ inputs, width }: MapSizes): Work => ({ features: 2 * inputs * width }),
  prepareWork: ({ inputs, width }: MapSizes) => ({ host: { script: 25 * inputs * width } }),
});

const structured = (help: string, draw: string) => ({
  ...fourier(help, draw),
  hadamard: true,
  rowWork: (): Work => ({}),
  prepareWork: () => ({}),
});

/** Features of which the kernel is the map's own. */
const ownKernel = {
  ...{ kernel: false, sized: true, drawn: true, landmarks: false, squares: none, hadamard: false },
  prepareWork: ({ inputs, width }: MapSizes) => ({ host: { script: 25 * inputs * width } }),
};

// The factors of the work were fitted to measured runs: bench/estimates.ts holds them to a factor of 2.
export const maps = {
  rff: fourier('random Fourier features', 'independent'),
  orf: {
    ...fourier('orthogonal random Fourier features', 'orthogonal'),
    prepareWork: ({ inputs, width }) => ({ host: { script: 225 * inputs * width } }),
  },
  qmc: {
    ...fourier('quasi-random Fourier features', 'quasiRandom'),
    prepareWork: ({ inputs, width }) => ({ host: { script: 400 * inputs * width } }),
  },
  sorf: structured('structured orthogonal random Fourier features', 'structured'),
  fastfood: structured('Fastfood random Fourier features', 'fastfood'),
  nystroem: {
    ...{ help: 'Nyström features, from landmarks among the rows', kernel: true, sized: true },
    // Landmarks' Gram matrix, and what makes the map.
    ...{ drawn: true, landmarks: true, squares: { wasm: 2, memory: 3.5 }, hadamard: false },
    layer: (library, { outputDim, seed, ...settings }) =>
      library.nystroem({ outputDim, kernel: kernelOf(library, settings), seed }),
    rowWork: ({ inputs, width, kernel }) => ({
      features: kernels[kernel].rowWork(inputs, width) + 2 * width * width,
    }),
    prepareWork: ({ inputs, width, kernel }) => ({
      backend: { features: width * kernels[kernel].rowWork(inputs, width) },
      host: { algebra: (4 / 3) * width ** 3 },
    }),
  },
  'arc-cosine': {
    ...ownKernel,
    help: 'arc-cosine features, a random layer of rectified units',
    layer: ({ arcCosineFeatures }, { outputDim, seed }) => arcCosineFeatures({ outputDim, seed }),
    rowWork: ({ inputs, width }) => ({ features: 2 * inputs * width + 2 * element * width }),
  },
  'tensor-sketch': {
    ...ownKernel,
    help: 'features of the polynomial kernel of degree 2',
    // Images have a squared norm of about 100: scaled to 1, both terms of the polynomial count.
    layer: ({ tensorSketch }, { outputDim, seed }) =>
      tensorSketch({ outputDim, seed, degree: 2, gamma: 0.01 }),
    rowWork: ({ inputs, width }) => ({ features: 4 * inputs * width + 5 * element * width }),
  },
  identity: {
    ...ownKernel,
    ...{ help: 'the pixels themselves: a linear machine', sized: false, drawn: false },
    layer: ({ identity }) => identity(),
    rowWork: () => ({}),
    prepareWork: () => ({}),
  },
} satisfies Readonly<Record<string, MapEntry>>;

/** Every kernel of the options is a shift-invariant one. */
function kernelOf(
  { deserializeKernel }: typeof Features,
  { kernel, scale }: Pick<MapSettings, 'kernel' | 'scale'>,
): ShiftInvariantKernel {
  const { className, config } = kernels[kernel];
  return deserializeKernel({ className, config: { ...config, scale } }) as ShiftInvariantKernel;
}
