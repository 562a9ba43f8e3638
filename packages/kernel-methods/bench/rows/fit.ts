import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { type Lab, numbers } from '../../../simd/bench/lab.ts';
import type { Row } from '../../../simd/bench/row.ts';
import { hinge, randomFourierFeatures } from '../../src/index.ts';

const [rowCount, inputs, features, units, batch] = [60_000, 784, 4096, 10, 128];

/**
 * One epoch of the seed's program with its validation, by `model.fit`. The pixels are made up: the
 * time does not depend on them. tfjs cpu would need minutes and works on a part, counted as such.
 */
const fit = (backend: string, count = rowCount) => ({
  work: count / rowCount,
  async prepare(lab: Lab) {
    await lab.tfjs(backend, () => () => {});
    const x = tf.tensor2d(numbers(count * inputs), [count, inputs]);
    const classes = Int32Array.from({ length: count }, (_, i) => i % units);
    const y = tf.tidy(() => tf.cast(tf.oneHot(classes, units), 'float32'));
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

export const rows: Row[] = [
  {
    name: "model.fit of the seed's program, an epoch with its validation",
    contestants: {
      'tfjs simd': fit('simd'),
      'Keras 2.15': {
        prepare: (lab) =>
          lab.python('keras_fit', { rows: rowCount, inputs, features, units, batch }),
      },
      'tfjs wasm': fit('wasm'),
      'tfjs cpu, 1/100 of the rows': fit('cpu', rowCount / 100),
    },
    bars: [
      { of: 'tfjs simd', against: 'Keras 2.15', atLeast: 1.2 },
      { of: 'tfjs simd', against: 'tfjs wasm', atLeast: 5 },
      { of: 'tfjs simd', against: 'tfjs cpu, 1/100 of the rows', atLeast: 100 },
    ],
  },
];
