import type { Steps } from '@kernel-methods/simd';

/** The numbers or labels that JavaScript looks at in a step: a few milliseconds of a slow core. */
const PIECE = 2 ** 16;

/**
 * Passes over `count` items, `size` numbers each, in steps: `look` gets the first of some items, and
 * the one after the last.
 */
export function* inPieces(
  count: number,
  look: (from: number, to: number) => void,
  size = 1,
): Steps<void> {
  const together = Math.max(1, Math.floor(PIECE / size));
  for (let from = 0; from < count; from += together) {
    if (from > 0) yield;
    look(from, Math.min(from + together, count));
  }
}
