import { shown } from '@kernel-methods/check';
import {
  type Fittable,
  isFittable,
  isShiftInvariantKernel,
  kernelByName,
  nystroem,
  randomFourierFeatures,
  rationalQuadratic,
  type ShiftInvariantKernel,
  type SparseBlock,
  type Standardize,
  standardize,
} from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { inTurns } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { differsInScale } from '../data/differs-in-scale.ts';
import { medianDistanceSteps } from '../data/median-distance.ts';
import {
  arraySource,
  disposeBlock,
  type RowSource,
  someRows,
  takeBlock,
} from '../data/row-source.ts';
import { type FeatureOptions, type FeatureStep, stepsOf } from './feature-spec.ts';
import { LayerRecord } from './layer-record.ts';
import { applyAll, disposeLayers } from './network.ts';
import { rowsTogether, takeInTurns } from './rows-together.ts';
import { seededCopy } from './seeded-copy.ts';

/**
 * The number of rows for the median heuristic: the median of 124,750 pairs is accurate to about 1
 * %.
 */
const MEDIAN_ROWS = 500;

/** The number of rows that a map learns from if it does not say how many it wants. */
const FIT_ROWS = 10_000;

/**
 * So few rows are mapped without an approximation: with each of them as a landmark. Their penalty
 * is chosen on half as many, the map has 16 MB, and a row takes a millisecond.
 */
export const EXACT_ROWS = 2000;

/**
 * The layers of `options.features`, built for these rows. Layers are copied, kernels become random
 * Fourier features (with the median scale unless one is given), and maps that learn from data are
 * fitted. The caller owns the layers.
 *
 * If the rows decide and are vectors, at most 2,000 of them, the map is the exact one of a kernel
 * on these rows instead: the rational quadratic kernel, which mixes gaussian kernels of all scales
 * about the median and so depends less on it.
 *
 * @param measures if false, nothing is measured on the rows: scales that are not given are the
 * kernels' defaults.
 */
export async function featureLayers(
  options: FeatureOptions,
  rows: RowSource,
  signal: AbortSignal,
  measures = true,
): Promise<tfl.layers.Layer[]> {
  const { features, outputDim, scale, standardize: wanted = false, seed } = options;
  const specs = stepsOf(features);
  checkNames(specs);
  const sample = sampleRows(rows, FIT_ROWS, seed);
  const layers: tfl.layers.Layer[] = [];
  try {
    const [first] = specs;
    const isOpen = scale === undefined && kernelOf(first) && kernelOf(first)?.scale === undefined;
    // Rows whose zeros are not kept, such as counts of words, have their scales for a reason.
    const isSparse = rows.takeSparse !== undefined;
    const isAuto = wanted === 'auto' && isOpen && !isSparse && (await differsInScale(sample));
    if (measures && (wanted === true || isAuto)) {
      const layer = standardize(isSparse ? { center: false } : {});
      layers.push(layer);
      if (rows.takeSparse) await fitSparse(layer, rows, seed);
      else await fitLayer(layer, rows, layers, seed, signal);
    }
    if (options.choosesFeatures && measures && suitExactMap(rows)) {
      const kernel = rationalQuadratic();
      const chosen = await medianScale(mapped(sample, layers), layers, kernel, signal);
      const exact = rationalQuadratic({ scale: chosen });
      const layer = nystroem({ outputDim: rows.rows, kernel: exact, seed });
      layers.push(layer);
      await fitLayer(layer, rows, layers, seed, signal);
      return layers;
    }
    for (const [i, spec] of specs.entries()) {
      const before = mapped(sample, layers);
      const kernel = kernelOf(spec);
      if (kernel === undefined) {
        const layer =
          spec instanceof LayerRecord ? spec.make() : seededCopy(spec as tfl.layers.Layer, seed, i);
        layers.push(layer);
        buildLike(spec as LayerRecord | tfl.layers.Layer, layer, before.rowShape);
        if (isFittable(layer) && !layer.isFitted) await fitLayer(layer, rows, layers, seed, signal);
        continue;
      }
      const isOpen = kernel.scale === undefined;
      const given = isOpen ? scale : undefined;
      const isMeasured = isOpen && scale === undefined && measures;
      const chosen = isMeasured ? await medianScale(before, layers, kernel, signal) : given;
      // Each layer gets its own seed; otherwise two of the same shape would have the same
      // frequencies.
      const ownSeed =
        i === 0
          ? seed
          : createRandom(seed)
              .stream(`features ${i}`)
              .integer(2 ** 31);
      const config = { kernelInitializer: kernel, outputDim, scale: chosen, seed: ownSeed };
      layers.push(buildLayer(randomFourierFeatures(config), before.rowShape));
    }
    return layers;
  } catch (error) {
    disposeLayers(layers);
    throw error;
  }
}

const suitExactMap = ({ rows, rowShape, takeSparse }: RowSource) =>
  rows <= EXACT_ROWS && rowShape.length === 1 && takeSparse === undefined;

/** @throws RangeError if two layers have the same name, or are the same layer. */
function checkNames(specs: readonly FeatureStep[]): void {
  const names = new Set<string>();
  for (const { name } of specs.filter((spec) => spec instanceof tfl.layers.Layer)) {
    if (names.has(name)) {
      throw new RangeError(
        `\`features\` must hold each layer once, and each under its own name. Received: ${shown(name)} twice.`,
      );
    }
    names.add(name);
  }
}

function kernelOf(spec: FeatureStep): ShiftInvariantKernel | undefined {
  if (typeof spec === 'string') return kernelByName(spec) as ShiftInvariantKernel;
  return isShiftInvariantKernel(spec) ? spec : undefined;
}

