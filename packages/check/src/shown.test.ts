import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kindOf, shown } from './shown.ts';

class Thing {
  get loud(): never {
    throw new Error('read');
  }
}

const hostile = new Proxy(
  {},
  {
    getPrototypeOf: () => {
      throw new Error('asked');
    },
    ownKeys: () => {
      throw new Error('asked');
    },
  },
);

const nested = (depth: number) => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? { a: value } : [value];
  return value;
};

const holed: unknown[] = [1];
holed[2] = 'a';

const circle: { self?: unknown } = {};
circle.self = circle;

describe('shown', () => {
  it.each([
    ['a', "'a'"],
    ['', "''"],
    ['two\nlines\t', "'two\\nlines\\t'"],
    ['\u001b[31mred', "'\\u001b[31mred'"],
    ['\u202eright', "'\\u202eright'"],
    ['\u2028', "'\\u2028'"],
    ['half \ud800', "'half \\ud800'"],
    ['\udc00 half', "'\\udc00 half'"],
    ['whole 😀', "'whole 😀'"],
    ['tag \u{e0041}', "'tag \\u{e0041}'"],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [1e39, '1e+39'],
    [Number.NaN, 'NaN'],
    [-0, '-0'],
    [5n, '5n'],
    [Symbol('s\n'), 'Symbol(s\\n)'],
    [() => 1, 'a function'],
    [[], '[]'],
    [[1, 2.5], '[1,2.5]'],
    [holed, '[1,undefined,"a"]'],
    [{ a: [null, { b: 'c' }] }, '{"a":[null,{"b":"c"}]}'],
    [{ 'a"\n': 1 }, '{"a\\"\\n":1}'],
    [Object.create(null), '{}'],
    [new Map(), 'Map'],
    [new Thing(), 'Thing'],
    [new Float32Array(3), 'Float32Array(3)'],
    [new DataView(new ArrayBuffer(2)), 'DataView'],
    [{ toJSON: () => 'x' }, '{"toJSON":a function}'],
    [[[[[[1]]]]], '[[[[[...]]]]]'],
    [circle, '{"self":{"self":{"self":{"self":{...}}}}}'],
    [hostile, 'an object'],
  ])('%# shows what it is', (value, text) => {
    expect(shown(value)).toBe(text);
  });

  it('takes other quotes, or none', () => {
    expect(shown('a"b', '"')).toBe('"a\\"b"');
    expect(shown('a\n', '')).toBe('a\\n');
    expect(shown(3, '"')).toBe('3');
  });

  it('runs no getter', () => {
    expect(
      shown({
        get a() {
          throw new Error('read');
        },
      }),
    ).toBe('{"a":undefined}');
  });

  it('cuts what is long, quotes and pairs of surrogates whole', () => {
    expect(shown('x'.repeat(78))).toBe(`'${'x'.repeat(78)}'`);
    expect(shown('x'.repeat(79))).toBe(`'${'x'.repeat(75)}...'`);
    expect(shown('😀'.repeat(79))).toBe(`'${'😀'.repeat(37)}...'`);
    expect(shown(Array(1e6).fill(1))).toHaveLength(80);
    expect(shown(nested(1e5))).toBe('{"a":[{"a":[{...}]}]}');
  });

  it('is one short line of well-formed text for anything', () => {
    fc.assert(
      fc.property(fc.anything({ withTypedArray: true, withNullPrototype: true }), (value) => {
        const text = shown(value);
        expect(text.length).toBeLessThanOrEqual(80);
        expect(text).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => {
        expect(shown(value)).not.toMatch(/[\p{Cc}\p{Cs}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });
});

describe('kindOf', () => {
  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    ['a', 'string'],
    [() => 1, 'function'],
    [[], 'an empty array'],
    [['a'], 'an array of string'],
    [[[null]], 'an array of an array of null'],
    [new Thing(), 'Thing'],
    [{}, 'Object'],
    [Object.create(null), 'an object'],
    [{ constructor: { name: 'Liar' } }, 'Object'],
    [new Float32Array(2), 'Float32Array'],
    [hostile, 'an object'],
  ])('%# names it', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });

  it('does not follow nesting to its end', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 1e5; i++) deep = [deep];
    expect(kindOf(deep)).toBe(`${'an array of '.repeat(4)}an array`);
  });
});
