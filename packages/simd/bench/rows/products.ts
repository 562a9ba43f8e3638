import * as tf from '@tensorflow/tfjs-core';
import { cosineFeaturesAt, gramAt, matmulAt, packMatrix, type Simd } from '../../src/index.ts';
import { engines } from '../engines.ts';
import { fill, type Lab, numbers } from '../lab.ts';
import { onEngine, onEngines } from '../on-engines.ts';
import { type Row, type Timed, timed } from '../row.ts';

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

function cosine(simd: Simd): Timed {
  const [a, w, bias, out] = [m * k, k * n, n, m * n].map((length) => fill(simd, length));
  const b = packMatrix(simd, w, k, n);
  simd.free(w);
  return timed(() => cosineFeaturesAt(simd, { a, b, bias, out, m, n, k }));
}

const product = (rows: number, depth: number, columns: number, transposeA = false) => {
  const sizes = { m: rows, n: columns, k: depth };
  const ours = (simd: Simd): Timed => {
    const lengths = [rows * depth, depth * columns, rows * columns];
    const [a, b, out] = lengths.map((length) => fill(simd, length));
    return timed(() => matmulAt(simd, { a, b, out, ...sizes, transposeA }));
  };
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
  return { ours, tfjs, python };
};

const dense = product(128, 784, 4096);
const tall = product(4096, 128, 10, true);
const short = product(128, 4096, 10);
const large = product(1024, 784, 4096);
const gram = { n: 2048, d: 4096 };

const gramOf =
  (float64: boolean) =>
  (simd: Simd): Timed => {
    const z = fill(simd, gram.n * gram.d);
    const out = simd.alloc(8 * gram.d ** 2);
    return timed(() => gramAt(simd, { z, ...gram, out, float64 }));
  };

const oneThread = 'WebAssembly, 1 thread';
const single = 'WebAssembly, float32';

export const rows: Row[] = [
  {
    name: 'cosine features 1024×784×4096',
    contestants: {
      ...onEngines(cosine, 2 * m * k * n),
      [oneThread]: onEngine('wasm', cosine, { threads: 1, work: 2 * m * k * n }),
      [numpy]: bare(128),
      [numpyLarge]: bare(1024),
    },
    bars: [
      { of: engines.wasm, against: numpy, atLeast: 0.45 },
      { of: engines.wasm, against: oneThread, atLeast: 1.7 },
      { of: engines.native, against: numpyLarge, atLeast: 0.75 },
    ],
  },
  {
    name: 'matmul 128×784×4096',
    contestants: {
      ...onEngines(dense.ours),
      [oneThread]: onEngine('wasm', dense.ours, { threads: 1 }),
      'tfjs wasm': dense.tfjs('wasm'),
      'tfjs cpu': dense.tfjs('cpu'),
      NumPy: dense.python('numpy_matmul'),
      TensorFlow: dense.python('tensorflow_matmul'),
    },
    bars: [
      { of: engines.wasm, against: 'tfjs wasm', atLeast: 3 },
      { of: engines.wasm, against: 'TensorFlow', atLeast: 0.45 },
      { of: engines.native, against: 'TensorFlow', atLeast: 0.9 },
      { of: engines.native, against: 'NumPy', atLeast: 0.9 },
    ],
  },
  {
    name: '(128×4096)ᵀ·(128×10)',
    contestants: {
      ...onEngines(tall.ours),
      [oneThread]: onEngine('wasm', tall.ours, { threads: 1 }),
      'tfjs wasm': tall.tfjs('wasm'),
      'tfjs cpu': tall.tfjs('cpu'),
      NumPy: tall.python('numpy_transposed'),
    },
    bars: [
      { of: engines.wasm, against: 'tfjs wasm', atLeast: 40 },
      { of: engines.native, against: 'NumPy', atLeast: 1 },
    ],
  },
  {
    name: '(128×4096)·(4096×10)',
    contestants: {
      ...onEngines(short.ours),
      NumPy: short.python('numpy_matmul'),
    },
    bars: [{ of: engines.native, against: 'NumPy', atLeast: 1 }],
  },
  {
    name: 'matmul 1024×784×4096',
    contestants: {
      ...onEngines(large.ours),
      NumPy: large.python('numpy_matmul'),
      TensorFlow: large.python('tensorflow_matmul'),
    },
    bars: [
      { of: engines.native, against: 'TensorFlow', atLeast: 0.9 },
      { of: engines.native, against: 'NumPy', atLeast: 0.9 },
    ],
  },
  {
    name: 'gram of 2048×4096, counted as n·D²',
    contestants: {
      // Into float64, as moments are summed; WebAssembly's bar is that of float32.
      ...onEngines(gramOf(true), gram.n * gram.d ** 2),
      [single]: onEngine('wasm', gramOf(false), { work: gram.n * gram.d ** 2 }),
      [numpy]: bare(128),
      [numpyLarge]: bare(1024),
    },
    bars: [
      { of: single, against: numpy, atLeast: 0.42 },
      { of: engines.native, against: numpyLarge, atLeast: 0.75 },
    ],
  },
];
