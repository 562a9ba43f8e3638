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

const cosine = (threads: number, native = false) => ({
  work: 2 * m * k * n,
  prepare(lab: Lab) {
    const simd = native ? lab.native(threads) : lab.simd(threads);
    if (!simd) return undefined;
    const [a, w, bias, out] = [m * k, k * n, n, m * n].map((length) => fill(simd, length));
    const b = packMatrix(simd, w, k, n);
    simd.free(w);
    return timed(() => cosineFeaturesAt(simd, { a, b, bias, out, m, n, k }));
  },
});

const product = (rows: number, depth: number, columns: number, transposeA = false) => {
  const sizes = { m: rows, n: columns, k: depth };
  const simd = (threads: number, native = false) => ({
    prepare(lab: Lab) {
      const instance = native ? lab.native(threads) : lab.simd(threads);
      if (!instance) return undefined;
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
const short = product(128, 4096, 10);
const large = product(1024, 784, 4096);
const gram = { n: 2048, d: 4096 };

const gramOf = (native: boolean, float64 = false) => ({
  work: gram.n * gram.d ** 2,
  prepare(lab: Lab) {
    const simd = native ? lab.native(2) : lab.simd(2);
    if (!simd) return undefined;
    const z = fill(simd, gram.n * gram.d);
    const out = simd.alloc(8 * gram.d ** 2);
    return timed(() => gramAt(simd, { z, ...gram, out, float64 }));
  },
});

export const rows: Row[] = [
  {
    name: 'cosine features 1024×784×4096',
    contestants: {
      'simd, 2 threads': cosine(2),
      'simd, 1 thread': cosine(1),
      'native, 2 threads': cosine(2, true),
      [numpy]: bare(128),
      [numpyLarge]: bare(1024),
    },
    bars: [
      { of: 'simd, 2 threads', against: numpy, atLeast: 0.45 },
      { of: 'simd, 2 threads', against: 'simd, 1 thread', atLeast: 1.7 },
      { of: 'native, 2 threads', against: numpyLarge, atLeast: 0.75 },
    ],
  },
  {
    name: 'matmul 128×784×4096',
    contestants: {
      'simd, 2 threads': dense.simd(2),
      'simd, 1 thread': dense.simd(1),
      'native, 2 threads': dense.simd(2, true),
      'tfjs wasm': dense.tfjs('wasm'),
      'tfjs cpu': dense.tfjs('cpu'),
      NumPy: dense.python('numpy_matmul'),
      TensorFlow: dense.python('tensorflow_matmul'),
    },
    bars: [
      { of: 'simd, 2 threads', against: 'tfjs wasm', atLeast: 3 },
      { of: 'simd, 2 threads', against: 'TensorFlow', atLeast: 0.65 },
      { of: 'native, 2 threads', against: 'TensorFlow', atLeast: 0.9 },
      { of: 'native, 2 threads', against: 'NumPy', atLeast: 0.9 },
    ],
  },
  {
    name: '(128×4096)ᵀ·(128×10)',
    contestants: {
      'simd, 2 threads': tall.simd(2),
      'simd, 1 thread': tall.simd(1),
      'native, 2 threads': tall.simd(2, true),
      'tfjs wasm': tall.tfjs('wasm'),
      'tfjs cpu': tall.tfjs('cpu'),
      NumPy: tall.python('numpy_transposed'),
    },
    bars: [
      { of: 'simd, 2 threads', against: 'tfjs wasm', atLeast: 40 },
      { of: 'native, 2 threads', against: 'NumPy', atLeast: 1 },
    ],
  },
  {
    name: '(128×4096)·(4096×10)',
    contestants: {
      'simd, 2 threads': short.simd(2),
      'native, 2 threads': short.simd(2, true),
      NumPy: short.python('numpy_matmul'),
    },
    bars: [{ of: 'native, 2 threads', against: 'NumPy', atLeast: 1 }],
  },
  {
    name: 'matmul 1024×784×4096',
    contestants: {
      'simd, 2 threads': large.simd(2),
      'native, 2 threads': large.simd(2, true),
      NumPy: large.python('numpy_matmul'),
      TensorFlow: large.python('tensorflow_matmul'),
    },
    bars: [
      { of: 'native, 2 threads', against: 'TensorFlow', atLeast: 0.9 },
      { of: 'native, 2 threads', against: 'NumPy', atLeast: 0.9 },
    ],
  },
  {
    name: 'gram of 2048×4096, counted as n·D²',
    contestants: {
      'simd, 2 threads': gramOf(false),
      'native, 2 threads, into float64': gramOf(true, true),
      [numpy]: bare(128),
      [numpyLarge]: bare(1024),
    },
    bars: [
      { of: 'simd, 2 threads', against: numpy, atLeast: 0.42 },
      { of: 'native, 2 threads, into float64', against: numpyLarge, atLeast: 0.75 },
    ],
  },
];
