import { expect, it } from 'vitest';
import { failuresNote } from './record.ts';

it('says how many machines could not be trained, and why the first could not', () => {
  expect(failuresNote({ failures: [] })).toBeUndefined();
  expect(failuresNote({ failures: [new Error('no room.')] })).toBe(
    '1 machine could not be trained and is left out: no room.',
  );
  expect(failuresNote({ failures: ['first', new Error('second')] })).toBe(
    '2 machines could not be trained and are left out: first',
  );
});
