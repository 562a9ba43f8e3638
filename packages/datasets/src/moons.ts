import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import { planar } from './points.ts';
import type { ClassData } from './types.ts';

export interface MoonsOptions {
  rows: number;
  /** Standard deviation of the normal noise. Default 0. */
  noise?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Two interleaved half circles, as scikit-learn's `make_moons`: (cos t, sin t) and
 * (1 − cos t, ½ − sin t), t evenly spaced in [0, π].
 *
 * @throws RangeError unless `rows` ≥ 2 and `noise` ≥ 0.
 *
 * @example
 * const { x, y } = moons({ rows: 200, noise: 0.1, seed: 1 }); // x.shape: [200, 2]
 */
export function moons({ rows, noise = 0, seed = 0 }: MoonsOptions): ClassData {
  check.integerBetween('rows', rows, 2);
  check.nonNegativeFinite('noise', noise);
  return planar({
    rows,
    noise,
    seed,
    random: createRandom(seed),
    classNames: ['upper', 'lower'],
    point(label, i, n) {
      const t = n === 1 ? 0 : (Math.PI * i) / (n - 1);
      return label === 0 ? [Math.cos(t), Math.sin(t)] : [1 - Math.cos(t), 0.5 - Math.sin(t)];
    },
  });
}
