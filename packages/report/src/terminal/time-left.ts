import type { TrainingProgress } from './training-progress.ts';

/** Seconds left of the epoch and of all epochs. */
export interface TimeLeft {
  readonly epoch: number;
  readonly all: number;
}

type Step = Pick<TrainingProgress, 'epoch' | 'epochs' | 'step' | 'steps' | 'phase'>;

/**
 * Estimates the time left from the speed of this phase's steps so far. The times of validation and
 * of a whole epoch are taken from the previous epoch, so the first epoch does not include them.
 */
export function createTimeLeft(start: number): (event: Step, now: number) => TimeLeft {
  let at = { epoch: 0, phase: 'train' as Step['phase'], phaseStart: start, epochStart: start };
  let last = start;
  let validateSeconds = 0;
  let epochSeconds: number | undefined;

  return (event, now) => {
    if (event.epoch !== at.epoch) {
      if (at.epoch > 0) {
        epochSeconds = last - at.epochStart;
        if (at.phase === 'validate') validateSeconds = last - at.phaseStart;
      }
      at = { epoch: event.epoch, phase: event.phase, phaseStart: last, epochStart: last };
    } else if (event.phase !== at.phase) {
      at = { ...at, phase: event.phase, phaseStart: last };
    }
    last = now;
    const perStep = (now - at.phaseStart) / event.step;
    const epoch =
      perStep * (event.steps - event.step) + (event.phase === 'train' ? validateSeconds : 0);
    const whole = epochSeconds ?? now - at.epochStart + epoch;
    return { epoch, all: epoch + whole * (event.epochs - event.epoch) };
  };
}
