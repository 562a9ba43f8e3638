import * as check from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import { fail } from './check.ts';
import { planar } from './points.ts';
import type { ClassData } from './types.ts';

export interface SpiralsOptions {
  rows: number;
  /** The number of arms, one per class: 2 … 256. Default 2. */
  classes?: number;
  /** The number of turns of each arm. Default 1.5. */
  turns?: number;
  /** Standard deviation of the normal noise. Default 0. */
  noise?: number;
  /** Default 0. */
  seed?: number;
}

/**
 * Interleaved Archimedean spirals, after Lang & Witbrock 1988: arm k of K is the points of radius
 * r at the angle 2π(turns · r + k / K), r evenly spaced in (0, 1].
 *
 * @throws RangeError unless `rows` ≥ `classes` ≥ 2, `turns` ≥ 0 and `noise` ≥ 0.
 *
 * @example
 * const { x, y } = spirals({ rows: 300, seed: 1 }); // x.shape: [300, 2]
 */
export function spirals(options: SpiralsOptions): ClassData {
  const { rows, classes = 2, turns = 1.5, noise = 0, seed = 0 } = options;
  check.integerBetween('classes', classes, 2);
  if (classes > 256) fail('classes', '256 or below', classes);
  check.integerBetween('rows', rows, classes);
  check.nonNegativeFinite('turns', turns);
  check.nonNegativeFinite('noise', noise);
  return planar({
    rows,
    noise,
    seed,
    random: createRandom(seed),
    classNames: Array.from({ length: classes }, (_, label) => String(label)),
    point(label, i, n) {
      const radius = (i + 1) / n;
      const angle = 2 * Math.PI * (turns * radius + label / classes);
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    },
  });
}
