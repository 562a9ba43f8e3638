import type { Output } from '../terminal/output.ts';
import { compareFiles } from './compare-files.ts';
import { compareHelp } from './compare-help.ts';
import { compareLines } from './compare-lines.ts';
import { parseCompare } from './parse-compare.ts';

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
