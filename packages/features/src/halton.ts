import type { Random } from '@kernel-methods/random';
import { inside } from './spectrum.ts';

/**
 * A randomized Halton sequence: points that fill the unit cube more evenly than random ones. Each
 * point by itself is uniform in the cube.
 *
 * Coordinate i of point j has the digits of j in base pᵢ, the i-th prime, in reverse order behind
 * the radix point. Each digit of each coordinate has its own random permutation. Each coordinate is
 * evenly spread from the first point on. Pairs of coordinates are evenly spread only after pᵢ·pⱼ
 * points. With hundreds of dimensions, where the primes are in the thousands, little remains but an
 * even spread along each axis (as in a Latin hypercube).
 *
 * Owen, "A randomized Halton algorithm in R", 2017, arXiv:1706.02808.
 *
 * @returns dimensions × points numbers in (0, 1), one point per column, row by row.
 */
export function halton(random: Random, dimensions: number, points: number): Float64Array {
  const result = new Float64Array(dimensions * points);
  primes(dimensions).forEach((base, dimension) => {
    result.set(haltonCoordinate(random, base, points), dimension * points);
  });
  return result;
}

/** One coordinate of the points, in one base. */
export function haltonCoordinate(random: Random, base: number, points: number): Float64Array {
  // Further digits are below the resolution of a float64 in [0, 1).
  const digits = Math.ceil(53 / Math.log2(base));
  const orders = Array.from({ length: digits }, () => random.permutation(base));
  return Float64Array.from({ length: points }, (_, point) => {
    let rest = point;
    let share = 1;
    let value = 0;
    for (const order of orders) {
      share /= base;
      value += order[rest % base] * share;
      rest = Math.floor(rest / base);
    }
    return inside(value);
  });
}

/** The first primes. */
export function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) {
    if (found.every((prime) => prime * prime > n || n % prime !== 0)) found.push(n);
  }
  return found;
}
