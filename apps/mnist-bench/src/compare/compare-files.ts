import type { Changes } from './changes.ts';
import { type CompareOptions, compareSides } from './compare-sides.ts';
import { readSide } from './read-side.ts';

/**
 * What changed from one file of `--json` to another, of comparisons or of single runs.
 *
 * @throws UsageError where a file cannot be read or holds something else.
 */
export function compareFiles(before: string, after: string, options: CompareOptions = {}): Changes {
  return compareSides(readSide(before), readSide(after), options);
}
