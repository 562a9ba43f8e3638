import { describe, expect, expectTypeOf, it } from 'vitest';
import * as check from './index.ts';

type Case = readonly [
  name: string,
  run: (value: unknown) => unknown,
  rule: string,
  good: unknown[],
  bad: unknown[],
];

const numbers: Case[] = [
  [
    'positiveInteger',
    (v) => check.positiveInteger('n', v),
    'a whole number, 1 or above',
    [1, 2 ** 53 - 1],
    [0, -1, 1.5, 2 ** 53, Number.NaN, '1', null, 1n],
  ],
  [
    'nonNegativeInteger',
    (v) => check.nonNegativeInteger('n', v),
    'a whole number, 0 or above',
    [0, 7],
    [-1, 0.5, Number.POSITIVE_INFINITY, undefined],
  ],
  [
    'integerBetween',
    (v) => check.integerBetween('n', v, 2, 5),
    'a whole number from 2 to 5',
    [2, 5],
    [1, 6, 2.5, '3'],
  ],
  [
    'integerBetween without an end',
    (v) => check.integerBetween('n', v, 2),
    'a whole number, 2 or above',
    [2, 1e9],
    [1, Number.NaN],
  ],
  [
    'finite',
    (v) => check.finite('n', v),
    'a finite number',
    [-1e308, 0],
    [Number.NaN, Number.NEGATIVE_INFINITY, '0', null],
  ],
  [
    'positiveFinite',
    (v) => check.positiveFinite('n', v),
    'a positive finite number',
    [5e-324, 1e308],
    [0, -1, Number.POSITIVE_INFINITY, Number.NaN, true],
  ],
  [
    'nonNegativeFinite',
    (v) => check.nonNegativeFinite('n', v),
    'a finite number, 0 or above',
    [0, 1e308],
    [-5e-324, Number.POSITIVE_INFINITY, []],
  ],
  [
    'positiveFloat32',
    (v) => check.positiveFloat32('n', v),
    'a positive finite number',
    [1e-45, 3e38],
    [0, Number.NaN, 1e39, 1e-46, '1'],
  ],
  [
    'fraction',
    (v) => check.fraction('n', v),
    'from 0 up to, not including, 1',
    [0, 0.999],
    [1, -0.1, Number.NaN, '0.5'],
  ],
  [
    'seed',
    (v) => check.seed('n', v),
    'a safe integer, 0 or above',
    [0, 2 ** 53 - 1],
    [-1, 2 ** 53, 0.5, '0'],
  ],
];

describe.each(numbers)('%s', (_, run, rule, good, bad) => {
  it('gives back what keeps the rule', () => {
    for (const value of good) expect(run(value)).toBe(value);
  });
  it.each(bad.map((value) => [value]))('refuses %s', (value) => {
    expect(() => run(value)).toThrow(RangeError);
    expect(() => run(value)).toThrow(`\`n\` must be ${rule}. Received: ${check.shown(value)}.`);
  });
});

it('says what a number is as float32 where that is what is wrong', () => {
  expect(() => check.positiveFloat32('scale', 1e39)).toThrow(
    '`scale` must be a positive finite number. Received: 1e+39. It is Infinity as float32.',
  );
  expect(() => check.positiveFloat32('scale', 1e-50)).toThrow('It is 0 as float32.');
});

it('lets an optional argument be left out, and nothing else', () => {
  expect(check.optional(check.seed, 'seed', undefined)).toBeUndefined();
  expect(check.optional(check.seed, 'seed', 3)).toBe(3);
  expect(() => check.optional(check.seed, 'seed', null)).toThrow('Received: null.');
});

describe('types', () => {
  it('boolean', () => {
    expect(check.boolean('on', false)).toBe(false);
    expect(() => check.boolean('on', 'no')).toThrow(TypeError);
    expect(() => check.boolean('on', 'no')).toThrow("`on` must be true or false. Received: 'no'.");
  });
  it('functionArgument', () => {
    const f = () => 1;
    expect(check.functionArgument('f', f)).toBe(f);
    expect(() => check.functionArgument('f', 5)).toThrow(
      '`f` must be a function. Received: number.',
    );
  });
  it('object', () => {
    const o = {};
    expect(check.object('o', o)).toBe(o);
    for (const [value, kind] of [
      [null, 'null'],
      [[1], 'an array of number'],
      ['a', 'string'],
    ]) {
      expect(() => check.object('o', value)).toThrow(`\`o\` must be an object. Received: ${kind}.`);
    }
  });
});

