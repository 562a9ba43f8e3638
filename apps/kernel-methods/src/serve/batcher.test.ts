import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Batcher } from './batcher.ts';

/** Longer than any test may take: a batch that waits so long is one that never goes. */
const NEVER = 1e6;

function batcherOf(options: { isFull?: () => boolean; gatherMs?: number }) {
  const sizes: number[] = [];
  const batcher = new Batcher(async (rows) => rows.map(({ x }) => 2 * Number(x)), {
    onBatch: (rows) => sizes.push(rows),
    ...options,
  });
  return { sizes, ask: (x: number) => batcher.predict([{ x }]), batcher };
}

test('each request gets the answers to its own rows', async () => {
  const { batcher, sizes } = batcherOf({ gatherMs: NEVER });
  const answers = await Promise.all([
    batcher.predict([{ x: 1 }, { x: 2 }]),
    batcher.predict([]),
    batcher.predict([{ x: 3 }]),
  ]);
  expect(answers).toEqual([[2, 4], [], [6]]);
  expect(sizes).toEqual([3]);
});

test('a request that is alone does not wait for others', async () => {
  const { ask, sizes } = batcherOf({ gatherMs: NEVER });
  for (const x of [1, 2, 3]) expect(await ask(x)).toEqual([2 * x]);
  expect(sizes).toEqual([1, 1, 1]);
});

test('after a batch of some, the next waits until no other can come', async () => {
  let asking = 0;
  const { ask, sizes } = batcherOf({ gatherMs: NEVER, isFull: () => asking === 3 });
  await Promise.all([ask(1), ask(2), ask(3)]);
  const first = ask(4);
  for (let i = 0; i < 10; i++) await turn();
  expect(sizes).toEqual([3]);
  const second = ask(5);
  await turn();
  asking = 3;
  expect(await Promise.all([first, second, ask(6)])).toEqual([[8], [10], [12]]);
  expect(sizes).toEqual([3, 3]);
});

test('it waits no longer than it may where no other comes', async () => {
  const { ask, sizes } = batcherOf({ gatherMs: 5 });
  await Promise.all([ask(1), ask(2)]);
  expect(await ask(3)).toEqual([6]);
  expect(sizes).toEqual([2, 1]);
});

test('after a batch that failed, the next is answered', async () => {
  let fails = true;
  const batcher = new Batcher(async (rows) => {
    if (fails) throw new Error('no memory');
    return rows;
  });
  const both = [batcher.predict([{ x: 1 }]), batcher.predict([{ x: 2 }])];
  for (const one of await Promise.allSettled(both)) {
    expect(one).toMatchObject({ status: 'rejected', reason: { message: 'no memory' } });
  }
  fails = false;
  expect(await batcher.predict([{ x: 3 }])).toEqual([{ x: 3 }]);
});
