import {
  isSparseBlock,
  isSparseMap,
  type SparseBlock,
  sparseMatMul,
  toDenseBlock,
} from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Head } from '../data/head.ts';
import type { OwnHead } from '../solvers/solver.ts';
import { rowsTogether } from './rows-together.ts';

/** The feature map of a network: all layers except the head, one after the other. */
export interface FeatureMap {
  readonly layers: readonly tfl.layers.Layer[];
  /** Features per row. */
  readonly width: number;
  /** The number of rows that it maps at a time, so that the event loop does not wait long. */
  readonly together: number;
  /** Whether training moves any of its weights. */
  readonly isTrainable: boolean;
  /** The features of rows, which the caller owns. */
  apply(rows: tf.Tensor | SparseBlock): tf.Tensor2D;
  /**
   * The same, but rows whose zeros are not kept stay so where all layers let them.
   */
  applySparse(rows: SparseBlock): tf.Tensor2D | SparseBlock;
}

/**
 * The network input → layers → head. The layers become part of it. After an error they are disposed
 * of.
 *
 * @param last the number of outputs of a linear head that starts from zeros; or a head of another kind.
 * @throws RangeError if the layers do not map a row to a vector.
 */
export function assemble(
  layers: readonly tfl.layers.Layer[],
  rowShape: readonly number[],
  last: number | tfl.layers.Layer,
): tfl.LayersModel {
  const head =
    typeof last === 'number'
      ? tfl.layers.dense({ units: last, kernelInitializer: 'zeros', name: 'head' })
      : last;
  // tfjs counts the owners of a layer: a layer that was used before already has one. A network
  // counts a nested model twice, and disposes of it twice.
  const held = layers.filter((layer) => layer.built && !(layer instanceof tfl.LayersModel));
  try {
    const input = tfl.input({ shape: [...rowShape] });
    const features = layers.reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, input);
    if (features.shape.length !== 2) {
      throw new RangeError(
        `\`features\` must map a row to a vector. Received: a map from [${rowShape}] to [${features.shape.slice(1)}]; flatten the rows first.`,
      );
    }
    const outputs = head.apply(features) as tfl.SymbolicTensor;
    const network = tfl.model({ inputs: input, outputs });
    for (const layer of held) layer.dispose();
    return network;
  } catch (error) {
    // Layers that are not part of a model must be disposed of one by one.
    disposeLayers([...layers, head]);
    throw error;
  }
}

/**
 * An independent network with the same layers and weights, and optionally another number of
 * outputs, which are those of a linear head.
 */
export function copyNetwork(network: tfl.LayersModel, units?: number): tfl.LayersModel {
  const { head } = layersOf(network);
  const isSame = units === undefined || (isLinear(head) && units === unitsOf(network));
  const last = isSame && !isLinear(head) ? copyLayer(head) : (units ?? unitsOf(network));
  const copy = copyMaps(network, last);
  if (isSame) tf.tidy(() => layersOf(copy).head.setWeights(head.getWeights()));
  return copy;
}

/** An independent network with the same feature map, and this head. */
export function withHead(network: tfl.LayersModel, own: OwnHead): tfl.LayersModel {
  const copy = copyMaps(network, own.create());
  fill(layersOf(copy).head, own);
  return copy;
}

/** The layer of a head; the caller disposes of it by `disposeLayers`. */
export function layerOf(own: OwnHead): tfl.layers.Layer {
  const layer = own.create();
  layer.build([null, own.weights[0].shape[0]]);
  fill(layer, own);
  return layer;
}

const fill = (layer: tfl.layers.Layer, { weights }: OwnHead) =>
  tf.tidy(() => layer.setWeights(weights.map(({ values, shape }) => tf.tensor(values, shape))));

function copyMaps(network: tfl.LayersModel, last: number | tfl.layers.Layer): tfl.LayersModel {
  const { maps } = layersOf(network);
  const copy = assemble(maps.map(copyLayer), rowShapeOf(network), last);
  const copies = layersOf(copy).maps;
  tf.tidy(() => {
    for (const [i, map] of maps.entries()) copies[i].setWeights(map.getWeights());
  });
  return copy;
}

export function disposeLayers(layers: readonly tfl.layers.Layer[]): void {
  for (const layer of layers) for (const weight of layer.weights) weight.dispose();
}

/** The layers of a network that `assemble` made, or that was saved from one. */
export function layersOf(network: tfl.LayersModel) {
  const [, ...layers] = network.layers;
  return { maps: layers.slice(0, -1), head: layers[layers.length - 1] };
}

