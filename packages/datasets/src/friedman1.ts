import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import type { RegressionData } from './types.ts';

export interface Friedman1Options {
  rows: number;
  /** The number of columns of x, 5 or more; y depends only on the first five. Default 10. */
  columns?: number;
  /** Standard deviation of the normal noise on y. Default 0. */
  noise?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Friedman's first regression problem (1991), as scikit-learn's `make_friedman1`:
 * y = 10 sin(π x₀ x₁) + 20 (x₂ − ½)² + 10 x₃ + 5 x₄ + noise, x uniform in [0, 1).
 *
 * @throws RangeError unless `rows` ≥ 1, `columns` ≥ 5 and `noise` ≥ 0.
 *
 * @example
 * const { x, y } = friedman1({ rows: 200, noise: 1, seed: 1 });
 */
export function friedman1(options: Friedman1Options): RegressionData {
  const { rows, columns = 10, noise = 0, seed = 0 } = options;
  check.positiveInteger('rows', rows);
  check.integerBetween('columns', columns, 5);
  check.nonNegativeFinite('noise', noise);
  const random = createRandom(seed);
  const { uniform } = random.stream('x');
  const { normal } = random.stream('noise');
  const data = Float32Array.from({ length: rows * columns }, uniform);
  const y = Float32Array.from({ length: rows }, (_, row) => {
    const [x0, x1, x2, x3, x4] = data.subarray(row * columns, row * columns + 5);
    const clean = 10 * Math.sin(Math.PI * x0 * x1) + 20 * (x2 - 0.5) ** 2 + 10 * x3 + 5 * x4;
    return clean + noise * normal();
  });
  return { x: { data, shape: [rows, columns] }, y };
}
