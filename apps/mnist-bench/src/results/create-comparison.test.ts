import { expect, it } from 'vitest';
import type { Sort } from '../options/comparison-options.ts';
import { readMachine } from '../run/machine.ts';
import { fakeMachine, fakeRun } from './fake-runs.ts';
import { createComparison, sortVariants } from './summarize.ts';

const given = {
  skipped: [{ variant: 'newton, hinge', reason: 'not smooth' }],
  aborted: true,
  startedAt: '2026-11-22T08:00:00.000Z',
  machine: fakeMachine,
};
const records = [
  fakeRun({ variant: 'b', accuracy: 0.9, processSeconds: 10, memory: 5 }),
  fakeRun({ variant: 'failed', status: 'failed', reason: 'no' }),
  fakeRun({ variant: 'a', accuracy: 0.9, processSeconds: 10, memory: 5 }),
  fakeRun({ variant: 'best', accuracy: 0.95, processSeconds: 20, memory: 9 }),
  fakeRun({ variant: '0 light', accuracy: 0.9, processSeconds: 30, memory: 2 }),
];

it.each([
  ['accuracy', ['best', 'a', 'b', '0 light', 'failed']],
  ['seconds', ['a', 'b', 'best', '0 light', 'failed']],
  ['memory', ['0 light', 'a', 'b', 'best', 'failed']],
] satisfies [Sort, string[]][])('sorts by %s', (sort, names) => {
  const comparison = createComparison({ ...given, records, sort });
  expect(comparison.variants.map(({ variant }) => variant)).toEqual(names);
  const again = sortVariants(comparison.variants.toReversed(), sort);
  expect(again).toEqual(comparison.variants);
});

it('holds what it was given, a run once', () => {
  const comparison = createComparison({
    ...given,
    records: [fakeRun({ status: 'failed' }), ...records, fakeRun()],
    sort: 'accuracy',
  });
  expect(comparison).toMatchObject({ version: 1, ...given });
  expect(comparison.records).toHaveLength(records.length + 1);
  expect(JSON.parse(JSON.stringify(comparison)).variants).toHaveLength(records.length + 1);
});

it('reads the machine', () => {
  expect(readMachine()).toEqual({
    platform: `${process.platform} ${process.arch}`,
    cpu: expect.stringMatching(/./),
    cores: expect.any(Number),
    memory: expect.any(Number),
    node: process.versions.node,
  });
});
