import type { Job } from '../comparison/job.ts';
import type { RunRecord } from '../comparison/record.ts';
import { megabytes, score, seconds } from '../terminal/format.ts';
import type { Output } from '../terminal/output.ts';

/** Beyond it a name does not push the columns of all others. */
const longestName = 48;

/** What became of a run, in one line; the lines of all the jobs are aligned. */
export function createRunLine(
  jobs: readonly Job[],
  style: Pick<Output, 'dim'>,
): (record: RunRecord, nth: number) => string {
  const column = Math.min(longestName, Math.max(0, ...jobs.map(({ variant }) => variant.length)));
  const places = `${jobs.length}`.length;
  const repeated = jobs.some(({ repeat }) => repeat > 0);
  return (record, nth) => {
    const which = `seed ${record.seed}${repeated ? `, repeat ${record.repeat}` : ''}`;
    const head = `${`${nth}`.padStart(places)}/${jobs.length}`;
    return [style.dim(head), record.variant.padEnd(column), which, becameOf(record)].join('  ');
  };
}

function becameOf({ status, reason, outcome, processSeconds }: RunRecord): string {
  if (outcome === null) return `${status === 'timeout' ? 'timeout' : 'failed'}: ${reason}`;
  return [
    `test accuracy ${score(outcome.testAccuracy)}`,
    seconds(processSeconds).padStart(7),
    megabytes(outcome.peakMemory).padStart(8),
  ].join('  ');
}
