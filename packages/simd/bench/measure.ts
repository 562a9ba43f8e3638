import type { Lab } from './lab.ts';
import type { Bar, Row, Timed } from './row.ts';

export interface Time {
  /** Milliseconds in the best turn, and in the median one. */
  best: number;
  median: number;
  turns: number;
  /** The number of operations; 1 if times are compared. */
  work: number;
}

export interface Result {
  name: string;
  times: Record<string, Time | undefined>;
  bars: (Bar & { ratio?: number; met: boolean })[];
}

/** The least number of turns of each contestant: a single time may be from a bad moment. */
export const LEAST_TURNS = 3;
// A contestant that has had that many turns and used this many milliseconds gets no further turn.
const BUDGET = 8000;
// Milliseconds of work at the start of a turn that are not counted.
const WARM_UP = 60;
// After their turn, the idle threads of others spin for some milliseconds.
const REST = 60;

/** Lets the contestants of a row take turns. Ratios are those of the best rounds. */
export async function measure(row: Row, lab: Lab, rounds: number): Promise<Result> {
  const contestants = Object.entries(row.contestants);
  const runs = new Map<string, Timed>();
  for (const [who, { prepare }] of contestants) {
    const run = await prepare(lab);
    if (!run) continue;
    await run(); // The first call compiles, and starts threads.
    runs.set(who, run);
  }
  const samples = await takeTurns(runs, rounds);
  const times = Object.fromEntries(
    contestants.map(([who, { work = 1 }]) => [who, summary(samples.get(who), work)]),
  );
  return { name: row.name, times, bars: judge(row.bars ?? [], times) };
}

/** The milliseconds that the runs of each contestant took, round by round. */
export async function takeTurns(
  runs: ReadonlyMap<string, Timed>,
  rounds: number,
): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>([...runs.keys()].map((who) => [who, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [who, run] of runs) {
      const taken = samples.get(who)!;
      const used = taken.reduce((sum, ms) => sum + ms, 0);
      if (taken.length >= LEAST_TURNS && used > BUDGET) continue;
      await new Promise((resolve) => setTimeout(resolve, REST));
      if (!(taken[0] > WARM_UP)) await warmUp(run);
      taken.push(await run());
    }
  }
  return samples;
}

/** Compares rates in the best rounds. */
export function judge(bars: readonly Bar[], times: Result['times']): Result['bars'] {
  const rate = (who: string) => {
    const time = times[who];
    return time && time.work / time.best;
  };
  return bars.map((bar) => {
    const [ours, theirs] = [rate(bar.of), rate(bar.against)];
    const ratio = ours && theirs && ours / theirs;
    return { ...bar, ratio, met: ratio !== undefined && reaches(ratio, bar.atLeast) };
  });
}

/** Whether a value reaches its bar, up to the rounding of a sum: a mean may miss it by 1e-16. */
export const reaches = (value: number, least: number): boolean =>
  value >= least - 1e-12 * Math.max(1, Math.abs(least));

/**
 * Every turn begins with work that is not counted: threads that slept are back on their cores only after some
 * milliseconds, and programs that run for long do not sleep.
 */
async function warmUp(run: Timed): Promise<void> {
  const start = performance.now();
  do await run();
  while (performance.now() - start < WARM_UP);
}

export function summary(samples: number[] | undefined, work = 1): Time | undefined {
  if (!samples?.length) return undefined;
  const sorted = samples.toSorted((a, b) => a - b);
  return { best: sorted[0], median: sorted[sorted.length >> 1], turns: sorted.length, work };
}
