import type { Phases } from '../records/run-record.ts';

type PhaseName = Exclude<keyof Phases, 'total'>;

export interface Stopwatch {
  /** Runs the action and counts its time to the phase, also if it fails. */
  time<T>(phase: PhaseName, action: () => Promise<T>): Promise<T>;
  /** Puts in what an action measured of itself. */
  set(seconds: Partial<Record<PhaseName, number>>): void;
  read(): Phases;
}

export function createStopwatch(now: () => number = () => performance.now()): Stopwatch {
  const start = now();
  const phases: Record<PhaseName, number | null> = {
    load: null,
    features: null,
    train: null,
    validate: null,
    predict: null,
    save: null,
  };
  return {
    async time(phase, action) {
      const from = now();
      try {
        return await action();
      } finally {
        phases[phase] = (now() - from) / 1000;
      }
    },
    set: (seconds) => Object.assign(phases, seconds),
    read: () => ({ ...phases, total: (now() - start) / 1000 }),
  };
}
