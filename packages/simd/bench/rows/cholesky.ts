import { choleskyAt } from '../../src/index.ts';
import { numbers } from '../lab.ts';
import type { Row } from '../row.ts';

const n = 4096;

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
            // Symmetric, and its diagonal is larger than the rest of its row.
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
];