async function medianScale(
  sample: RowSource,
  before: readonly tfl.layers.Layer[],
  kernel: ShiftInvariantKernel,
  signal: AbortSignal,
): Promise<number | undefined> {
  const count = Math.min(MEDIAN_ROWS, sample.rows, rowsWithZeros(sample));
  const rows = await takeInTurns(sample, count, rowsTogether(before), signal);
  try {
    const [height] = rows.shape;
    const values = await rows.data<'float32'>();
    const norm = kernel.norm === 'L1' ? 1 : 2;
    return await inTurns(medianDistanceSteps(values, height, norm), signal);
  } finally {
    rows.dispose();
  }
}

async function fitLayer(
  layer: Fittable,
  rows: RowSource,
  layers: readonly tfl.layers.Layer[],
  seed: number,
  signal: AbortSignal,
): Promise<void> {
  const before = layers.slice(0, -1);
  const most = Math.min(layer.fitRows ?? FIT_ROWS, rowsWithZeros(rows));
  const sample = mapped(sampleRows(rows, most, seed), before);
  const tensor = await takeInTurns(sample, sample.rows, rowsTogether(before), signal);
  try {
    await layer.fit(tensor, { signal });
    signal.throwIfAborted();
  } finally {
    tensor.dispose();
  }
}

/** Fits a layer to a sample of sparse rows, which stay so. */
async function fitSparse(layer: Standardize, rows: RowSource, seed: number): Promise<void> {
  const sample = sampleRows(rows, FIT_ROWS, seed);
  const block = takeBlock(sample, { from: 0, count: sample.rows }) as SparseBlock;
  try {
    await layer.fitSparse(block);
  } finally {
    disposeBlock(block);
  }
}

/** Rows picked at random, in the order in which they were drawn. */
function sampleRows(rows: RowSource, count: number, seed: number): RowSource {
  if (rows.rows <= count) return rows;
  const order = createRandom(seed).stream('sample').permutation(rows.rows);
  return someRows(rows, Int32Array.from(order.slice(0, count)));
}

/** The rows after these layers, computed on demand, a few at a time. */
function mapped(rows: RowSource, layers: readonly tfl.layers.Layer[]): RowSource {
  if (layers.length === 0) return rows;
  let shape = [1, ...rows.rowShape];
  for (const layer of layers) shape = layer.computeOutputShape(shape) as number[];
  const [, ...rowShape] = shape;
  return {
    rows: rows.rows,
    rowShape,
    take(picked) {
      const some = someRows(rows, picked);
      return tf.tidy(() => applyAll(layers, some.take({ from: 0, count: some.rows })) as tf.Tensor);
    },
    dispose: () => {},
  };
}

/** Builds a copy of a layer, and copies its weights if it has any. */
function buildLike(
  original: LayerRecord | tfl.layers.Layer,
  copy: tfl.layers.Layer,
  rowShape: readonly number[],
): void {
  const isRecord = original instanceof LayerRecord;
  const isKnown = isRecord ? original.hasWeights : !isFittable(original) || original.isFitted;
  // A map that learns from data is built by its fit, unless it has its weights already.
  if (isFittable(copy) && !isKnown) return;
  try {
    buildLayer(copy, rowShape);
  } catch (error) {
    // A map that learns is built by now; the error only says that it is not fitted.
    if (!isFittable(copy) || !copy.built) throw error;
  }
  requireFits(original, copy, rowShape);
  if (isRecord) original.restore(copy);
  else if (hasWeights(original)) tf.tidy(() => copy.setWeights(original.getWeights()));
}

/** @throws RangeError if the weights of a layer are for rows of another shape. */
function requireFits(
  original: LayerRecord | tfl.layers.Layer,
  copy: tfl.layers.Layer,
  rowShape: readonly number[],
): void {
  const shapes = original instanceof LayerRecord ? original.shapes : shapesOf(original);
  if (shapes.length === 0 || shapes.join(';') === shapesOf(copy).join(';')) return;
  throw new RangeError(
    `\`features\` must hold layers that are made for these rows, or not built yet: the weights of ${shown(copy.name)} have the shapes ${shapes.map((shape) => `[${shape}]`).join(', ')}. Received: rows of [${rowShape}].`,
  );
}

const shapesOf = (layer: tfl.layers.Layer) => layer.weights.map(({ shape }) => shape);

/** A sequential model has its weights before `built` becomes true, at its first use. */
const hasWeights = (layer: tfl.layers.Layer) => layer.built || layer.weights.length > 0;

/** The most numbers of sparse rows that are read with their zeros. */
const NUMBERS = 2 ** 24;

/** As many rows of a source as may be read with their zeros: all, if it keeps them anyway. */
const rowsWithZeros = ({ takeSparse, rowShape }: RowSource): number =>
  takeSparse ? Math.max(64, Math.floor(NUMBERS / rowShape[0])) : Number.POSITIVE_INFINITY;

/** Builds a layer by its first use; some layers then expect that number of rows from then on. */
function buildLayer<L extends tfl.layers.Layer>(layer: L, rowShape: readonly number[]): L {
  tf.tidy(
    () =>
      void layer.apply(
        arraySource(new Float32Array(size(rowShape)), [1, ...rowShape]).take({ from: 0, count: 1 }),
      ),
  );
  for (const spec of layer.inputSpec ?? []) {
    if (spec.shape) spec.shape = [null, ...spec.shape.slice(1)];
  }
  return layer;
}

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
