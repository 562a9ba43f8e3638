import type { Random } from '@kernel-methods/random';

/** Draws a value. */
export type Distribution<T = number> = (random: Random) => T;

/**
 * Uniform in [from, to).
 *
 * @example
 * const distributions = { scale: uniform(0.5, 5) }; // for `randomSearch`
 */
export function uniform(from: number, to: number): Distribution {
  checkRange(from, to);
  return (random) => from + (to - from) * random.uniform();
}

/**
 * Log-uniform from `from` to `to`, both above 0: all decades are equally likely.
 *
 * @example
 * const distributions = { l2: logUniform(1e-8, 1e-2) }; // for `randomSearch`
 */
export function logUniform(from: number, to: number): Distribution {
  if (!(from > 0)) throw new RangeError(`\`from\` must be above 0. Received: ${from}.`);
  checkRange(from, to);
  return (random) => from * (to / from) ** random.uniform();
}

/**
 * A whole number from `from` to `to`, inclusive.
 *
 * @example
 * const distributions = { outputDim: integers(64, 512) }; // for `randomSearch`
 */
export function integers(from: number, to: number): Distribution {
  checkRange(from, to);
  for (const [name, value] of Object.entries({ from, to })) {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(`\`${name}\` must be a whole number. Received: ${value}.`);
    }
  }
  return (random) => from + random.integer(to - from + 1);
}

function checkRange(from: number, to: number): void {
  for (const [name, value] of Object.entries({ from, to })) {
    if (!Number.isFinite(value)) {
      throw new RangeError(`\`${name}\` must be a finite number. Received: ${value}.`);
    }
  }
  if (!(from < to)) throw new RangeError(`\`to\` must be above ${from}. Received: ${to}.`);
}
