import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { backends } from '../../../backend-simd/bench/backends.ts';
import { engines, forEngines } from '../../../simd/bench/engines.ts';
import { type Lab, numbers } from '../../../simd/bench/lab.ts';
import type { Row } from '../../../simd/bench/row.ts';
import {
  hinge,
  loadMnist,
  randomFourierFeatures,
  scalePixels,
  syntheticDigits,
} from '../../src/index.ts';

const [rowCount, inputs, features, units, batch] = [60_000, 784, 4096, 10, 128];

/**
 * One epoch of the seed's program with its validation, by `model.fit`, on MNIST (synthetic digits
 * if its files are not available). Simd skips pixels that are 0 in several rows together, as most
 * of MNIST's are; the others' time does not depend on the data. The second row has no zeros. tfjs
 * cpu would need minutes, so it works on a part of the rows, and its time is scaled.
 */
const fit = (
  backend: string,
  pixels: (count: number) => Promise<Float32Array>,
  count = rowCount,
) => ({
  work: count / rowCount,
  async prepare(lab: Lab) {
    if (!(await lab.tfjs(backend, () => () => {}))) return undefined;
    const x = tf.tensor2d(await pixels(count), [count, inputs]);
    const classes = Int32Array.from({ length: count }, (_, i) => i % units);
    const y = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(classes, 'int32'), units), 'float32'));
    const model = sequential({
      layers: [
        randomFourierFeatures({ inputShape: [inputs], outputDim: features, scale: 10 }),
        layers.dense({ units }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(1e-3), loss: hinge, metrics: ['accuracy'] });
    return async () => {
      await tf.setBackend(backend);
      const start = performance.now();
      await model.fit(x, y, { epochs: 1, batchSize: batch, validationSplit: 0.2, verbose: 0 });
      return performance.now() - start;
    };
  },
});

const images = process.env.KERNEL_METHODS_DATA
  ? loadMnist({ split: 'train' })
  : Promise.resolve(syntheticDigits({ rows: rowCount, seed: 0 }));
const digits = async (count: number) =>
  scalePixels((await images).x).data.subarray(0, count * inputs) as Float32Array;
const dense = async (count: number) => numbers(count * inputs);
const keras = {
  prepare: (lab: Lab) =>
    lab.python('keras_fit', { rows: rowCount, inputs, features, units, batch }),
};
const part = 'tfjs cpu, 1/100 of the rows';

export const rows: Row[] = [
  {
    name: "model.fit of the seed's program, an epoch with its validation, on digits",
    contestants: {
      ...forEngines((engine) => fit(backends[engine], digits)),
      'Keras 2.15': keras,
      'tfjs wasm': fit('wasm', digits),
      [part]: fit('cpu', digits, rowCount / 100),
    },
    bars: [
      { of: engines.wasm, against: 'Keras 2.15', atLeast: 1.2 },
      { of: engines.native, against: 'Keras 2.15', atLeast: 1.3 },
      { of: engines.wasm, against: 'tfjs wasm', atLeast: 5 },
      { of: engines.wasm, against: part, atLeast: 45 },
    ],
  },
  {
    name: 'the same on numbers without a 0',
    contestants: {
      ...forEngines((engine) => fit(backends[engine], dense)),
      'Keras 2.15': keras,
    },
  },
];
