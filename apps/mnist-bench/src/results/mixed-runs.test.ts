import { describe, expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import type { RunRecord } from '../records/run-record.ts';
import { type Fake, fakeMachine, fakeRun } from './fake-runs.ts';
import { mixedRuns } from './warnings.ts';

const mixed = (...records: RunRecord[]) => mixedRuns({ records, machine: fakeMachine });

describe('data', () => {
  const drawn = (given: Fake) => fakeRun({ dataset: 'synthetic digits', ...given });

  it('of one variant are the same', () => {
    expect(mixed(fakeRun(), fakeRun({ seed: 1 }), fakeRun({ repeat: 1 }))).toEqual([]);
    expect(mixed(fakeRun(), fakeRun({ seed: 1, checksum: 'other' }))).toEqual([
      'WARNING: not all runs of a variant were on the same data, so its accuracy is of no one task: gaussian, hinge.',
    ]);
  });

  it('of others may differ, and of what failed', () => {
    const small = complete({ rows: 5000 });
    expect(mixed(fakeRun(), fakeRun({ variant: 'small', config: small, checksum: 'b' }))).toEqual(
      [],
    );
    expect(mixed(fakeRun(), fakeRun({ seed: 1, status: 'failed' }))).toEqual([]);
  });

  it('that are drawn may differ from seed to seed', () => {
    const [first, second] = [drawn({ checksum: 'a' }), drawn({ seed: 1, checksum: 'b' })];
    expect(mixed(first, second, drawn({ repeat: 1, checksum: 'a' }))).toEqual([]);
    expect(mixed(first, second, drawn({ repeat: 1, checksum: 'c' }))).toHaveLength(1);
  });

  it('that stand in for others are others', () => {
    expect(mixed(fakeRun(), drawn({ seed: 1, checksum: 'b' }))).toHaveLength(1);
  });

  it('name few of many variants', () => {
    const runs = Array.from({ length: 14 }, (_, i) =>
      fakeRun({ variant: `v${i >> 1}`, seed: i % 2, checksum: `${i}` }),
    );
    expect(mixed(...runs)[0]).toMatch(/: v0; v1; v2; v3; v4 and 2 more\.$/);
  });
});

describe('processors', () => {
  const by = (cpu: unknown, given: Fake = {}): RunRecord => {
    const run = fakeRun(given);
    return { ...run, outcome: { ...run.outcome!, versions: { cpu } } };
  };

  it('are that of the comparison, or not known', () => {
    expect(mixed(by('A CPU'), by(undefined, { seed: 1 }), by(null, { seed: 2 }))).toEqual([]);
  });

  it('that are others are named', () => {
    const runs = [by('A CPU'), by('B CPU', { seed: 1 }), by('B CPU', { variant: 'other' })];
    expect(mixed(...runs)).toEqual([
      'WARNING: 2 runs on another processor (B CPU, not A CPU), so times do not compare: gaussian, hinge; other.',
    ]);
  });
});
