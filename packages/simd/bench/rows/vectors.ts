import * as tf from '@tensorflow/tfjs-core';
import { expAt, hadamardAt } from '../../src/index.ts';
import { fill, numbers } from '../lab.ts';
import { type Row, timed } from '../row.ts';

const n = 1_000_000;

export const rows: Row[] = [
  {
    name: 'exp of 1e6',
    contestants: {
      'simd, 2 threads': {
        prepare(lab) {
          const simd = lab.simd(2);
          const [x, out] = [fill(simd, n), fill(simd, n)];
          return timed(() => expAt(simd, x, out, n));
        },
      },
      'tfjs wasm': {
        prepare: (lab) =>
          lab.tfjs('wasm', () => {
            const x = tf.tensor1d(numbers(n));
            return () => tf.exp(x);
          }),
      },
      NumPy: { prepare: (lab) => lab.python('numpy_exp', { n }) },
    },
  },
  {
    name: 'Walsh–Hadamard of one row of 1,024',
    contestants: {
      'simd, 1 thread': {
        prepare(lab) {
          const simd = lab.simd(1);
          const x = fill(simd, 1024);
          simd.f32(x, 1024).fill(0); // Without this, the numbers would grow without bound.
          return timed(() => hadamardAt(simd, x, 1, 1024));
        },
      },
    },
  },
];
