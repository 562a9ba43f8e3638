import type * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import {
  additiveChi2,
  additiveChi2Features,
  arcCosine,
  arcCosineFeatures,
  cauchyKernel,
  gaussian,
  intersectionFeatures,
  intersectionKernel,
  isotropicLaplacian,
  laplacian,
  matern,
  nystroem,
  polynomial,
  positiveRandomFeatures,
  randomFourierFeatures,
  rationalQuadratic,
  sincKernel,
  skewedChi2,
  skewedChi2Features,
  softmaxKernel,
  tensorSketch,
} from '../src/index.ts';
import { landmarkMethods } from '../src/landmarks.ts';
import {
  alike,
  halving,
  heaps,
  histogram,
  type Pairs,
  pairsAlong,
  pairsAmong,
  powers,
  softmaxPairsOf,
  sphere,
  straight,
} from './points.ts';

/** One map, whose error is measured at growing widths. */
export interface Case {
  group: string;
  name: string;
  /** The values of the setting that grows: the number of features, or of steps of a sum. */
  widths: readonly number[];
  draws: number;
  pairs: () => Pairs;
  make: (width: number, seed: number) => layers.Layer;
  /** The rows that a map that learns is fitted to. */
  rows?: () => tf.Tensor2D;
  /** Whether theory says that the error falls as 1 / √D. */
  half?: boolean;
}

const WIDTHS = [64, 128, 256, 512, 1024, 2048, 4096];

const kernels = {
  gaussian: gaussian(),
  'matern 1/2': matern({ nu: 0.5 }),
  'matern 3/2': matern({ nu: 1.5 }),
  'matern 5/2': matern({ nu: 2.5 }),
  isotropicLaplacian: isotropicLaplacian(),
  rationalQuadratic: rationalQuadratic(),
  laplacian: laplacian(),
  cauchy: cauchyKernel(),
  sinc: sincKernel(),
};
const alongAxes = ['laplacian', 'cauchy', 'sinc'];
export const draws = [
  'independent',
  'orthogonal',
  'quasiRandom',
  'structured',
  'fastfood',
] as const;
export const projections = ['cosine', 'pair'] as const;

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

/** Everything that approximates a kernel. */
export function allCases(quick: boolean): Case[] {
  const cases = [...fourier(16, kernels), ...others(), ...follow()];
  const few = { gaussian: kernels.gaussian };
  for (const inputDim of [2, 4, 784]) cases.push(...fourier(inputDim, few));
  if (!quick) return cases;
  return cases
    .filter(({ group }) => !group.endsWith('784 inputs'))
    .map((each) => ({
      ...each,
      draws: Math.min(each.draws, 3),
      widths: each.widths.filter((width) => width <= 512),
    }));
}

function fourier(inputDim: number, of: Partial<typeof kernels>): Case[] {
  return Object.entries(of).flatMap(([name, kernelInitializer]) => {
    const pairs = once(() => pairsAlong(straight, kernelInitializer, inputDim));
    const able = draws.filter(
      (draw) => !alongAxes.includes(name) || !/ortho|struct|fast/.test(draw),
    );
    return able.flatMap((draw) =>
      projections.map((projection) => ({
        group: `random Fourier features, ${inputDim} inputs`,
        name: `${name}, ${draw}, ${projection}`,
        // Orthogonal frequencies for 784 inputs take seconds per map.
        widths: inputDim === 784 ? WIDTHS.filter((_, i) => i % 2 === 0) : WIDTHS,
        draws: inputDim === 784 ? 4 : 20,
        pairs,
        make: (outputDim: number, seed: number) =>
          randomFourierFeatures({
            ...{ kernelInitializer, outputDim, seed, draw, projection, normalize: true },
          }),
        // Halton's points do better than that. Orthogonal blocks do so until there is more than one
        // block.
        half: draw !== 'quasiRandom' && (inputDim !== 784 || draw === 'independent'),
      })),
    );
  });
}

