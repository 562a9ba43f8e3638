import type { EpochRecord, FitProgress } from '@kernel-methods/models';
import { score, seconds } from './format.ts';
import { epochOf } from './progress-bar.ts';

/** What an epoch ended with, in one line. */
export function epochLine(record: EpochRecord, epochs: number): string {
  const parts = [
    `epoch ${epochOf({ epoch: record.epoch, epochs })}`,
    `loss ${score(record.loss)}`,
    record.accuracy !== undefined && `accuracy ${score(record.accuracy)}`,
    record.valLoss !== undefined && `val loss ${score(record.valLoss)}`,
    record.valAccuracy !== undefined && `val accuracy ${score(record.valAccuracy)}`,
    seconds(record.seconds),
  ];
  return parts.filter((part) => part !== false).join('  ');
}

/** How far an epoch got that was stopped. */
export function unfinishedLine(event: FitProgress): string {
  const parts = [
    `epoch ${epochOf(event)}`,
    `loss ${score(event.loss)}`,
    event.accuracy !== undefined && `accuracy ${score(event.accuracy)}`,
    `unfinished, at step ${event.step}/${event.steps}`,
  ];
  return parts.filter((part) => part !== false).join('  ');
}
