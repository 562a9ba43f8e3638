/**
 * Repeatable points: n rows of d numbers around `offset`, with a spread of √(2/d), so that
 * distances are near 2 for any d. They are not meant for statistics, and do not use the generator
 * under test.
 */
export function pointsFor(n: number, d: number, seed: number, offset = 0): Float32Array {
  let state = seed * 2654435761;
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const width = Math.sqrt(2 / d);
  return Float32Array.from({ length: n * d }, () => {
    const sum = next() + next() + next() - 1.5; // standard deviation 1/2
    return offset + 2 * sum * width;
  });
}