function others(): Case[] {
  const group = 'other maps, 16 inputs';
  const random = { group, widths: WIDTHS, draws: 20, half: true };
  const softmax = once(() => softmaxPairsOf(1));
  const far = once(() => pairsAlong(sphere(1.1), softmaxKernel(), 16));
  const skewed = once(() => pairsAlong(powers, skewedChi2(), 16));
  const steps = { group: `${group}, over sampleSteps`, widths: [1, 2, 3], draws: 1 };
  return [
    // ‖x + y‖ = σ, where a few dozen draws show the variance.
    ...draws.flatMap((draw) =>
      (['single', 'pair'] as const).map((projection) => ({
        ...random,
        name: `positiveRandomFeatures, ${draw}, ${projection}`,
        draws: 60,
        half: draw === 'independent',
        pairs: softmax,
        make: (outputDim: number, seed: number) =>
          positiveRandomFeatures({ outputDim, seed, draw, projection, normalize: true }),
      })),
    ),
    {
      ...random,
      name: 'positiveRandomFeatures, ‖x + y‖ to 2.2 σ',
      draws: 60,
      half: false,
      pairs: far,
      make: (outputDim, seed) =>
        positiveRandomFeatures({ outputDim, seed, draw: 'independent', normalize: true }),
    },
    ...([0, 1, 2] as const).map((degree) => ({
      ...random,
      name: `arcCosineFeatures, degree ${degree}`,
      pairs: once(() => pairsAlong(sphere(1), arcCosine({ degree }), 16)),
      make: (outputDim: number, seed: number) => arcCosineFeatures({ outputDim, seed, degree }),
    })),
    // With few inputs collisions are rare, and most draws have errors below the root mean square.
    ...[2, 3].map((degree) => ({
      ...random,
      name: `tensorSketch, degree ${degree}, 256 inputs`,
      draws: 10,
      pairs: once(() => pairsAlong(sphere(1), polynomial({ degree }), 256)),
      make: (outputDim: number, seed: number) => tensorSketch({ outputDim, seed, degree }),
    })),
    {
      ...random,
      name: 'skewedChi2Features',
      pairs: skewed,
      make: (outputDim, seed) => skewedChi2Features({ outputDim, seed }),
    },
    {
      ...steps,
      name: 'additiveChi2Features',
      pairs: once(() => pairsAlong(histogram, additiveChi2(), 16)),
      make: (sampleSteps) => additiveChi2Features({ sampleSteps }),
    },
    {
      ...steps,
      name: 'intersectionFeatures',
      pairs: once(() => pairsAlong(histogram, intersectionKernel(), 16)),
      make: (sampleSteps) => intersectionFeatures({ sampleSteps }),
    },
  ];
}

/**
 * Maps that follow the data, and one that does not for comparison. Every cluster gives as many
 * pairs, so that rows of small clusters count as much as those of large ones.
 */
function follow(): Case[] {
  const kernel = gaussian({ scale: Math.sqrt(8) });
  const pairs = once(() => pairsAmong(heaps(500, 'others'), kernel));
  const common = { widths: WIDTHS.slice(0, 4), draws: 10, pairs };
  const ofNystroem = (group: string, heapOf: typeof halving) => {
    const rows = once(() => heaps(2000, 'rows', heapOf));
    return landmarkMethods.map((landmarks) => ({
      ...common,
      group,
      name: `nystroem, ${landmarks}`,
      rows,
      make: (outputDim: number, seed: number) => nystroem({ outputDim, seed, kernel, landmarks }),
    }));
  };
  return [
    ...ofNystroem('rows in heaps, 16 inputs', alike),
    ...(['independent', 'orthogonal'] as const).map((draw) => ({
      ...common,
      group: 'rows in heaps, 16 inputs',
      name: `random Fourier features, ${draw}, pair`,
      make: (outputDim: number, seed: number) =>
        randomFourierFeatures({
          ...{ outputDim, seed, draw, projection: 'pair', normalize: true },
          kernelInitializer: kernel,
        }),
    })),
    ...ofNystroem('rows in unequal heaps, 16 inputs', halving),
  ];
}
