import { clock, count, fill, type Output, plural } from '@kernel-methods/report';
import type { RaceProgress } from '@kernel-methods/search';
import { inWords, meanText, metricName } from './words.ts';

/** Shows on a terminal how far a fit has come, and the best so far. */
export interface Live {
  reading(rows: number): void;
  race(progress: RaceProgress): void;
  phase(name: string, done: number, total: number): void;
  clear(): void;
}

/** `seconds` is the time for all of it; undefined where it takes what it takes. */
export function createLive(output: Output, metric: string, seconds: number | undefined): Live {
  const start = performance.now();
  let best: string | undefined;
  const time = () => {
    const spent = clock((performance.now() - start) / 1000);
    return seconds === undefined ? spent : `${spent} of ${clock(seconds)}`;
  };
  const draw = (head: string, share: number, tail: string, final = false) =>
    output.bar((width) => {
      const left = `${head} [`;
      const right = `] ${tail}`;
      const room = Math.max(5, Math.min(30, width - left.length - right.length));
      return [`${left}${fill(share, room)}${right}`, ...(best === undefined ? [] : [best])];
    }, final);
  return {
    reading: (rows) => output.bar(() => `reading: ${plural(rows, 'row')}`),
    race({ round, done, total, rows, best: top }) {
      best = `best so far: ${metricName(metric)} ${meanText(metric, top)}, ${inWords(top.machine)}`;
      draw(
        `round ${round}, ${count(rows)} rows`,
        done / total,
        `${done}/${total}  ${time()}`,
        done === 1,
      );
    },
    phase: (name, done, total) => draw(name, total === 0 ? 0 : done / total, time(), done === 0),
    clear: () => output.clear(),
  };
}
