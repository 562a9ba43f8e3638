import '@tensorflow/tfjs-backend-cpu';
import { createRandom } from '@kernel-methods/random';
import { Table } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { candidatesFor } from './candidates.ts';
import { keyOf } from './machine.ts';
import { neighboursOf } from './neighbours.ts';
import type { Question } from './question.ts';
import { race } from './race.ts';
import type { Score } from './score.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const random = createRandom(2);
/** A disc in a ring: no line tells them apart. */
const rows = Array.from({ length: 90 }, (_, i) => {
  const [x, y] = [random.normal(), random.normal()];
  return { x, y, group: i % 9, side: Math.hypot(x, y) < 1.1 ? 'in' : 'out' };
});
const table = Table.fromRows(rows).drop('group') as Table;
const question: Question = {
  table,
  target: 'side',
  task: 'classification',
  scoring: 'accuracy',
  seed: 0,
};

describe('race', () => {
  it('finds the same machine again, and leaves no tensor', async () => {
    await expectNoLeak(async () => {
      const first = await race(question, { candidates: 4 });
      const second = await race(question, { candidates: 4 });
      const told = ({ scores }: typeof first) =>
        scores.map(({ machine, mean }) => [keyOf(machine), mean]);
      expect(told(second)).toEqual(told(first));
      expect(first.best.machine.map).toBe('nystroem');
      expect(first.best.mean).toBeGreaterThan(0.8);
      expect(first.stopped).toBeUndefined();
    });
  });

  it('looks at fewer machines more closely in each round', async () => {
    const told: { round: number; total: number; folds: number }[] = [];
    await race(question, {
      candidates: 13,
      onProgress: ({ round, total, best }) => told.push({ round, total, folds: best.folds }),
    });
    const totals = [1, 2, 3].map((round) => told.find((one) => one.round === round)!.total);
    expect(totals[0]).toBe(13);
    expect(totals[1]).toBe(5);
    expect(totals[2]).toBe(4);
  });

  it('goes on from scores that are known', async () => {
    const scores = new Map<string, Score>();
    const memory = {
      get: (key: string) => scores.get(key),
      set: (key: string, score: Score) => void scores.set(key, score),
    };
    const first = await race(question, { candidates: 3, memory });
    const size = scores.size;
    const second = await race(question, { candidates: 3, memory });
    expect(scores.size).toBe(size);
    expect(second.scores).toEqual(first.scores);
  });

  it('keeps the best so far when it is told to stop', async () => {
    const controller = new AbortController();
    const { best, stopped } = await race(question, {
      signal: controller.signal,
      onProgress: ({ done }) => done >= 3 && controller.abort(),
    });
    expect(stopped).toBe('signal');
    expect(best.mean).toBeGreaterThan(0.5);
  });

  it('has an answer however little time there is', async () => {
    const { best, stopped } = await race(question, { seconds: 0.001 });
    expect(stopped).toBe('time');
    expect(keyOf(best.machine)).toBe(keyOf(candidatesFor(kind)[0]));
  });

  it('never divides a group', async () => {
    const groups = rows.map(({ group }) => group);
    const seen: number[] = [];
    await race(
      { ...question, groups, scoring: ({ truth }) => seen.push(truth.length) && 0.5 },
      { candidates: 1 },
    );
    // Nine groups of ten rows each.
    for (const count of seen) expect(count % 10).toBe(0);
  });
});

const kind = { task: 'classification', rows: 90, outputs: 2, isSparse: false, seed: 0 } as const;

describe('candidatesFor', () => {
  it('has each machine once, in an order of the seed after the first', () => {
    const keys = candidatesFor(kind).map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
    const others = candidatesFor({ ...kind, seed: 1 }).map(keyOf);
    expect(others).not.toEqual(keys);
    expect([...others].sort()).toEqual([...keys].sort());
    expect(others.slice(0, 3)).toEqual(keys.slice(0, 3));
  });

  it('tries what suits: no exact machine on many rows, linear ones on texts', () => {
    const losses = (rows: number) =>
      new Set(candidatesFor({ ...kind, rows }).map(({ loss }) => loss));
    expect(losses(100)).toContain('hinge');
    expect(losses(10_000)).not.toContain('hinge');
    const [first] = candidatesFor({ ...kind, isSparse: true });
    expect(first.map).toBe('identity');
    const maps = new Set(
      candidatesFor({ ...kind, isSparse: true, rows: 10_000 }).map(({ map }) => map),
    );
    expect(maps).toEqual(new Set(['identity', 'randomFourierFeatures']));
  });
});

it('steps to neighbours by half an octave', () => {
  const [machine] = candidatesFor(kind).filter(({ c, share }) => c === 2 && share === 1);
  const near = neighboursOf(machine).map(({ share, c }) => [share, c]);
  expect(near).toEqual([
    [Number(Math.SQRT1_2.toPrecision(3)), 2],
    [1, 1.41],
    [1.41, 2],
    [1, 2.83],
  ]);
});
