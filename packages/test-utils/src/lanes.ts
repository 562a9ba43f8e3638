import fc from 'fast-check';
import { expect } from 'vitest';

/** The seed of all random numbers in tests: a new one each night, by `KERNEL_METHODS_SEED`. */
export const laneSeed = (): number => Number(process.env.KERNEL_METHODS_SEED ?? 1);

/**
 * Prints in one line the counts of a lane of random cases: a lane that tried nothing must not look
 * like one that found nothing.
 */
export function tellLane(
  name: string,
  counts: Readonly<Record<string, number>>,
  seed?: number,
): void {
  const list = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  if (seed !== undefined) list.push(`seed ${seed}`);
  process.stdout.write(`lane: ${name}: ${list.join(', ')}\n`);
}

/**
 * Makes every property of fast-check print its counts, under the name of its test, and draw from
 * the seed.
 */
export function tellProperties(): void {
  fc.configureGlobal({
    seed: laneSeed(),
    reporter(details) {
      const { currentTestName = 'a property' } = expect.getState();
      const { numRuns, numSkips, seed } = details;
      tellLane(currentTestName, { cases: numRuns, ...(numSkips && { skipped: numSkips }) }, seed);
      if (!details.failed) return;
      throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance });
    },
  });
}
