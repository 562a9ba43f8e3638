import { afterEach, expect, it, vi } from 'vitest';
import { eventLoopYielder } from './event-loop.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it('is due when the event loop has waited for 8 ms, and not before', async () => {
  let now = 100;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const turns = eventLoopYielder();
  await turns.take();
  expect(turns.isDue()).toBe(false);
  now += 7;
  expect(turns.isDue()).toBe(false);
  now += 1;
  expect(turns.isDue()).toBe(true);
  await turns.take();
  expect(turns.isDue()).toBe(false);
});

it('counts from the last turn that anyone took', async () => {
  let now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const [outer, inner] = [eventLoopYielder(), eventLoopYielder()];
  await outer.take();
  now += 6;
  expect(eventLoopYielder().isDue()).toBe(false);
  now += 6;
  expect(eventLoopYielder().isDue()).toBe(true);
  await inner.take();
  expect(outer.isDue()).toBe(false);
});

/** What a host may lack, so that the next way is taken. */
const lacks: [string, string[]][] = [
  ['setImmediate', []],
  ['a message', ['setImmediate']],
  ['a timer', ['setImmediate', 'MessageChannel']],
];

it.each(lacks)('gives timers that are due their turn, by %s', async (_, missing) => {
  for (const name of missing) vi.stubGlobal(name, undefined);
  const turns = eventLoopYielder();
  let isOver = false;
  const asleep = (milliseconds: number) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  setTimeout(() => {
    isOver = true;
  });
  asleep(3);
  await turns.take();
  expect(isOver).toBe(true);
});

it('sets no timer where the host has another way', async () => {
  const setTimer = vi.spyOn(globalThis, 'setTimeout');
  await eventLoopYielder().take();
  vi.stubGlobal('setImmediate', undefined);
  await eventLoopYielder().take();
  expect(setTimer).not.toHaveBeenCalled();
});
