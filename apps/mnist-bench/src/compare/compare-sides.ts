import { groupBy, identityOf, latest } from '../records/identity.ts';
import { nameOf } from '../results/cells.ts';
import type { Change, Changes, Failures, Measure, VariantChange } from './changes.ts';
import { notesOf, notesOfNamesakes, nothingInBoth, sameMachine } from './notes.ts';
import { accuracySample, ratioSample, type Sample } from './sample.ts';
import type { Run, Side } from './side.ts';

export interface CompareOptions {
  /** The least change of time and memory that counts, as a share. Default 0.1; 0.2 for the time of single runs. */
  readonly threshold?: number;
}

/**
 * What changed from one file to the other. Variants are the same where system and settings are,
 * whatever they are called. All judgements on one measure together are wrong by chance in one of
 * twenty comparisons in which nothing changed (Bonferroni).
 */
export function compareSides(
  before: Side,
  after: Side,
  { threshold }: CompareOptions = {},
): Changes {
  const [old, now] = [before, after].map(({ runs }) => groupBy(latest(runs), identityOf));
  const pairs = [...now].flatMap(([identity, runs]) => {
    const earlier = old.get(identity);
    return earlier ? [pairOf(earlier, runs)] : [];
  });
  const judgeTimes = sameMachine(before, after);
  const timeOf = clockOf(before, after);
  const ratio = ({ old, now }: Pair, figureOf: (run: Run) => number, floors: Floors) =>
    judgeTimes && sameSize(old, now)
      ? ratioSample(old.map(figureOf), now.map(figureOf), (runs) => threshold ?? floors(runs))
      : null;
  const accuracies = pairs.map(({ old, now }) => accuracySample(old, now));
  const samples: Record<Measure, readonly (Sample | null)[]> = {
    accuracy: accuracies.map((sample) => (sample === 'other data' ? null : sample)),
    seconds: pairs.map((pair) => ratio(pair, timeOf, timeFloors)),
    memory: pairs.map((pair) => ratio(pair, memoryOf, () => 0.1)),
  };
  const changes = measures.map((measure) => judgeAll(measure, samples[measure]));
  const variants = pairs.map((pair, i) => ({
    ...pair.change,
    changes: changes.flatMap((of) => of[i] ?? []),
  }));
  const reasons = new Map(after.skipped.map(({ variant, reason }) => [variant, reason]));
  const added = [...now].flatMap(([identity, [run]]) => (old.has(identity) ? [] : [run]));
  const gone = [...old].flatMap(([identity, [run]]) => (now.has(identity) ? [] : [run]));
  const apart = old.size > 0 && variants.length === 0;
  const otherData = accuracies.filter((sample) => sample === 'other data').length;
  return {
    before: before.path,
    after: after.path,
    notes: [
      ...(apart ? [nothingInBoth] : []),
      ...notesOf(before, after, otherData),
      ...notesOfNamesakes(gone, added),
    ],
    variants,
    added: added.map(nameOf),
    gone: gone.map((run) => ({ variant: nameOf(run), reason: reasons.get(run.variant) ?? null })),
    lost:
      apart ||
      variants.some(({ changes, failures }) =>
        [failures, ...changes].some(({ verdict }) => verdict === 'worse'),
      ),
  };
}

const measures = ['accuracy', 'seconds', 'memory'] as const;

/** The least change that counts, by the runs of the side that has fewer. */
type Floors = (runs: number) => number;

/** Machines do other things too: a single run is even less certain. */
const timeFloors: Floors = (runs) => (runs === 1 ? 0.2 : 0.1);

/** In a comparison time is that of the whole process, which a single run does not know. */
function clockOf(before: Side, after: Side): (run: Run) => number {
  return before.kind === 'report' || after.kind === 'report'
    ? ({ outcome }) => outcome?.seconds.total ?? 0
    : ({ processSeconds }) => processSeconds;
}

const memoryOf = ({ outcome }: Run) => outcome?.peakMemory ?? 0;

interface Pair {
  /** Runs that were done. */
  readonly old: readonly Run[];
  readonly now: readonly Run[];
  readonly change: Omit<VariantChange, 'changes'>;
}

function pairOf(before: readonly Run[], after: readonly Run[]): Pair {
  const [old, now] = [before, after].map((runs) => runs.filter(({ status }) => status === 'done'));
  return {
    old,
    now,
    change: {
      variant: nameOf(after[0]),
      failures: failuresOf(before, after),
      broken: old.length === 0 && now.length === 0,
    },
  };
}

function failuresOf(before: readonly Run[], after: readonly Run[]): Failures {
  const [old, now] = [before, after].map((runs) => runs.filter(({ status }) => status !== 'done'));
  const rise = now.length / after.length - old.length / before.length;
  return {
    before: `${old.length} of ${before.length}`,
    after: `${now.length} of ${after.length}`,
    reasons: [...new Set(now.map(({ reason, status }) => reason ?? status))],
    verdict: rise > 0 ? 'worse' : rise < 0 ? 'better' : 'same',
  };
}

/** Whether both had as much to do: a data set that stands in for another may be smaller. */
function sameSize(old: readonly Run[], now: readonly Run[]): boolean {
  const sizes = [...old, ...now].flatMap(({ outcome }) => {
    if (!outcome?.dataset) return [];
    const { train, validation, test } = outcome.dataset.rows;
    return train + validation + test;
  });
  return new Set(sizes).size <= 1;
}

function judgeAll(measure: Measure, samples: readonly (Sample | null)[]): (Change | null)[] {
  const level = 0.05 / samples.filter((sample) => sample !== null).length;
  return samples.map((sample) => {
    if (sample === null) return null;
    const { before, after, from } = sample;
    const { change, noise } = sample.judge(level);
    const rise = change > noise;
    const fall = measure === 'accuracy' ? change < -noise : change < 1 / noise;
    const [better, worse] = measure === 'accuracy' ? [rise, fall] : [fall, rise];
    const verdict = better ? 'better' : worse ? 'worse' : 'same';
    return { measure, before, after, change, noise, from, verdict };
  });
}
