import { count, medianOf } from '@kernel-methods/report';
import { pooled, testedBySeed } from '../results/tested-by-seed.ts';
import { binomialNoise, type Noisy, pairedNoise, ratioNoise } from './noise.ts';
import type { Run } from './side.ts';

/** A variant's figure in both files, before it is known how much of the change is noise. */
export interface Sample {
  readonly before: number;
  readonly after: number;
  /** What the noise is taken from, as people read it. */
  readonly from: string;
  judge(level: number): Noisy;
}

/** Test accuracy; null where it is not known, 'other data' where the two are on different data. */
export function accuracySample(
  before: readonly Run[],
  after: readonly Run[],
): Sample | 'other data' | null {
  const [old, now] = [testedBySeed(before), testedBySeed(after)];
  if (old.size === 0 || now.size === 0) return null;
  const common = [...old].flatMap(([seed, tested]) => {
    const again = now.get(seed);
    return again ? [[tested, again] as const] : [];
  });
  // Without common seeds all of one file stand against all of the other.
  const pairs =
    common.length > 0 ? common : [[pooled(old.values()), pooled(now.values())] as const];
  if (pairs.some(([a, b]) => new Set([...a.checksums, ...b.checksums]).size > 1)) {
    return 'other data';
  }
  const testRows = Math.min(...pairs.flat().map((tested) => tested.testRows));
  if (testRows < 1) return null;
  const [from, to] = [pooled(pairs.map(([a]) => a)), pooled(pairs.map(([, b]) => b))];
  const several = pairs.length > 1;
  return {
    before: from.accuracy,
    after: to.accuracy,
    from: several ? `${pairs.length} seeds` : `${count(testRows)} test rows`,
    judge: (level) =>
      several
        ? pairedNoise(
            pairs.map(([a, b]) => b.accuracy - a.accuracy),
            testRows,
            level,
          )
        : binomialNoise(from, to, level),
  };
}

/** A figure above 0 of each run; null where there is none on one side. */
export function ratioSample(
  before: readonly number[],
  after: readonly number[],
  floorOf: (runs: number) => number,
): Sample | null {
  const [old, now] = [before, after].map((values) => values.filter((value) => value > 0));
  if (old.length === 0 || now.length === 0) return null;
  const floor = floorOf(Math.min(old.length, now.length));
  return {
    before: medianOf(old),
    after: medianOf(now),
    from: old.length + now.length === 2 ? 'a run each' : `${old.length} and ${now.length} runs`,
    judge: (level) => ratioNoise(old, now, floor, level),
  };
}
