import { expect, it } from 'vitest';
import type { Job } from '../records/job.ts';
import type { RunRecord } from '../records/run-record.ts';
import { createJob, createRecord } from './fake-jobs.ts';
import { type LaunchRun as Launch, type Live, runJobs } from './launch.ts';

function createStore(held: readonly RunRecord[] = []) {
  const records = [...held];
  return {
    records: () => [...new Map(records.map((record) => [record.key, record])).values()],
    append: (record: RunRecord) => {
      records.push(record);
    },
    appended: () => records.slice(held.length).map(({ key }) => key),
  };
}

/** Writes down what it is told. */
function createFakeLive() {
  const told: string[] = [];
  const live: Live = {
    known: ({ key }) => told.push(`known ${key}`),
    start: ({ key }, warmup) => told.push(`${warmup ? 'warm-up' : 'start'} ${key}`),
    message: ({ type }) => told.push(type),
    end: ({ key, status }) => told.push(`${status} ${key}`),
    close: () => told.push('close'),
  };
  return { live, told };
}

const done: Launch = async (job) => createRecord(job);
const signal = new AbortController().signal;
const jobs = [createJob('a', 0), createJob('b', 0), createJob('a', 1), createJob('b', 1)];
const keysOf = (records: readonly { key: string }[]) => records.map(({ key }) => key);

it('runs one after the other, gives messages on and stores what became of each', async () => {
  const store = createStore();
  const { live, told } = createFakeLive();
  let running = 0;
  const launch: Launch = async (job, { onMessage, timeoutSeconds }) => {
    expect(++running).toBe(1);
    expect(timeoutSeconds).toBe(7);
    await new Promise(setImmediate);
    onMessage({ type: 'phase', name: 'train' });
    running -= 1;
    return createRecord(job);
  };
  const records = await runJobs(jobs, { store, live, signal, timeoutSeconds: 7, launch });
  expect(records).toEqual(jobs.map((job) => createRecord(job)));
  expect(store.appended()).toEqual(keysOf(jobs));
  expect(told).toEqual([
    ...jobs.flatMap(({ key }) => [`start ${key}`, 'phase', `done ${key}`]),
    'close',
  ]);
});

it('goes on after a failure', async () => {
  const store = createStore();
  const { live } = createFakeLive();
  const launch: Launch = async (job) =>
    createRecord(job, job.variant === 'a' ? { status: 'failed', outcome: null } : {});
  const records = await runJobs(jobs, { store, live, signal, launch });
  expect(records.map(({ status }) => status)).toEqual(['failed', 'done', 'failed', 'done']);
});

it('leaves out what is done and tries again what is not', async () => {
  const [first, second, third] = jobs;
  const other = createRecord(createJob('of another comparison'));
  const store = createStore([
    createRecord(third),
    other,
    createRecord(second, { status: 'failed', outcome: null }),
    createRecord(first, { status: 'timeout', outcome: null }),
  ]);
  const { live, told } = createFakeLive();
  const records = await runJobs(jobs, { store, live, signal, launch: done });
  expect(store.appended()).toEqual([first.key, second.key, jobs[3].key]);
  expect(told.slice(0, 2)).toEqual([`known ${third.key}`, `known ${other.key}`]);
  expect(keysOf(records)).toEqual(keysOf(jobs));
  expect(records.every(({ status }) => status === 'done')).toBe(true);
});

it('runs equal keys once', async () => {
  const store = createStore();
  const { live } = createFakeLive();
  await runJobs([jobs[0], jobs[0]], { store, live, signal, launch: done });
  expect(store.appended()).toEqual([jobs[0].key]);
});

it('warms up each variant that has something to run', async () => {
  const peer: Job = { ...createJob('a', 5), key: 'peer', system: 'libsvm' };
  const store = createStore([createRecord(jobs[1]), createRecord(jobs[3])]);
  const { live, told } = createFakeLive();
  await runJobs([...jobs, peer], { store, live, signal, warmup: 2, launch: done });
  expect(told.slice(2)).toEqual([
    ...['warm-up a, 0', 'warm-up a, 0', 'start a, 0', 'done a, 0', 'start a, 1', 'done a, 1'],
    ...['warm-up peer', 'warm-up peer', 'start peer', 'done peer', 'close'],
  ]);
  expect(store.appended()).toEqual(['a, 0', 'a, 1', 'peer']);
});

it('warms up no further what fails', async () => {
  const { live, told } = createFakeLive();
  const launch: Launch = async (job) => createRecord(job, { status: 'failed', outcome: null });
  await runJobs([jobs[0]], { store: createStore(), live, signal, warmup: 3, launch });
  expect(told).toEqual(['warm-up a, 0', 'start a, 0', 'failed a, 0', 'close']);
});

it.each([
  ['a run', 0],
  ['a warm-up', 1],
])('stops in order at the abort of %s', async (_what, warmup) => {
  const controller = new AbortController();
  const store = createStore();
  const { live, told } = createFakeLive();
  let left = 2;
  const launch: Launch = async (job) => {
    if (left-- > 0) return createRecord(job);
    controller.abort();
    return null;
  };
  const { signal } = controller;
  const records = await runJobs(jobs, { store, live, signal, warmup, launch });
  expect(keysOf(records)).toEqual(keysOf(jobs).slice(0, 2 - warmup));
  expect(store.appended()).toEqual(keysOf(records));
  expect(told.at(-1)).toBe('close');
});

it('keeps what ended well just before the abort', async () => {
  const controller = new AbortController();
  const store = createStore();
  const launch: Launch = async (job) => {
    controller.abort();
    return createRecord(job);
  };
  const { live } = createFakeLive();
  await runJobs(jobs, { store, live, signal: controller.signal, launch });
  expect(store.appended()).toEqual([jobs[0].key]);
});

it('stops where a record cannot be kept', async () => {
  const { live, told } = createFakeLive();
  const store = createStore();
  let room = 1;
  const append = (record: RunRecord) => {
    if (room-- === 0) throw new Error('The disk is full.');
    store.append(record);
  };
  const running = runJobs(jobs, { store: { ...store, append }, live, signal, launch: done });
  await expect(running).rejects.toThrow('The disk is full.');
  expect(store.appended()).toEqual([jobs[0].key]);
  expect(told).toEqual(['start a, 0', 'done a, 0', 'start b, 0', 'close']);
});

it('calls what another comparison left as it is called in this one', async () => {
  const store = createStore([createRecord({ ...jobs[0], variant: 'of old' })]);
  const { live } = createFakeLive();
  const records = await runJobs(jobs.slice(0, 2), { store, live, signal, launch: done });
  expect(records.map(({ variant }) => variant)).toEqual(['a', 'b']);
  expect(store.appended()).toEqual([jobs[1].key]);
});
