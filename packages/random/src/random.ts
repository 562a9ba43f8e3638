import * as check from '@kernel-methods/check';
import { randomCauchy, randomNormal } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers that repeats bit for bit from its seed. */
export interface Random {
  /** Uniform in [0, 1), with 53 random bits. */
  uniform(): number;
  /** Standard normal: mean 0, variance 1. */
  normal(): number;
  /** Standard Cauchy: density 1 / (π(1 + x²)). */
  cauchy(): number;
  /** Uniform among the integers 0 … bound − 1. */
  integer(bound: number): number;
  /** The integers 0 … length − 1 in random order (Fisher–Yates). */
  permutation(length: number): Uint32Array;
  /**
   * A separate stream for one purpose. It depends only on the seed and the label, not on how many
   * numbers were drawn before, so a new use of randomness does not shift the others.
   */
  stream(label: string): Random;
}

/**
 * Creates random numbers from a seed: `pure-rand`'s xoroshiro128+ (Blackman & Vigna 2018) with the
 * distributions of `d3-random`.
 *
 * @param seed a safe integer, 0 or above. Neighbouring seeds give unrelated streams.
 * @throws RangeError if `seed` is anything else.
 *
 * @example
 * const random = createRandom(7);
 * random.normal(); // the same number in every run
 * const order = random.stream('order').permutation(10);
 */
export function createRandom(seed: number): Random {
  check.seed('seed', seed);
  return fromState([seed >>> 0, Math.floor(seed / 2 ** 32)]);
}

function fromState(key: readonly number[]): Random {
  const generator = xoroshiro128plusFromState(spread(key));
  const uniform = () => uniformFloat64(generator);
  const normal = randomNormal.source(uniform)(0, 1);
  const cauchy = randomCauchy.source(uniform)(0, 1);
  const integer = (bound: number) =>
    uniformInt(generator, 0, check.positiveInteger('bound', bound) - 1);
  return {
    uniform,
    normal,
    cauchy,
    integer,
    permutation(length) {
      const order = Uint32Array.from({ length }, (_, i) => i);
      for (let i = length - 1; i > 0; i--) {
        const j = integer(i + 1);
        const moved = order[i];
        order[i] = order[j];
        order[j] = moved;
      }
      return order;
    },
    stream: (label) => fromState([...key, label.length, ...encode(label)]),
  };
}

const encode = (label: string) => Array.from(label, (_, i) => label.charCodeAt(i));

/**
 * Four words of state from any key. Nearby keys must not give nearby states, since the generator
 * would need many steps to diverge. Each word is a hash of the key by murmur3's 32-bit mixer.
 */
function spread(key: readonly number[]): number[] {
  return [0x9e3779b9, 0x7f4a7c15, 0xf39cc060, 0x5cedc834].map((start) =>
    key.reduce((hash, word) => mix((hash ^ mix(word + start)) + 0x6d2b79f5), start),
  );
}

function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
