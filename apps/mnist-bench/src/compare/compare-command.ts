import type { Output } from '@kernel-methods/report';
import type { Changes } from './changes.ts';
import { compareLines } from './compare-lines.ts';
import { type CompareOptions, compareSides } from './compare-sides.ts';
import { parseCompare } from './parse-compare.ts';
import { readSide } from './side.ts';

/**
 * `mnist-bench compare old.json new.json`: tells what changed. Returns the exit code: 1 for a loss
 * where that was asked for.
 *
 * @throws UsageError for wrong options and files.
 */
export function compareCommand(
  args: readonly string[],
  output: Pick<Output, 'line' | 'bold' | 'dim'>,
): number {
  const { help, before, after, failOnLoss, threshold } = parseCompare(args);
  if (help) {
    output.line(compareHelp());
    return 0;
  }
  const changes = compareFiles(before, after, { threshold });
  for (const line of compareLines(changes, output)) output.line(line);
  return failOnLoss && changes.lost ? 1 : 0;
}

/**
 * What changed from one file of `--json` to another, of comparisons or of single runs.
 *
 * @throws UsageError where a file cannot be read or holds something else.
 */
export function compareFiles(before: string, after: string, options: CompareOptions = {}): Changes {
  return compareSides(readSide(before), readSide(after), options);
}

/** The text of `compare --help`. */
export function compareHelp(): string {
  return `\
mnist-bench compare: shows what became faster, slower, more or less accurate beyond noise.

Usage: npm start -- compare [options] OLD.json NEW.json

The files are what --json wrote, of comparisons or of single runs. Variants are the same where
their settings are, whatever their names.

  --fail-on-loss  exit code 1 where a larger share of runs fails, anything became worse beyond
                  noise, or no variant of the old file is in the new one
  --threshold X   the least change of time and memory that counts, as a share
                  (default 0.1, and 0.2 for the time of single runs)
  -h, --help      print this text

Accuracy is judged by its differences over the seeds that both files have, or, where they share
no two, by the number of test rows; time and memory by the spread over the runs. Of each of the three,
chance alone shows a change in one of twenty comparisons in which nothing changed, at most.

Exit code: 0 done, 1 a loss with --fail-on-loss, 2 wrong options or files.`;
}
