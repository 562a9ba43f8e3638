import { positiveInteger } from '@kernel-methods/check';
import * as tfl from '@tensorflow/tfjs-layers';
import { arraySource } from '../data/row-source.ts';
import { featureLayers } from './feature-layers.ts';
import type { FeatureOptions } from './feature-spec.ts';
import {
  assemble,
  copyNetwork,
  disposeLayers,
  drawnHead,
  layersOf,
  rowShapeOf,
  unitsOf,
  writeHead,
} from './network.ts';

/** The model base → map → head, where map and head are copied from the fitted network, or new. */
export async function headOn(
  base: tfl.LayersModel,
  options: FeatureOptions,
  fitted: tfl.LayersModel | undefined,
  outputs?: number,
): Promise<tfl.LayersModel> {
  if (!(base instanceof tfl.LayersModel)) {
    throw new TypeError(`\`base\` must be a tfjs LayersModel. Received: ${typeof base}.`);
  }
  const rowShape = base.outputs[0].shape.slice(1) as number[];
  const units = fitted === undefined ? outputs : unitsOf(fitted);
  if (units === undefined || (outputs !== undefined && outputs !== units)) {
    const rule = fitted
      ? `must be left out or ${units}, as in the fitted model`
      : 'must be given before a fit';
    throw new RangeError(`\`outputs\` ${rule}. Received: ${outputs}.`);
  }
  positiveInteger('outputs', units);
  if (fitted !== undefined && rowShapeOf(fitted).join() !== rowShape.join()) {
    throw new RangeError(
      `\`base\` must give rows of the shape that the machine was fitted on, [${rowShapeOf(fitted)}]. Received: [${rowShape}].`,
    );
  }
  const network =
    fitted === undefined ? await fresh(options, rowShape, units) : copyNetwork(fitted);
  const { maps, head } = layersOf(network);
  const layers = [...maps, head];
  try {
    const output = layers.reduce(
      (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
      base.outputs[0],
    );
    const model = tfl.model({ inputs: base.inputs, outputs: output });
    // The model owns the layers now: tfjs counts the owners of a layer.
    network.dispose();
    return model;
  } catch (error) {
    disposeLayers(layers);
    throw error;
  }
}

async function fresh(options: FeatureOptions, rowShape: readonly number[], units: number) {
  // There are no rows to measure, so scales that are not given are the kernels' defaults.
  const none = arraySource(new Float32Array(rowShape.reduce((a, b) => a * b, 1)), [1, ...rowShape]);
  const layers = await featureLayers(options, none, new AbortController().signal, false);
  const network = assemble(layers, rowShape, units);
  const width = layersOf(network).head.getWeights()[0].shape[0] as number;
  writeHead(network, drawnHead(width, new Float32Array(units), options.seed));
  return network;
}
