import { expect, it } from 'vitest';
import { workerWatch } from './worker-watch.ts';

function watched(url: string, rest?: string) {
  const notes: string[] = [];
  let time = 0;
  const watch = workerWatch(
    { url, start: 'npx worker --redis', rest, note: (text) => notes.push(text) },
    () => time,
  );
  return {
    notes,
    at(seconds: number, workers: number) {
      time = 1000 * seconds;
      watch(workers);
    },
  };
}

it('says once how to start a worker, if there is none for some seconds, without a password', () => {
  const { notes, at } = watched('redis://me:secret@host', '--allow a=b');
  for (const seconds of [0, 1, 3]) at(seconds, 0);
  expect(notes).toEqual([]);
  for (const seconds of [3.1, 4, 100]) at(seconds, 0);
  expect(notes).toEqual([
    'No worker listens at redis://…@host; start one with: npx worker --redis redis://…@host --allow a=b',
  ]);
});

it('says nothing if there was one', () => {
  const { notes, at } = watched('redis://host');
  at(1, 0);
  at(2, 1);
  for (const seconds of [3, 10, 100]) at(seconds, 0);
  expect(notes).toEqual([]);
});
