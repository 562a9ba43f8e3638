import * as tf from '@tensorflow/tfjs-core';
import { expAt, hadamardAt, type Simd } from '../../src/index.ts';
import { engines } from '../engines.ts';
import { fill, numbers } from '../lab.ts';
import { onEngines } from '../on-engines.ts';
import { type Row, type Timed, timed } from '../row.ts';

const n = 1_000_000;

function exponentials(simd: Simd): Timed {
  const [x, out] = [fill(simd, n), fill(simd, n)];
  return timed(() => expAt(simd, x, out, n));
}

export const rows: Row[] = [
  {
    name: 'exp of 1e6',
    contestants: {
      ...onEngines(exponentials),
      'tfjs wasm': {
        prepare: (lab) =>
          lab.tfjs('wasm', () => {
            const x = tf.tensor1d(numbers(n));
            return () => tf.exp(x);
          }),
      },
      NumPy: { prepare: (lab) => lab.python('numpy_exp', { n }) },
    },
    bars: [
      { of: engines.wasm, against: 'tfjs wasm', atLeast: 6.5 },
      { of: engines.native, against: 'NumPy', atLeast: 1 },
    ],
  },
  {
    name: 'Walsh–Hadamard of one row of 1,024',
    contestants: onEngines((simd) => {
      const x = fill(simd, 1024);
      simd.f32(x, 1024).fill(0); // Without this, the numbers would grow without bound.
      return timed(() => hadamardAt(simd, x, 1, 1024));
    }),
  },
];
