import type { FitProgress } from '@kernel-methods/models';
import {
  clock,
  createTimeLeft,
  fill,
  megabytes,
  type Output,
  progressBar,
  score,
  seconds,
  type TimeLeft,
} from '@kernel-methods/report';
import { createExpected } from '@kernel-methods/runner';
import { variantKey } from '../records/identity.ts';
import type { Job } from '../records/job.ts';
import type { Message } from '../records/messages.ts';
import type { RunRecord } from '../records/run-record.ts';
import type { Live } from './launch.ts';

interface Current {
  readonly job: Job;
  readonly warmup: boolean;
  readonly start: number;
  readonly allLeft: (spent: number) => number | null;
  timeLeft: ReturnType<typeof createTimeLeft>;
  phase: string;
  progress: { readonly event: FitProgress; readonly left: TimeLeft } | null;
}

/** Seconds that a job will probably take; null where that is not known. */
export type Estimate = (job: Omit<Job, 'command'>) => number | null;

/**
 * Shows a comparison as it goes: moving lines on a terminal, and a line for each finished run.
 * `estimate` tells what a job will probably take, in seconds; without it the time left
 * is learned.
 */
export function createLive(
  output: Pick<Output, 'line' | 'bar' | 'clear' | 'dim'>,
  jobs: readonly Job[],
  estimate?: Estimate,
  now: () => number = () => performance.now() / 1000,
): Live {
  const expected = createExpected<Omit<Job, 'command'>, RunRecord>({
    groupOf: variantKey,
    estimate,
  });
  const runLine = createRunLine(jobs, output);
  const waiting = new Map(jobs.map((job) => [job.key, job]));
  const all = waiting.size;
  let failed = 0;
  let current: Current | undefined;

  const count = (record: RunRecord) => {
    waiting.delete(record.key);
    expected.add(record);
  };
  const draw = (final = false) => {
    const shown = current;
    if (!shown) return;
    const spent = now() - shown.start;
    output.bar((width) => {
      const done = all - waiting.size;
      const left = shown.allLeft(spent);
      return [overallLine({ done, all, failed, left }, width), currentLine(shown, spent, width)];
    }, final);
  };
  // The clocks go on where a run says nothing for a while.
  const ticking = setInterval(() => draw(), 1000).unref();

  return {
    known: count,
    start(job, warmup) {
      const start = now();
      const timeLeft = createTimeLeft(start);
      const allLeft = expected.left(waiting.values(), job);
      current = { job, warmup, start, timeLeft, allLeft, phase: 'starting', progress: null };
      draw(true);
    },
    message(message) {
      if (current) hear(current, message, now());
      draw(message.type !== 'progress');
    },
    end(record) {
      count(record);
      if (record.status !== 'done') failed += 1;
      current = undefined;
      output.line(runLine(record, all - waiting.size));
    },
    close() {
      clearInterval(ticking);
      current = undefined;
      output.clear();
    },
  };
}

const phases = new Map([
  ['load', 'loading'],
  ['train', 'training'],
  ['test', 'testing'],
  ['save', 'saving'],
]);

function hear(current: Current, message: Message, now: number): void {
  if (message.type === 'phase') {
    current.phase = phases.get(message.name) ?? message.name;
    current.timeLeft = createTimeLeft(now);
    current.progress = null;
  } else if (message.type === 'progress') {
    current.progress = { event: message, left: current.timeLeft(message, now) };
  } else if (message.type === 'epoch' && current.progress?.event.phase !== 'validate') {
    // A program that reports no steps reports whole epochs.
    const { epoch, epochs, loss, accuracy } = message;
    const step = { phase: 'train', epoch, epochs, step: 1, steps: 1 } as const;
    const event = { ...step, loss, accuracy: accuracy ?? undefined };
    current.progress = { event, left: current.timeLeft(step, now) };
  }
}

function overallLine(
  { done, all, failed, left }: { done: number; all: number; failed: number; left: number | null },
  width: number,
): string {
  const head = `${done}/${all} runs`;
  const parts = [left !== null && `${clock(left)} left`, failed > 0 && `${failed} failed`];
  const tail = parts.flatMap((part) => (part === false ? [] : `  ${part}`)).join('');
  const room = Math.min(30, width - head.length - tail.length - 3);
  return `${head}${room < 4 ? '' : ` [${fill(done / all, room)}]`}${tail}`;
}

function currentLine({ job, warmup, phase, progress }: Current, spent: number, width: number) {
  const name = `${job.variant}, seed ${job.seed}${warmup ? ', warm-up' : ''}`;
  // A third is the name's, and what a wide terminal has left.
  const most = Math.max(Math.floor(width / 3), width - 60);
  const head = name.length <= most ? name : `${name.slice(0, Math.max(0, most - 1))}…`;
  const room = width - head.length - 2;
  const tail = progress
    ? progressBar(lossOrAccuracy(progress.event), progress.left, room)
    : `${phase}  ${clock(spent)}`;
  return `${head}  ${tail}`;
}

/** The accuracy tells how far it is; the loss only where there is none. */
const lossOrAccuracy = (event: FitProgress): FitProgress =>
  event.accuracy === undefined ? event : { ...event, loss: undefined };

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
