import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Result } from './measure.ts';

/** The lines of a result: how long each contestant took, and which bars hold. */
export function describe({ name, times, bars }: Result): string {
  const lines = Object.entries(times).map(([who, time]) => {
    if (!time) return `  ${who.padEnd(34)} not there`;
    const rate = time.work > 1 ? `  ${(time.work / time.best / 1e6).toFixed(1)} GFLOP/s` : '';
    const [best, median] = [time.best, time.median].map(duration);
    const turns = `of ${time.turns} turn${time.turns === 1 ? '' : 's'}`;
    return `  ${who.padEnd(34)} least ${best.padStart(9)}  median ${median.padStart(9)}  ${turns}${rate}`;
  });
  const verdicts = bars.map(({ of, against, atLeast, ratio, met }) => {
    const got = ratio === undefined ? 'not measured' : `${ratio.toPrecision(3)} ×`;
    return `  ${met ? 'holds ' : 'MISSED'} ${of}: ${got} ${against}, at least ${atLeast}`;
  });
  return [name, ...lines, ...verdicts, ''].join('\n');
}

/** Writes the results, and the machine that they were measured on, as JSON. */
export function writeResults(file: string, results: readonly Result[]): void {
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  writeFileSync(file, `${JSON.stringify({ machine, results }, null, 2)}\n`);
}

/** Three digits of a time in milliseconds. */
export function duration(ms: number): string {
  if (ms < 0.1) return `${(1000 * ms).toPrecision(3)} µs`;
  if (ms < 1000) return `${ms.toPrecision(3)} ms`;
  return `${ms < 1e5 ? (ms / 1000).toPrecision(3) : Math.round(ms / 1000)} s`;
}
