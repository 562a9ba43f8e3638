import { describe, expect, it } from 'vitest';
import { follow } from './follow.ts';
import type { Machine } from './machine.ts';
import type { Score } from './score.ts';

const start: Machine = {
  ...{ map: 'nystroem', kernel: 'gaussian', share: 1 },
  ...{ loss: 'hinge', solver: 'smo', c: 8 },
};

const scored = (machine: Machine, mean: number): Score => ({
  ...{ machine, mean, deviation: 0, rows: 90, folds: 5, seconds: 0 },
});

/** Follows a score with its summit at a penalty and a scale; tells which machines were looked at. */
async function walk(top: { c: number; share: number }, looks = Infinity) {
  const heightOf = ({ c, share }: Machine) =>
    -Math.abs(Math.log(c! / top.c)) - Math.abs(Math.log(share! / top.share));
  const asked: Machine[] = [];
  const found = await follow(scored(start, heightOf(start)), {
    known: [start],
    goesOn: () => asked.length < looks,
    async score(machines) {
      asked.push(...machines);
      return machines.map((machine) => scored(machine, heightOf(machine)));
    },
  });
  const best = found.reduce((a, b) => (b.mean > a.mean ? b : a));
  return { asked, best: best.machine };
}

describe('follow', () => {
  it('goes far beyond the grid by ever longer steps', async () => {
    const { best, asked } = await walk({ c: 128, share: 1 });
    expect(best.c! / 128).toBeGreaterThan(Math.SQRT1_2);
    expect(best.c! / 128).toBeLessThan(Math.SQRT2);
    expect(asked.length).toBeLessThan(20);
  });

  it('goes in penalty and scale', async () => {
    const { best } = await walk({ c: 4, share: 4 });
    for (const ratio of [best.c! / 4, best.share! / 4]) {
      expect(Math.abs(Math.log2(ratio))).toBeLessThan(0.51);
    }
  });

  it('ends where no neighbour is better, and looks at no machine twice', async () => {
    const { asked } = await walk({ c: 8, share: 1 });
    expect(asked.map(({ c, share }) => [c, share])).toEqual([
      [5.66, 1],
      [11.3, 1],
      [8, Number(Math.SQRT1_2.toPrecision(3))],
      [8, 1.41],
    ]);
    const far = await walk({ c: 900, share: 0.1 });
    const keys = far.asked.map(({ c, share }) => `${c} ${share}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('keeps to the time', async () => {
    const { asked } = await walk({ c: 900, share: 0.1 }, 4);
    expect(asked.length).toBe(4);
  });
});