export function mapOf(network: tfl.LayersModel): FeatureMap {
  const { maps, head } = layersOf(network);
  return {
    layers: maps,
    width: head.getWeights()[0].shape[0] as number,
    together: rowsTogether(maps),
    isTrainable: maps.some((map) => map.trainableWeights.length > 0),
    apply: (rows) => tf.tidy(() => withZeros(applyAll(maps, rows))) as tf.Tensor2D,
    applySparse: (rows) => applyAll(maps, rows) as tf.Tensor2D | SparseBlock,
  };
}

/**
 * Applies layers to rows, in inference mode; the caller still owns the rows. Rows whose zeros are
 * not kept are expanded where a layer needs them.
 */
export function applyAll(
  maps: readonly tfl.layers.Layer[],
  rows: tf.Tensor | SparseBlock,
): tf.Tensor | SparseBlock {
  let shape: SparseBlock | undefined;
  const features = tf.tidy(() => {
    const start = isSparseBlock(rows) ? { ...rows, values: tf.clone(rows.values) } : tf.clone(rows);
    const after = maps.reduce(applyOne, start);
    if (!isSparseBlock(after)) return after;
    shape = after;
    return after.values;
  });
  return shape === undefined ? features : { ...shape, values: features as tf.Tensor1D };
}

function applyOne(x: tf.Tensor | SparseBlock, map: tfl.layers.Layer): tf.Tensor | SparseBlock {
  const taken = isSparseBlock(x) ? applySparse(x, map) : undefined;
  return taken ?? (map.apply(withZeros(x), { training: false }) as tf.Tensor);
}

/** A layer of sparse rows: a map that takes them, or a linear head. */
function applySparse(x: SparseBlock, map: tfl.layers.Layer): tf.Tensor | SparseBlock | undefined {
  if (isSparseMap(map)) return map.applySparse(x);
  if (!isLinear(map)) return undefined;
  const [kernel, bias] = map.getWeights();
  return tf.add(sparseMatMul(x, kernel as tf.Tensor2D), bias);
}

/** Whether a layer is a linear head, or another linear layer with a bias. */
export const isLinear = (layer: tfl.layers.Layer): boolean =>
  layer.getClassName() === 'Dense' &&
  layer.getConfig().activation === 'linear' &&
  layer.getConfig().useBias === true;

export const withZeros = (x: tf.Tensor | SparseBlock): tf.Tensor =>
  isSparseBlock(x) ? toDenseBlock(x) : x;

/** The head's weights; those of a unit lie side by side. */
export async function readHead(network: tfl.LayersModel): Promise<Head> {
  const [kernel, bias] = layersOf(network).head.getWeights();
  const [width, units] = kernel.shape as [number, number];
  return {
    weights: transposed(await kernel.data<'float32'>(), width, units),
    bias: (await bias.data<'float32'>()).slice(),
  };
}

export function writeHead(network: tfl.LayersModel, { weights, bias }: Head): void {
  const units = bias.length;
  const width = weights.length / units;
  tf.tidy(() =>
    layersOf(network).head.setWeights([
      tf.tensor2d(transposed(weights, units, width), [width, units]),
      tf.tensor1d(bias.slice()),
    ]),
  );
}

/**
 * The initial head: glorot-uniform weights (Glorot & Bengio 2010), as in Keras's `Dense`, but drawn
 * from the seed.
 */
export function drawnHead(width: number, bias: Float32Array, seed: number): Head {
  const units = bias.length;
  const { uniform } = createRandom(seed).stream('head');
  const limit = Math.sqrt(6 / (width + units));
  const drawn = Float32Array.from({ length: width * units }, () => limit * (2 * uniform() - 1));
  return { weights: transposed(drawn, width, units), bias: bias.slice(), isDrawn: true };
}

export const rowShapeOf = (network: tfl.LayersModel) =>
  network.inputs[0].shape.slice(1) as number[];

export const unitsOf = (network: tfl.LayersModel) => network.outputs[0].shape[1] as number;

/** A layer, or a model used as one, made from the configuration of another. It is not built. */
export const copyLayer = (layer: tfl.layers.Layer): tfl.layers.Layer =>
  layerLike(layer.constructor, layer.getConfig(), layer.trainable);

/** A layer of this class and configuration. */
export function layerLike(
  layerClass: unknown,
  config: tf.serialization.ConfigDict,
  trainable: boolean,
): tfl.layers.Layer {
  const { fromConfig } = layerClass as {
    fromConfig(cls: unknown, config: tf.serialization.ConfigDict): tfl.layers.Layer;
  };
  const layer = fromConfig.call(layerClass, layerClass, config);
  if (!trainable) freeze(layer);
  return layer;
}

/** A model does not keep `trainable` in its configuration or in a file, but its layers do. */
function freeze(layer: tfl.layers.Layer): void {
  layer.trainable = false;
  const { layers = [] } = layer as Partial<tfl.LayersModel>;
  for (const inner of layers) freeze(inner);
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c];
  }
  return out;
}
