import { clock, score, seconds } from '../text/format.ts';
import type { TimeLeft } from './time-left.ts';
import type { TrainingProgress } from './training-progress.ts';

/** The results of an epoch. */
export interface TrainingEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy?: number;
  readonly valLoss?: number;
  readonly valAccuracy?: number;
  readonly seconds: number;
}

const shortest = 8;
const longest = 30;

/**
 * One line of at most `width` columns. If there is little room, the bar shrinks first; then parts
 * are dropped, the least important first.
 */
export function progressBar(event: TrainingProgress, left: TimeLeft, width: number): string {
  const head = heads.get(event.phase) ?? `epoch ${epochOf(event)}`;
  const needed = [
    event.phase === 'validate' && 'validating',
    event.phase === 'train' && event.loss !== undefined && `loss ${score(event.loss)}`,
    event.phase === 'train' && event.accuracy !== undefined && `accuracy ${score(event.accuracy)}`,
    `${clock(left.epoch)} left`,
    event.epochs > 1 && `${clock(left.all)} in all`,
    `step ${`${event.step}`.padStart(`${event.steps}`.length)}/${event.steps}`,
  ].filter((part) => part !== false);
  for (let kept = needed.length; kept >= 0; kept--) {
    const tail = needed
      .slice(0, kept)
      .map((part) => `  ${part}`)
      .join('');
    const room = width - head.length - tail.length - 3;
    if (room >= shortest) {
      return `${head} [${fill(event.step / event.steps, Math.min(room, longest))}]${tail}`;
    }
  }
  return head.slice(0, Math.max(0, width));
}

/** The names of the phases before or between epochs. */
const heads = new Map([
  ['features', 'features'],
  ['solve', 'solving'],
]);

/** " 3/20", as wide as "20/20". */
export function epochOf({ epoch, epochs }: { epoch: number; epochs: number }): string {
  return `${`${epoch}`.padStart(`${epochs}`.length)}/${epochs}`;
}

/** The inside of a bar for the fraction that is done. */
export function fill(done: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** The results of an epoch in one line; not every solver knows the number of epochs. */
export function epochLine(record: TrainingEpoch, epochs?: number): string {
  const parts = [
    `epoch ${epochs === undefined ? record.epoch : epochOf({ epoch: record.epoch, epochs })}`,
    `loss ${score(record.loss)}`,
    record.accuracy !== undefined && `accuracy ${score(record.accuracy)}`,
    record.valLoss !== undefined && `val loss ${score(record.valLoss)}`,
    record.valAccuracy !== undefined && `val accuracy ${score(record.valAccuracy)}`,
    seconds(record.seconds),
  ];
  return parts.filter((part) => part !== false).join('  ');
}

/** The progress of an epoch that was stopped. */
export function unfinishedLine(event: TrainingProgress): string {
  const parts = [
    `epoch ${epochOf(event)}`,
    event.loss !== undefined && `loss ${score(event.loss)}`,
    event.accuracy !== undefined && `accuracy ${score(event.accuracy)}`,
    `unfinished, at step ${event.step}/${event.steps}`,
  ];
  return parts.filter((part) => part !== false).join('  ');
}
