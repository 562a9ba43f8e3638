import { medianOf, spreadOf } from '@kernel-methods/report';
import { normalQuantile, studentQuantile } from './student-t.ts';

/** A change and how large it gets by chance alone, but for a share `level` of the cases. */
export interface Noisy {
  readonly change: number;
  readonly noise: number;
}

/**
 * Mean of the differences in accuracy over common seeds, and half of its t interval. Few seeds may
 * agree by luck, so the noise is at least what the test rows allow: d rows of difference come from d
 * rows or more that changed sides, which under chance alone have deviation √d (McNemar 1947).
 */
export function pairedNoise(
  differences: readonly number[],
  testRows: number,
  level: number,
): Noisy {
  const n = differences.length;
  const { mean, deviation } = spreadOf(differences) ?? { mean: 0, deviation: 0 };
  const seeds = (studentQuantile(1 - level / 2, n - 1) * deviation) / Math.sqrt(n);
  const rows = normalQuantile(1 - level / 2) * Math.sqrt(Math.abs(mean) / (n * testRows));
  return { change: mean, noise: Math.max(seeds, rows) };
}

/**
 * Difference of two accuracies on some test rows each, and half of the interval of Agresti & Caffo
 * 2000: a success and a failure more on each side, without which accuracy 1 had no noise. On the
 * same test rows it is rather too wide.
 */
export function binomialNoise(before: Tested, after: Tested, level: number): Noisy {
  const variance = [before, after].reduce((sum, { accuracy, testRows }) => {
    const share = (accuracy * testRows + 1) / (testRows + 2);
    return sum + (share * (1 - share)) / (testRows + 2);
  }, 0);
  return {
    change: after.accuracy - before.accuracy,
    noise: normalQuantile(1 - level / 2) * Math.sqrt(variance),
  };
}

export interface Tested {
  readonly accuracy: number;
  readonly testRows: number;
}

/**
 * Ratio of the medians, and the ratio that chance makes of equal ones: from the spread of the
 * logarithms on both sides (a median's deviation is √(π/2) times a mean's), and at least 1 + floor:
 * what a machine does to all runs of a side is in no spread.
 */
export function ratioNoise(
  before: readonly number[],
  after: readonly number[],
  floor: number,
  level: number,
): Noisy {
  const df = before.length + after.length - 2;
  const squares = squaresOf(before.map(Math.log)) + squaresOf(after.map(Math.log));
  const error = Math.sqrt((squares / df) * (1 / before.length + 1 / after.length));
  const spread = df === 0 ? 0 : studentQuantile(1 - level / 2, df) * medianFactor * error;
  return {
    change: medianOf(after) / medianOf(before),
    noise: Math.max(1 + floor, Math.exp(spread)),
  };
}

const medianFactor = Math.sqrt(Math.PI / 2);

/** Squared distances from the mean, summed. */
function squaresOf(values: readonly number[]): number {
  const spread = spreadOf(values);
  return spread ? (spread.n - 1) * spread.deviation ** 2 : 0;
}
