import {
  choleskyAt,
  eighAt,
  leastSquaresAt,
  matmul64At,
  type Simd,
  svdAt,
} from '../../src/index.ts';
import { type Lab, numbers } from '../lab.ts';
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

/** A row without a bar. */
const beside = (
  name: string,
  size: number,
  peer: string,
  ours: (simd: Simd, n: number) => Timed,
): Row => ({
  name,
  contestants: {
    'simd, 2 threads': { prepare: (lab: Lab) => ours(lab.simd(2), size) },
    NumPy: { prepare: (lab: Lab) => lab.python(peer, { n: size }) },
  },
});

export const rows: Row[] = [
  {
    name: 'float64 Cholesky of 4096',
    contestants: {
      'simd, 2 threads': {
        work: n ** 3 / 3,
        prepare(lab) {
          const simd = lab.simd(2);
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
        },
      },
      SciPy: {
        work: n ** 3 / 3,
        prepare: (lab) => lab.python('scipy_cholesky', { n }),
      },
    },
    bars: [{ of: 'simd, 2 threads', against: 'SciPy', atLeast: 0.2 }],
  },
  beside('float64 symmetric eigenvectors of 1000', 1000, 'numpy_eigh', eigh),
  beside('float64 SVD of 1000', 1000, 'numpy_svd', svd),
  beside('float64 least squares 1000×500', 500, 'numpy_least_squares', leastSquares),
];
