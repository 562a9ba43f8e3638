import { element } from './work.ts';

/** A kernel that can be asked for. A new one is an entry of the table. */
export interface KernelEntry {
  /** The name and the settings that the features package knows it by. */
  readonly className: string;
  readonly config: Readonly<Record<string, number>>;
  /** The default length scale, on images of 784 pixels from 0 to 1. */
  readonly scale: number;
  /** The default length scale on so many patch features. */
  scaleOver(width: number): number;
  /** Operations in float32 of a row's values at `width` landmarks, over `inputs` numbers. */
  rowWork(inputs: number, width: number): number;
}

/**
 * Patch features have deviation 1 and so, `width` of them, norm √width about: twice that is what
 * radial kernels like, and twice the width what the laplacian does, whose distances are sums (of 150
 * to 1,200 under the variant fast, on the validation rows: 0.9918 at 1,200, 0.9724 at 150).
 */
const radial = {
  scaleOver: (width: number) => Math.round(20 * Math.sqrt(width)) / 10,
  rowWork: (inputs: number, width: number) => 2 * inputs * width + 8 * element * width,
};

/**
 * Kernels, by the name and the settings that the features package knows them by. Scales are for
 * images of 784 pixels from 0 to 1, where two MNIST digits are 10.3 apart in the L2 norm and
 * 132 in the L1 norm (medians). The gaussian's is the seed's; the laplacian's did best of 100 to 350 on
 * the validation rows, the others' lie in the middle of what did best there (ridge, 24,000 rows, 2,048
 * features, scales from 5 to 50: less than 0.005 apart within a factor of 2).
 */
export const kernels = {
  gaussian: { ...radial, className: 'gaussian', config: {}, scale: 10 },
  laplacian: {
    className: 'laplacian',
    config: {},
    scale: 150,
    scaleOver: (width) => 2 * width,
    // A distance in L1 is no product of matrices.
    rowWork: (inputs, width) => element * inputs * width,
  },
  'isotropic-laplacian': { ...radial, className: 'isotropicLaplacian', config: {}, scale: 30 },
  'matern-3/2': { ...radial, className: 'matern', config: { nu: 1.5 }, scale: 14 },
  'matern-5/2': { ...radial, className: 'matern', config: { nu: 2.5 }, scale: 10 },
  'rational-quadratic': {
    ...radial,
    className: 'rationalQuadratic',
    config: { alpha: 1 },
    scale: 7,
  },
  cauchy: {
    ...radial,
    className: 'cauchy',
    config: {},
    scale: 20,
    rowWork: (inputs, width) => 2.5 * element * inputs * width,
  },
} as const satisfies Readonly<Record<string, KernelEntry>>;

export type KernelName = keyof typeof kernels;
