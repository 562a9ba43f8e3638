import type { EpochRecord, FitProgress } from '@kernel-methods/models';
import { score, seconds } from './format.ts';
import { epochOf } from './progress-bar.ts';

/** What an epoch ended with, in one line; how many there will be is not known to every solver. */
export function epochLine(record: EpochRecord, epochs?: number): string {
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

/** How far an epoch got that was stopped. */
export function unfinishedLine(event: FitProgress): string {
  const parts = [
    `epoch ${epochOf(event)}`,
    event.loss !== undefined && `loss ${score(event.loss)}`,
    event.accuracy !== undefined && `accuracy ${score(event.accuracy)}`,
    `unfinished, at step ${event.step}/${event.steps}`,
  ];
  return parts.filter((part) => part !== false).join('  ');
}
