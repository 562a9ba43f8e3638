import { readFileSync, writeFileSync } from 'node:fs';
import { randomFourierFeatures } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';

const INPUTS = 784;

/** Writes frequencies [784, features] and phases of cos(x·W / scale + b), float32, one after the other. */
export function drawMap(file: string, features: number, scale: number): void {
  const { normal, uniform } = createRandom(1).stream('map');
  const values = Float32Array.from({ length: (INPUTS + 1) * features }, (_, i) =>
    i < INPUTS * features ? normal() / scale : 2 * Math.PI * uniform(),
  );
  writeFileSync(file, values);
}

/** The layer with what `drawMap` wrote. */
export function readMap(file: string, features: number) {
  const values = new Float32Array(readFileSync(file).buffer);
  const layer = randomFourierFeatures({ outputDim: features, scale: 1 });
  layer.build([null, INPUTS]);
  layer.setWeights([
    tf.tensor1d([1]),
    tf.tensor2d(values.subarray(0, INPUTS * features), [INPUTS, features]),
    tf.tensor1d(values.subarray(INPUTS * features)),
  ]);
  return layer;
}
