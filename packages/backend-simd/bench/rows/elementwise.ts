import * as tf from '@tensorflow/tfjs-core';
import { engines, forEngines } from '../../../simd/bench/engines.ts';
import { numbers } from '../../../simd/bench/lab.ts';
import type { Row } from '../../../simd/bench/row.ts';
import { backends } from '../backends.ts';

const length = 1_000_000;

/** How many times as fast as tfjs wasm WebAssembly stays: seven tenths of what it reached. */
type Least = number;

type Operation = (x: tf.Tensor2D, y: tf.Tensor2D, row: tf.Tensor1D) => tf.Tensor;

/** The operations of a training step, one by one, over a million numbers in [−0.5, 0.5). */
const operations: Record<string, readonly [Operation, Least]> = {
  'x + y': [(x, y) => tf.add(x, y), 1.4],
  'x + row': [(x, _, row) => tf.add(x, row), 1.2],
  'x · 0.9': [(x) => tf.mul(x, 0.9), 1],
  'x − y': [(x, y) => tf.sub(x, y), 1.5],
  'x / y': [(x, y) => tf.div(x, y), 1.4],
  'max(x, y)': [(x, y) => tf.maximum(x, y), 9.1],
  'x > y': [(x, y) => tf.greater(x, y), 9.5],
  relu: [(x) => tf.relu(x), 1.3],
  square: [(x) => tf.square(x), 1.4],
  'sqrt |x|': [(x) => tf.sqrt(tf.abs(x)), 2.2],
  exp: [(x) => tf.exp(x), 4],
  'log |x|': [(x) => tf.log(tf.abs(x)), 2.6],
  tanh: [(x) => tf.tanh(x), 5.8],
  sigmoid: [(x) => tf.sigmoid(x), 1.4],
  cos: [(x) => tf.cos(x), 22.5],
  sin: [(x) => tf.sin(x), 5.2],
  'softmax of rows': [(x) => tf.softmax(x), 1],
  sum: [(x) => tf.sum(x), 3.2],
  'mean of rows': [(x) => tf.mean(x, 1), 2.9],
  'largest of rows': [(x) => tf.max(x, 1), 6.7],
};

const contestant = (backend: string, operation: Operation) => ({
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

export const rows: Row[] = Object.entries(operations).map(([name, [operation, least]]) => ({
  name: `element-wise, 1e6: ${name}`,
  contestants: {
    ...forEngines((engine) => contestant(backends[engine], operation)),
    'tfjs wasm': contestant('wasm', operation),
    'tfjs cpu': contestant('cpu', operation),
  },
  bars: [{ of: engines.wasm, against: 'tfjs wasm', atLeast: least }],
}));
