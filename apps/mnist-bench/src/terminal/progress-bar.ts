import type { FitProgress } from '@kernel-methods/models';
import { clock, score } from './format.ts';
import type { TimeLeft } from './time-left.ts';

const shortest = 8;
const longest = 30;

/**
 * One line of at most `width` columns. Where it gets narrow the bar shrinks first; then the parts
 * go, the least needed first.
 */
export function progressBar(event: FitProgress, left: TimeLeft, width: number): string {
  const head = heads[event.phase] ?? `epoch ${epochOf(event)}`;
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

/** What goes before or between epochs. */
const heads: Partial<Record<FitProgress['phase'], string>> = {
  features: 'features',
  solve: 'solving',
};

/** " 3/20", as wide as "20/20". */
export function epochOf({ epoch, epochs }: { epoch: number; epochs: number }): string {
  return `${`${epoch}`.padStart(`${epochs}`.length)}/${epochs}`;
}

/** The inside of a bar, of which a fraction is done. */
export function fill(done: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}
