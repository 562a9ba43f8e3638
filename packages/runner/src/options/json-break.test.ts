import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonBreak, repeatedName } from './json-break.ts';

describe('jsonBreak', () => {
  it.each([
    ['', 1, 1],
    ['{"a":}', 1, 6],
    ['{\n  "a": 1,\n}', 3, 1],
    ['{\n  "a" 1\n}', 2, 7],
    ['[1 2]', 1, 4],
    ['[1,]', 1, 4],
    ['[01]', 1, 3],
    ['["a', 1, 2],
    ['["\t"]', 1, 2],
    ['{"a": 1} x', 1, 10],
    ['{// no comments\n}', 1, 2],
    ['[tru]', 1, 2],
  ])('of %j is at %i:%i', (text, line, column) => {
    expect(jsonBreak(text)).toEqual({ line, column });
  });

  it('finds none in JSON, and one wherever JSON.parse fails', () => {
    const isJson = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(
        fc.json({ stringUnit: 'binary' }),
        fc.nat(),
        fc.constantFrom('', '"', ',', '{', ']', '\\', '1', 'e', ' ', '\u0001', '\u007f'),
        (text, place, put) => {
          expect(jsonBreak(text)).toBeUndefined();
          const at = place % (text.length + 1);
          const changed = text.slice(0, at) + put + text.slice(at + 1);
          expect(jsonBreak(changed) === undefined).toBe(isJson(changed));
        },
      ),
      { numRuns: 200 },
    );
  });
});

it.each([
  ['{"seed": 1,\n "seed": 2}', { name: 'seed', line: 2, column: 2 }],
  ['{"options": {"a": {"b": 1}, "c": [{"d": 1, "d": 1}]}}', { name: 'd', line: 1, column: 44 }],
  ['{"a": 1, "\\u0061": 2}', { name: 'a', line: 1, column: 10 }],
  ['{"a": {"a": 1}, "b": {"a": 2}}', undefined],
  ['["a", "a", {"a": "a"}]', undefined],
])('in %j a name is given twice: %o', (text, found) => {
  expect(repeatedName(text)).toEqual(found);
});
