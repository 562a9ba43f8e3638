import { randomFourierFeatures } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { ResolvedOptions } from './options.ts';

/**
 * The model of one `fit`: input → feature map → linear head.
 *
 * The map is a copy made from the configuration of `options.features`, with its weights where it
 * has been built already. The head starts from glorot-uniform weights (Glorot & Bengio 2010), as
 * Keras's `Dense` does, but drawn from the seed, and from the given bias, one number an output.
 */
export function buildNetwork(
  options: ResolvedOptions,
  rowShape: readonly number[],
  bias: Float32Array,
): tfl.LayersModel {
  const units = bias.length;
  const network = assemble(featureLayer(options), rowShape, units);
  tf.tidy(() => {
    const { head } = layersOf(network);
    const [inputs] = head.getWeights()[0].shape;
    const kernel = glorotUniform(inputs, units, options.seed);
    head.setWeights([tf.tensor2d(kernel, [inputs, units]), tf.tensor1d(bias)]);
  });
  return network;
}

/** A network of its own with the same layers and weights. */
export function copyNetwork(network: tfl.LayersModel): tfl.LayersModel {
  const rowShape = rowShapeOf(network);
  const copy = assemble(layersOf(network).features, rowShape, unitsOf(network));
  tf.tidy(() => copy.setWeights(network.getWeights()));
  return copy;
}

/** The two layers of a network that `buildNetwork` made, or that was saved from one. */
export function layersOf(network: tfl.LayersModel) {
  const [, features, head] = network.layers;
  return { features, head };
}

export const rowShapeOf = (network: tfl.LayersModel) =>
  network.inputs[0].shape.slice(1) as number[];

export const unitsOf = (network: tfl.LayersModel) => network.outputs[0].shape[1] as number;

function assemble(
  map: tfl.layers.Layer,
  rowShape: readonly number[],
  units: number,
): tfl.LayersModel {
  const input = tfl.input({ shape: [...rowShape] });
  const copy = copyLayer(map);
  const head = tfl.layers.dense({ units, kernelInitializer: 'zeros', name: 'head' });
  try {
    const features = copy.apply(input) as tfl.SymbolicTensor;
    if (features.shape.length !== 2) {
      throw new RangeError(
        `\`features\` must map a row to a vector. Received: a map from [${rowShape}] to [${features.shape.slice(1)}]; flatten the rows first.`,
      );
    }
    if (map.built) tf.tidy(() => copy.setWeights(map.getWeights()));
    return tfl.model({ inputs: input, outputs: head.apply(features) as tfl.SymbolicTensor });
  } catch (error) {
    // Layers that are in no model cannot be disposed of as a whole.
    for (const weight of [...copy.weights, ...head.weights]) weight.dispose();
    throw error;
  }
}

function featureLayer({ features, outputDim, scale, seed }: ResolvedOptions): tfl.layers.Layer {
  if (typeof features !== 'string') return features;
  return randomFourierFeatures({ kernelInitializer: features, outputDim, scale, seed });
}

/** A layer made from the configuration of another, not built. */
export function copyLayer(layer: tfl.layers.Layer): tfl.layers.Layer {
  const layerClass = layer.constructor as unknown as {
    fromConfig(cls: unknown, config: tf.serialization.ConfigDict): tfl.layers.Layer;
  };
  return layerClass.fromConfig(layerClass, layer.getConfig());
}

function glorotUniform(inputs: number, outputs: number, seed: number): Float32Array {
  const { uniform } = createRandom(seed).stream('head');
  const limit = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length: inputs * outputs }, () => limit * (2 * uniform() - 1));
}
