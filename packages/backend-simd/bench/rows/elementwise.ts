import * as tf from '@tensorflow/tfjs-core';
import { numbers } from '../../../simd/bench/lab.ts';
import type { Row } from '../../../simd/bench/row.ts';
import { engines } from '../engines.ts';

const length = 1_000_000;

/** The operations of a training step, one by one, over a million numbers in [−0.5, 0.5). */
const operations: Record<string, (x: tf.Tensor2D, y: tf.Tensor2D, row: tf.Tensor1D) => tf.Tensor> =
  {
    'x + y': (x, y) => tf.add(x, y),
    'x + row': (x, _, row) => tf.add(x, row),
    'x · 0.9': (x) => tf.mul(x, 0.9),
    'x − y': (x, y) => tf.sub(x, y),
    'x / y': (x, y) => tf.div(x, y),
    'max(x, y)': (x, y) => tf.maximum(x, y),
    'x > y': (x, y) => tf.greater(x, y),
    relu: (x) => tf.relu(x),
    square: (x) => tf.square(x),
    'sqrt |x|': (x) => tf.sqrt(tf.abs(x)),
    exp: (x) => tf.exp(x),
    'log |x|': (x) => tf.log(tf.abs(x)),
    tanh: (x) => tf.tanh(x),
    sigmoid: (x) => tf.sigmoid(x),
    cos: (x) => tf.cos(x),
    sin: (x) => tf.sin(x),
    'softmax of rows': (x) => tf.softmax(x),
    sum: (x) => tf.sum(x),
    'mean of rows': (x) => tf.mean(x, 1),
    'largest of rows': (x) => tf.max(x, 1),
  };

const contestant = (backend: string, operation: (typeof operations)[string]) => ({
  prepare: (lab: Parameters<Row['contestants'][string]['prepare']>[0]) =>
    lab.tfjs(backend, () => {
      const x = tf.tensor2d(numbers(length), [1000, 1000]);
      const y = tf.tensor2d(numbers(length).reverse(), [1000, 1000]);
      const row = tf.tensor1d(numbers(1000));
      return () => {
        operation(x, y, row);
      };
    }),
});

export const rows: Row[] = Object.entries(operations).map(([name, operation]) => ({
  name: `element-wise, 1e6: ${name}`,
  contestants: {
    'tfjs simd': contestant(engines.wasm, operation),
    'tfjs simd, native': contestant(engines.native, operation),
    'tfjs wasm': contestant('wasm', operation),
    'tfjs cpu': contestant('cpu', operation),
  },
  bars: [{ of: 'tfjs simd', against: 'tfjs wasm', atLeast: 1 }],
}));
