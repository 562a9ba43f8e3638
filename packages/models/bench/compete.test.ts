import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reaches } from '../../simd/bench/measure.ts';
import { compete } from './compete.ts';
import type { Contest, Lab } from './contest.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'compete-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program that says how long it took, by turn, and leaves its name in the log. */
const says = (who: string, seconds: readonly number[]) => ({
  time: 'work' as const,
  command: (lab: Lab, turn: number) => ({
    program: process.execPath,
    args: [
      '-e',
      `require('node:fs').appendFileSync(${JSON.stringify(join(lab.folder, 'log'))}, '${who}${turn} ');
      console.log('{"seconds": ${seconds[turn]}, "accuracy": ${0.1 * (turn + 1)}}')`,
    ],
  }),
});

it('gives each as many turns, however slow it is, in rotation, and counts the least', async () => {
  const contest: Contest = {
    name: 'two modes',
    contestants: { ours: says('a', [8, 7, 9]), keras: says('b', [82, 46, 48]), gone: missing },
    bars: [
      { of: 'ours', against: 'keras', atLeast: 46 / 7 },
      { of: 'ours', against: 'keras', atLeast: 6.6 },
      { of: 'ours', against: 'gone', atLeast: 1 },
    ],
    claims: [
      // The mean of 0.1, 0.2 and 0.3 is 0.20000000000000004, and less itself 0, or nearly so.
      { what: 'rounding', value: ({ ours }) => 0.2 - ours.accuracy, atLeast: 0 },
      { what: 'rounding', value: ({ ours }) => ours.accuracy, atMost: 0.2 },
      { what: 'more than rounding', value: ({ ours }) => ours.accuracy, atLeast: 0.2001 },
    ],
  };
  const lab: Lab = { python: '', data: '', folder, quick: false, wide: false, native: false };
  const told: string[] = [];
  const { times, bars, claims } = await compete(contest, lab, 3, (line) => told.push(line));
  expect(readFileSync(join(folder, 'log'), 'utf8').trim()).toBe('a0 b0 a1 b1 a2 b2');
  expect(times.ours).toEqual({ best: 7000, median: 8000, turns: 3, work: 1 });
  expect(times.keras).toEqual({ best: 46_000, median: 48_000, turns: 3, work: 1 });
  expect(times.gone).toBeUndefined();
  expect(bars.map(({ met }) => met)).toEqual([true, false, false]);
  expect(bars[0].ratio).toBeCloseTo(46 / 7, 12);
  expect(claims.map(({ met }) => met)).toEqual([true, true, false]);
  expect(told.filter((line) => line.includes('gone'))).toEqual(['gone, turn 1: not there']);
});

it('gives no further turn to one that has used its seconds, and says how many each had', async () => {
  const contest: Contest = {
    name: 'slow',
    contestants: { quick: says('c', [1, 2, 3]), slow: says('d', [9, 8, 7]) },
    bars: [{ of: 'quick', against: 'slow', atLeast: 9 }],
  };
  const lab: Lab = { python: '', data: '', folder, quick: false, wide: false, native: false };
  const { times, bars } = await compete(contest, lab, 3, () => {}, 1e-9);
  expect(times).toMatchObject({ quick: { best: 1000, turns: 1 }, slow: { best: 9000, turns: 1 } });
  expect(bars[0].met).toBe(true);
});

const missing = {
  time: 'work' as const,
  command: () => ({ program: 'no-such-program', args: [] }),
};

it.each([
  [1 - 2 ** -53, 1, true],
  [-1.1e-16, 0, true],
  [1e6, 1e6 + 1e-7, true],
  [1e6, 1e6 + 1e-3, false],
  [0.9, 0.901, false],
  [Number.NaN, 0, false],
  [1, Number.NEGATIVE_INFINITY, true],
  [Number.POSITIVE_INFINITY, 1, true],
])('%d is at least %d, but for rounding: %s', (value, least, met) => {
  expect(reaches(value, least)).toBe(met);
});
