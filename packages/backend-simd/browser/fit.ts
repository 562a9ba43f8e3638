import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';

export interface Rows {
  count: number;
  width: number;
  outputs: number;
  rate: number;
  epochs: number;
}

/** The weights of a linear model after some steps of gradient descent from 0, by `model.fit`. */
export async function fit(inputs: Float32Array, targets: Float32Array, rows: Rows) {
  const { count, width, outputs, rate, epochs } = rows;
  const x = tf.tensor2d(inputs, [count, width]);
  const y = tf.tensor2d(targets, [count, outputs]);
  const dense = { units: outputs, inputShape: [width], kernelInitializer: 'zeros' as const };
  const model = sequential({ layers: [layers.dense(dense)] });
  model.compile({ optimizer: tf.train.sgd(rate), loss: 'meanSquaredError' });
  await model.fit(x, y, { epochs, batchSize: count, shuffle: false, verbose: 0 });
  const weights = await model.getWeights()[0].data<'float32'>();
  model.dispose();
  tf.dispose([x, y]);
  return weights;
}
