import fc from 'fast-check';
import { expect } from 'vitest';

/** The seed of everything that tests draw: another one a night, by `KERNEL_METHODS_SEED`. */
export const laneSeed = (): number => Number(process.env.KERNEL_METHODS_SEED ?? 1);

/**
 * Says in one line what a lane of random cases has seen, so that its counts can be read: a lane that
 * tries nothing must not pass for one that found nothing.
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

/** Lets every property of fast-check tell its counts, under the name of its test, and draw by the seed. */
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
