import { createExpected } from '@kernel-methods/runner';
import { expect, it } from 'vitest';
import { variantKey } from '../records/identity.ts';
import type { Job } from '../records/job.ts';
import type { RunRecord } from '../records/run-record.ts';
import { createJob, createRecord } from './fake-jobs.ts';

const ran = (variant: string, processSeconds: number) =>
  createRecord(createJob(variant, processSeconds), { processSeconds });
const [a, b, c] = [createJob('a'), createJob('b'), createJob('c')];

it('knows nothing before a run has ended', () => {
  const expected = createExpected<Omit<Job, 'command'>, RunRecord>({ groupOf: variantKey });
  expected.add({ ...ran('a', 1), status: 'failed' });
  expect(expected.left([a, b], a)(0)).toBe(null);
});

it('takes the median of the variant, else that of all', () => {
  const expected = createExpected<Omit<Job, 'command'>, RunRecord>({ groupOf: variantKey });
  for (const seconds of [10, 50, 12]) expected.add(ran('a', seconds));
  expected.add(ran('b', 2));
  const left = expected.left([a, b, c], a);
  // 12 of a, 2 of b, and the median of 2, 10, 12, 50 for c.
  expect(left(0)).toBe(12 + 2 + 11);
  expect(left(5)).toBe(7 + 2 + 11);
  expect(left(99)).toBe(0 + 2 + 11);
  // A warm-up that is not waiting for itself still counts once it is recorded.
  expect(expected.left([b, c], b)(0)).toBe(2 + 11);
});

it('takes estimates, as right as they were', () => {
  const estimates: Record<string, number | null> = { a: 10, b: 20, c: null };
  const expected = createExpected<Omit<Job, 'command'>, RunRecord>({
    groupOf: variantKey,
    estimate: ({ variant }) => estimates[variant],
  });
  expect(expected.left([a, b], a)(4)).toBe(6 + 20);
  expected.add(ran('a', 15));
  expect(expected.left([a, b, c], a)(0)).toBe(15 + 30 + 15);
});
