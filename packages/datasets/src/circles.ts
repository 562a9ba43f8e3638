import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import { fail } from './check.ts';
import { planar } from './points.ts';
import type { ClassData } from './types.ts';

export interface CirclesOptions {
  rows: number;
  /** Standard deviation of the normal noise. Default 0. */
  noise?: number;
  /** Radius of the inner circle; that of the outer circle is 1. Default 0.8. */
  factor?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * A circle within a circle, as scikit-learn's `make_circles`: points evenly spaced on radius 1 and
 * on radius `factor`.
 *
 * @throws RangeError unless `rows` ≥ 2, `noise` ≥ 0 and 0 ≤ `factor` < 1.
 *
 * @example
 * const { x, y } = circles({ rows: 200, noise: 0.05, seed: 1 }); // x.shape: [200, 2]
 */
export function circles({ rows, noise = 0, factor = 0.8, seed = 0 }: CirclesOptions): ClassData {
  check.integerBetween('rows', rows, 2);
  check.nonNegativeFinite('noise', noise);
  if (!(factor >= 0 && factor < 1)) fail('factor', 'a number in [0, 1)', factor);
  return planar({
    rows,
    noise,
    seed,
    random: createRandom(seed),
    classNames: ['outer', 'inner'],
    point(label, i, n) {
      const t = (2 * Math.PI * i) / n;
      const radius = label === 0 ? 1 : factor;
      return [radius * Math.cos(t), radius * Math.sin(t)];
    },
  });
}
