import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { summary, takeTurns } from '../../simd/bench/measure.ts';
import { type Timed, timed } from '../../simd/bench/row.ts';
import {
  additiveChi2Features,
  arcCosineFeatures,
  convolutionalFeatures,
  intersectionFeatures,
  nystroem,
  pca,
  positiveRandomFeatures,
  randomFourierFeatures,
  skewedChi2Features,
  tensorSketch,
} from '../src/index.ts';
import { draws, projections } from './cases.ts';

export interface RowTime {
  name: string;
  width: number;
  /** Microseconds per row, in the best and in the median round. */
  best: number;
  median: number;
  /** The time of `reference` divided by this one. */
  faster: number;
}

const reference = 'random Fourier, independent, cosine';
const INPUTS = 784;
const BLOCK = 512;

/** Times how long every map takes for rows of 784 numbers. The maps take turns in each round. */
export async function timeMaps(only: string, rows: number, rounds: number): Promise<RowTime[]> {
  const wanted = Object.entries(makers()).filter(([name]) => name.includes(only));
  if (wanted.length === 0) return [];
  const makes = new Map([[reference, makers()[reference]], ...wanted]);
  const blocks = blocksOf(rows);
  const widths = new Map<string, number>();
  const runs = new Map<string, Timed>();
  for (const [name, make] of makes) {
    const layer = make();
    await prepare(layer, blocks[0]);
    widths.set(name, (layer.computeOutputShape([1, INPUTS]) as number[])[1]);
    const mapAll = () => {
      for (const block of blocks) tf.tidy(() => void layer.apply(block));
    };
    mapAll(); // The first call compiles, and starts threads.
    runs.set(name, timed(mapAll));
  }
  const samples = await takeTurns(runs, rounds);
  const micro = (ms: number) => (1000 * ms) / rows;
  const times = [...samples].map(([name, taken]) => ({ name, ...summary(taken)! }));
  const dense = times.find(({ name }) => name === reference)!.best;
  return times.map(({ name, best, median }) => ({
    name,
    width: widths.get(name)!,
    best: micro(best),
    median: micro(median),
    faster: dense / best,
  }));
}

/**
 * Kernels differ only in their frequencies, and landmark methods only in their choice, so one of
 * each is enough.
 */
function makers(): Record<string, () => layers.Layer> {
  const size = { outputDim: 4096 };
  return {
    ...Object.fromEntries(
      draws.flatMap((draw) =>
        projections.map((projection) => [
          `random Fourier, ${draw}, ${projection}`,
          () => randomFourierFeatures({ ...size, draw, projection }),
        ]),
      ),
    ),
    'positiveRandomFeatures, independent': () =>
      positiveRandomFeatures({ ...size, draw: 'independent', scale: 10 }),
    'positiveRandomFeatures, independent, pair': () =>
      positiveRandomFeatures({ ...size, draw: 'independent', projection: 'pair', scale: 10 }),
    'positiveRandomFeatures, structured': () =>
      positiveRandomFeatures({ ...size, draw: 'structured', scale: 10 }),
    nystroem: () => nystroem(size),
    'arcCosineFeatures, degree 0': () => arcCosineFeatures({ ...size, degree: 0 }),
    'arcCosineFeatures, degree 1': () => arcCosineFeatures({ ...size, degree: 1 }),
    'arcCosineFeatures, degree 2': () => arcCosineFeatures({ ...size, degree: 2 }),
    'tensorSketch, degree 2': () => tensorSketch({ ...size, degree: 2 }),
    'tensorSketch, degree 3': () => tensorSketch({ ...size, degree: 3 }),
    skewedChi2Features: () => skewedChi2Features(size),
    additiveChi2Features: () => additiveChi2Features(),
    intersectionFeatures: () => intersectionFeatures(),
    'convolutionalFeatures, 32 filters': () => convolutionalFeatures({ imageShape: [28, 28] }),
    'pca, 100 components': () => pca({ outputDim: 100 }),
  };
}

/** Gives a map random weights: it takes the same time with them as with fitted ones. */
async function prepare(layer: layers.Layer, rows: tf.Tensor): Promise<void> {
  if (layer.getClassName() === 'ConvolutionalFeatures') {
    await (layer as ReturnType<typeof convolutionalFeatures>).fit(rows);
    return;
  }
  layer.build([null, INPUTS]);
  if (!/Nystroem|Pca/.test(layer.getClassName())) return;
  const random = createRandom(2).stream('weights');
  const weights = layer.weights.map(({ shape }) => {
    const size = (shape as number[]).reduce((a, b) => a * b, 1);
    const values = Float32Array.from({ length: size }, () => random.uniform());
    return tf.tensor(values, shape as number[]);
  });
  layer.setWeights(weights);
  tf.dispose(weights);
}

/** Rows of numbers in [0, 1), half of them 0. */
function blocksOf(rows: number): tf.Tensor2D[] {
  const random = createRandom(1).stream('rows');
  return Array.from({ length: Math.ceil(rows / BLOCK) }, () => {
    const values = Float32Array.from({ length: BLOCK * INPUTS }, () =>
      Math.max(0, 2 * random.uniform() - 1),
    );
    return tf.tensor2d(values, [BLOCK, INPUTS]);
  });
}
