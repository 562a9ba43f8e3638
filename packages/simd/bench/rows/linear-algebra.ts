import {
  choleskyAt,
  eighAt,
  leastSquaresAt,
  matmul64At,
  type Simd,
  svdAt,
} from '../../src/index.ts';
import { engines } from '../engines.ts';
import { type Lab, numbers } from '../lab.ts';
import { onEngines } from '../on-engines.ts';
import { type Row, type Timed, timed } from '../row.ts';

const n = 4096;

/**
 * Repeatable float64 numbers in [−1, 1). Those of `numbers` lie on a lattice, which has low rank as
 * a matrix.
 */
function random(simd: Simd, length: number): number {
  const pointer = simd.alloc(8 * length);
  let state = 1;
  simd.f64(pointer, length).forEach((_, i, all) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    all[i] = state / 2 ** 31;
  });
  return pointer;
}

function cholesky(simd: Simd): Timed {
  const a = simd.alloc(8 * n * n);
  const noise = numbers(n);
  return () => {
    // The matrix is symmetric, and each diagonal number is larger than the rest of its row.
    const values = simd.f64(a, n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) values[i * n + j] = noise[(i + j) % n];
      values[i * n + i] = n;
    }
    const start = performance.now();
    choleskyAt(simd, a, n);
    return performance.now() - start;
  };
}

function eigh(simd: Simd, size: number): Timed {
  const x = random(simd, size * size);
  const [a, values, vectors] = [size * size, size, size * size].map((m) => simd.alloc(8 * m));
  return () => {
    // Overwrites its matrix.
    matmul64At(simd, { a: x, b: x, out: a, m: size, n: size, k: size, transposeB: true });
    const start = performance.now();
    eighAt(simd, { a, n: size, values, vectors });
    return performance.now() - start;
  };
}

function svd(simd: Simd, size: number): Timed {
  const a = random(simd, size * size);
  const [u, s, vt] = [size * size, size, size * size].map((m) => simd.alloc(8 * m));
  return timed(() => svdAt(simd, { a, m: size, n: size, u, s, vt }));
}

function leastSquares(simd: Simd, size: number): Timed {
  const [a, b, x] = [random(simd, 2 * size * size), random(simd, 2 * size), simd.alloc(8 * size)];
  return timed(() => leastSquaresAt(simd, { a, b, x, m: 2 * size, n: size, columns: 1 }));
}

/** Both engines and a case of peers.py. */
const beside = (
  { name, peer, of, work }: { name: string; peer: string; of: number; work?: number },
  python: string,
  ours: (simd: Simd, n: number) => Timed,
  least: number,
): Row => ({
  name,
  contestants: {
    ...onEngines((simd) => ours(simd, of), work),
    [peer]: { work, prepare: (lab: Lab) => lab.python(python, { n: of }) },
  },
  bars: [
    { of: engines.wasm, against: peer, atLeast: least },
    { of: engines.native, against: peer, atLeast: 1.3 },
  ],
});

export const rows: Row[] = [
  beside(
    { name: 'float64 Cholesky of 4096', peer: 'SciPy', of: n, work: n ** 3 / 3 },
    'scipy_cholesky',
    cholesky,
    0.2,
  ),
  beside(
    { name: 'float64 symmetric eigenvectors of 1000', peer: 'NumPy', of: 1000 },
    'numpy_eigh',
    eigh,
    0.35,
  ),
  beside({ name: 'float64 SVD of 1000', peer: 'NumPy', of: 1000 }, 'numpy_svd', svd, 0.3),
  beside(
    { name: 'float64 least squares 1000×500', peer: 'NumPy', of: 500 },
    'numpy_least_squares',
    leastSquares,
    1.1,
  ),
];