describe('oneOf', () => {
  it('gives back a choice, typed', () => {
    const solver = check.oneOf('solver', 'adam' as unknown, ['adam', 'newton']);
    expectTypeOf(solver).toEqualTypeOf<'adam' | 'newton'>();
    expect(solver).toBe('adam');
  });
  it('names the choices and the one that was meant', () => {
    expect(() => check.oneOf('s', 'adma', ['adam', 'newton'])).toThrow(
      new RangeError("`s` must be 'adam' or 'newton'. Received: 'adma'. Did you mean 'adam'?"),
    );
    expect(() => check.oneOf('s', 5, ['a', 'b', 'c', 'd'], '')).toThrow(
      new RangeError('`s` must be one of a, b, c, d. Received: 5.'),
    );
  });
  it('takes true and false among the choices', () => {
    const header = check.oneOf('header', false as unknown, [true, false, 'auto']);
    expectTypeOf(header).toEqualTypeOf<boolean | 'auto'>();
    expect(header).toBe(false);
    expect(() => check.oneOf('header', 'no', [true, false, 'auto'], '"')).toThrow(
      new RangeError('`header` must be true or false or "auto". Received: "no".'),
    );
  });
});

describe('knownOptions', () => {
  const known = ['epochs', 'seed'];
  it('gives back options that are known', () => {
    const options = { epochs: 3 };
    expect(check.knownOptions('Options', options, known)).toBe(options);
    expect(check.knownOptions('Options', Object.create({ inherited: 1 }), known)).toBeDefined();
  });
  it.each([
    [{ epohcs: 3 }, "Received: epohcs. Did you mean 'epochs'?"],
    [{ toString: 1 }, 'Received: toString.'],
    [JSON.parse('{"__proto__": 1}'), 'Received: __proto__.'],
    [{ 'a\nb': 1 }, 'Received: a\\nb.'],
  ])('refuses %j', (options, message) => {
    expect(() => check.knownOptions('Options', options, known)).toThrow(
      new RangeError(`Options must be among epochs, seed. ${message}`),
    );
  });
  it.each([
    [null, 'null'],
    [5, 'number'],
    [[], 'an empty array'],
  ])('refuses %j, no object', (value, kind) => {
    expect(() => check.knownOptions('The options of `fit`', value as never, known)).toThrow(
      new TypeError(`The options of \`fit\` must be an object. Received: ${kind}.`),
    );
  });
});

describe('arrays', () => {
  it('typedArray', () => {
    const values = new Float64Array(2);
    expect(check.typedArray('x', values)).toBe(values);
    for (const [value, kind] of [
      [[1], 'an array of number'],
      [new DataView(new ArrayBuffer(1)), 'DataView'],
      [new BigInt64Array(1), 'BigInt64Array'],
      [null, 'null'],
    ]) {
      expect(() => check.typedArray('x', value)).toThrow(
        new TypeError(`\`x\` must be a typed array of numbers. Received: ${kind}.`),
      );
    }
  });
  it('arrayOf', () => {
    expect(check.arrayOf('n', [1, 2], check.positiveInteger)).toEqual([1, 2]);
    expect(() => check.arrayOf('n', [1, 0], check.positiveInteger)).toThrow(
      '`n[1]` must be a whole number',
    );
    expect(() => check.arrayOf('n', Array(2), check.positiveInteger)).toThrow('`n[0]` must be');
    expect(() => check.arrayOf('n', [], check.positiveInteger)).toThrow(
      'at least one entry. Received: an empty array.',
    );
    expect(() => check.arrayOf('n', 'ab', check.positiveInteger)).toThrow(
      '`n` must be an array. Received: string.',
    );
  });
  it('lengthOf', () => {
    expect(check.lengthOf('y', [1, 2], 2)).toEqual([1, 2]);
    expect(() => check.lengthOf('y', [1], 2)).toThrow(
      new RangeError('`y` must have the length 2. Received: 1.'),
    );
  });
  it('finiteValues', () => {
    const values = new Float32Array([1, 2, 3, 4, 5, Number.NaN]);
    expect(check.finiteValues('x', [1, -2])).toEqual([1, -2]);
    expect(() => check.finiteValues('x', values)).toThrow(
      new RangeError('`x` must hold finite numbers only. Received: NaN at index 5.'),
    );
    expect(() => check.finiteValues('x', values, 2)).toThrow('Received: NaN in row 2, column 1.');
    expect(() => check.finiteValues('x', [1, '2'] as never)).toThrow("Received: '2' at index 1.");
  });
});

it('checks rules of other words', () => {
  expect(check.checkThat(true, 'a', 'must be even', 2)).toBeUndefined();
  expect(() => check.checkThat(false, 'a', 'belongs to b', 3)).toThrow(
    new RangeError('`a` belongs to b. Received: 3.'),
  );
  expect(() => check.checkThat(false, 'a', 'must be even', [1])).toThrow(
    'must be even. Received: an array of number.',
  );
});

it('makes errors of other rules', () => {
  expect(check.rangeError('a', 'be even', '3')).toEqual(
    new RangeError('`a` must be even. Received: 3.'),
  );
  expect(check.typeError('a', 'be even', '3', 'Try 4.').message).toBe(
    '`a` must be even. Received: 3. Try 4.',
  );
});
