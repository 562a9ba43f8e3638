import { UsageError } from '@kernel-methods/runner';
import { expect, it } from 'vitest';
import { parseCompare } from './parse-compare.ts';

const standard = {
  help: false,
  before: 'a.json',
  after: 'b.json',
  failOnLoss: false,
  threshold: undefined,
};

it.each([
  [['a.json', 'b.json'], {}],
  [['--fail-on-loss', 'a.json', 'b.json'], { failOnLoss: true }],
  [['a.json', '--threshold', '0.25', 'b.json'], { threshold: 0.25 }],
  [['a.json', 'b.json', '--threshold=0'], { threshold: 0 }],
  [['a.json', '--', '-b.json'], { after: '-b.json' }],
])('%j', (args, changed) => {
  expect(parseCompare(args)).toEqual({ ...standard, ...changed });
});

it.each([[['--help']], [['-h', '--nonsense']]])('answers %j with help', (args) => {
  expect(parseCompare(args).help).toBe(true);
});

const two = '`compare` must be given two files, as in: compare old.json new.json.';
it.each([
  [[], `${two} Received: nothing.`],
  [['a.json'], `${two} Received: a.json.`],
  [['a', 'b', 'c'], `${two} Received: a b c.`],
  [
    ['a', 'b', '--treshold', '1'],
    'options must be ones that compare --help lists (did you mean --threshold?). Received: --treshold.',
  ],
  [['a', 'b', '-x'], 'options must be ones that compare --help lists. Received: -x.'],
  [
    ['a', 'b', '--threshold', '-1'],
    '`--threshold` must be a finite number, 0 or above. Received: -1.',
  ],
  [
    ['a', 'b', '--threshold'],
    '`--threshold` must be a finite number, 0 or above. Received: nothing.',
  ],
  [
    ['a', 'b', '--fail-on-loss=no'],
    '`--fail-on-loss` must be given without a value. Received: no.',
  ],
])('refuses %j', (args, message) => {
  expect(() => parseCompare(args)).toThrow(new UsageError(message));
});
