import * as tf from '@tensorflow/tfjs-core';
import { cosineFeaturesAt, gramAt, matmulAt, packMatrix } from '../../src/index.ts';
import { fill, type Lab, numbers } from '../lab.ts';
import { type Row, timed } from '../row.ts';

const [m, k, n] = [1024, 784, 4096];
// NumPy's rate doubles from 128 to 1,024 rows, where AVX-512 is at its best; 128-bit SIMD reaches
// at most about 118 GFLOP/s on two cores. The bars are fractions of its rate at a batch of 128
// rows.
const bare = (rows: number) => ({
  prepare: (lab: Lab) => lab.python('numpy_matmul', { m: rows, k, n }),
  work: 2 * rows * k * n,
});
const numpy = 'NumPy, matmul 128×784×4096';
const numpyLarge = 'NumPy, matmul 1024×784×4096';

const cosine = (threads: number) => ({
  work: 2 * m * k * n,
  prepare(lab: Lab) {
    const simd = lab.simd(threads);
    const [a, w, bias, out] = [m * k, k * n, n, m * n].map((length) => fill(simd, length));
    const b = packMatrix(simd, w, k, n);
    simd.free(w);
    return timed(() => cosineFeaturesAt(simd, { a, b, bias, out, m, n, k }));
  },
});

const product = (rows: number, depth: number, columns: number, transposeA = false) => {
  const sizes = { m: rows, n: columns, k: depth };
  const simd = (threads: number) => ({
    prepare(lab: Lab) {
      const instance = lab.simd(threads);
      const lengths = [rows * depth, depth * columns, rows * columns];
      const [a, b, out] = lengths.map((length) => fill(instance, length));
      return timed(() => matmulAt(instance, { a, b, out, ...sizes, transposeA }));
    },
  });
  const tfjs = (backend: string) => ({
    prepare: (lab: Lab) =>
      lab.tfjs(backend, () => {
        const shape: [number, number] = transposeA ? [depth, rows] : [rows, depth];
        const a = tf.tensor2d(numbers(rows * depth), shape);
        const b = tf.tensor2d(numbers(depth * columns), [depth, columns]);
        return () => tf.matMul(a, b, transposeA);
      }),
  });
  const python = (name: string) => ({ prepare: (lab: Lab) => lab.python(name, sizes) });
  return { simd, tfjs, python };
};

const dense = product(128, 784, 4096);
const tall = product(4096, 128, 10, true);
const gram = { n: 2048, d: 4096 };

export const rows: Row[] = [
  {
    name: 'cosine features 1024×784×4096',
    contestants: {
      'simd, 2 threads': cosine(2),
      'simd, 1 thread': cosine(1),
      [numpy]: bare(128),
      [numpyLarge]: bare(1024),
    },
    bars: [
      { of: 'simd, 2 threads', against: numpy, atLeast: 0.45 },
      { of: 'simd, 2 threads', against: 'simd, 1 thread', atLeast: 1.7 },
    ],
  },
  {
    name: 'matmul 128×784×4096',
    contestants: {
      'simd, 2 threads': dense.simd(2),
      'simd, 1 thread': dense.simd(1),
      'tfjs wasm': dense.tfjs('wasm'),
      'tfjs cpu': dense.tfjs('cpu'),
      NumPy: dense.python('numpy_matmul'),
      TensorFlow: dense.python('tensorflow_matmul'),
    },
    bars: [
      { of: 'simd, 2 threads', against: 'tfjs wasm', atLeast: 3 },
      { of: 'simd, 2 threads', against: 'TensorFlow', atLeast: 0.65 },
    ],
  },
  {
    name: '(128×4096)ᵀ·(128×10)',
    contestants: {
      'simd, 2 threads': tall.simd(2),
      'simd, 1 thread': tall.simd(1),
      'tfjs wasm': tall.tfjs('wasm'),
      'tfjs cpu': tall.tfjs('cpu'),
      NumPy: tall.python('numpy_transposed'),
    },
    bars: [{ of: 'simd, 2 threads', against: 'tfjs wasm', atLeast: 40 }],
  },
  {
    name: 'gram of 2048×4096, counted as n·D²',
    contestants: {
      'simd, 2 threads': {
        work: gram.n * gram.d ** 2,
        prepare(lab) {
          const simd = lab.simd(2);
          const [z, out] = [fill(simd, gram.n * gram.d), fill(simd, gram.d ** 2)];
          return timed(() => gramAt(simd, { z, ...gram, out }));
        },
      },
      [numpy]: bare(128),
      [numpyLarge]: bare(1024),
    },
    bars: [{ of: 'simd, 2 threads', against: numpy, atLeast: 0.42 }],
  },
];
