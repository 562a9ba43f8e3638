import { expect, it } from 'vitest';
import { keepLast } from './keep-last.ts';

it('makes a thing once for those who ask for the same, and not again before another was asked for', async () => {
  const kept = keepLast<string>();
  const made: string[] = [];
  const get = (key: string) =>
    kept.get(key, async () => {
      made.push(key);
      return `of ${key}`;
    });
  expect(await Promise.all([get('a'), get('a'), get('b'), get('b')])).toEqual([
    ...['of a', 'of a', 'of b', 'of b'],
  ]);
  await get('a');
  kept.forget();
  await get('a');
  expect(made).toEqual(['a', 'b', 'a', 'a']);
});

it('does not keep what fails, and what fails late does not forget another', async () => {
  const kept = keepLast<string>();
  let fail = (_: Error) => {};
  const late = kept.get('a', () => new Promise((_, reject) => (fail = reject)));
  expect(await kept.get('b', async () => 'b')).toBe('b');
  fail(new Error('late'));
  await expect(late).rejects.toThrow('late');
  expect(await kept.get('b', async () => 'made again')).toBe('b');
  await expect(kept.get('c', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await kept.get('c', async () => 'c')).toBe('c');
});
