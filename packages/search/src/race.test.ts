import '@tensorflow/tfjs-backend-cpu';
import type { huber } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { Table } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { allBases, candidatesFor } from './candidates.ts';
import { type Base, keyOf, paramsOf, settingsOf } from './machine.ts';
import { type Measure, measurerOf } from './measure.ts';
import { neighboursOf, scalesBeside } from './neighbours.ts';
import { outputsOf, type Question, spreadOf } from './question.ts';
import { race } from './race.ts';
import { scan } from './scan.ts';
import type { Score } from './score.ts';
import { search } from './search.ts';

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
      const first = await race(question, { candidates: 2 });
      const second = await race(question, { candidates: 2 });
      const told = ({ scores }: typeof first) =>
        scores.map(({ machine, mean }) => [keyOf(machine), mean]);
      expect(told(second)).toEqual(told(first));
      expect(first.best.machine.map).toBe('nystroem');
      expect(first.best.mean).toBeGreaterThan(0.8);
      expect(first.stopped).toBeUndefined();
    });
  });

  it('finds the same by others who measure, whenever their results arrive', async () => {
    // Each of them knows the question, and a job as it travels; the last job is done first.
    const workers = [measurerOf(question), measurerOf(question)];
    let jobsDone = 0;
    const far: Measure = async (jobs, { onMeasured }) => {
      for (const [i, job] of [...jobs.entries()].reverse()) {
        const sent = JSON.parse(JSON.stringify(job));
        const measured = JSON.parse(JSON.stringify(await workers[i % 2](sent)));
        jobsDone++;
        if (!onMeasured(i, measured)) return;
      }
    };
    const here = await race(question, { candidates: 3 });
    const there = await race(question, { candidates: 3, measure: far });
    const told = ({ best, scores }: typeof here) => ({
      best: keyOf(best.machine),
      scores: scores.map(({ seconds: _, ...score }) => score),
    });
    expect(jobsDone).toBeGreaterThan(allBases.length);
    expect(told(there)).toEqual(told(here));
  });

  it('goes on without machines that fail, and says why', async () => {
    const measure = measurerOf(question);
    const failing: Measure = async (jobs, { onMeasured }) => {
      for (const [i, job] of jobs.entries()) {
        const fails = job.settings[0].kernel?.name === 'laplacian';
        const failures = job.settings.map((_, at) => ({ at, failure: 'out of order' }));
        if (!onMeasured(i, fails ? failures : await measure(job))) return;
      }
    };
    const { best, scores, failures } = await race(question, { candidates: 3, measure: failing });
    expect(best.mean).toBeGreaterThan(0.8);
    expect(scores.filter(({ machine }) => machine.kernel === 'laplacian')).toEqual([]);
    // One for each scale that the first round looks at, at least.
    const those = allBases.filter(({ kernel }) => kernel === 'laplacian');
    expect(failures.length).toBeGreaterThanOrEqual(those.length);
    for (const failure of failures) expect(failure).toEqual(new Error('out of order'));
  });

  it('looks at kernels, then at fewer machines more closely in each round', async () => {
    const told: { round: number; total: number; folds: number }[] = [];
    await race(question, {
      candidates: 7,
      onProgress: ({ round, total, best }) => told.push({ round, total, folds: best.folds }),
    });
    const of = (round: number) => told.filter((one) => one.round === round);
    // One machine for an answer, all kernels, then scales beside the best of them.
    expect(of(1).map(({ total }) => total)).toContain(allBases.length);
    expect([of(2)[0].total, of(2)[0].folds]).toEqual([7, 5]);
    expect([of(3)[0].total, of(3)[0].folds]).toEqual([4, 30]);
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

const kind = { task: 'classification', rows: 90, outputs: 2, isSparse: false } as const;

describe('scan', () => {
  it('ranks the kernel and the scale first that leave a row out best, and looks beside them', async () => {
    const told: number[] = [];
    const groundOf = (count: number, most: number) => ({
      ...{ rows: count, most, outputs: () => 1, spread: 1, seed: 0 },
      medians: { gaussian: 1.7, laplacian: 2, rationalQuadratic: 1.7 },
    });
    const options = { groundOf, signal: new AbortController().signal, onError: fail };
    const bases = [32, 1, 0.02].map((share) => ({ map: 'nystroem', kernel: 'gaussian', share }));
    const order = await scan(question, bases as Base[], {
      ...options,
      onScanned: ({ done }) => told.push(done),
    });
    const ranks = order.map(({ share }) => share);
    expect(ranks.indexOf(1)).toBeLessThan(ranks.indexOf(32));
    expect(ranks.indexOf(1)).toBeLessThan(ranks.indexOf(0.02));
    expect(ranks).toContain(1.41);
    expect(told.slice(0, 3)).toEqual([1, 2, 3]);
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  it('keeps what it found until it was ended', async () => {
    const controller = new AbortController();
    const order = await scan(question, allBases, {
      groundOf: (count, most) => ({
        ...{ rows: count, most, outputs: () => 1, spread: 1, seed: 0, medians: {} },
      }),
      ...{ signal: controller.signal, onError: fail },
      onScanned: ({ done }) => done === 2 && controller.abort(),
    });
    expect(order).toHaveLength(2);
  });
});

function fail(error: unknown): never {
  throw error;
}

it('gives a loss that has a reach one in the unit of the target', () => {
  const settingsAt = (unit: number) => {
    const numbers = Table.fromRows(rows.map(({ x, y }) => ({ x, y, z: unit * (x * x + y) })));
    const asked = {
      table: numbers,
      target: 'z',
      task: 'regression',
      scoring: 'r2',
      seed: 0,
    } as const;
    const machine = { map: 'identity', loss: 'huber', solver: 'newton', c: 2 } as const;
    const ground = { rows: 90, most: 90, medians: {}, outputs: outputsOf(asked), seed: 0 };
    return settingsOf(machine, { ...ground, spread: spreadOf(asked) });
  };
  const [one, thousand] = [settingsAt(1), settingsAt(1000)];
  expect(one.reach).toBeGreaterThan(0.3);
  expect(thousand.reach! / one.reach!).toBeCloseTo(1000, 6);
  const { loss } = paramsOf(thousand);
  expect((loss as typeof huber).config).toEqual({ delta: thousand.reach });
});

describe('several labels per row', () => {
  const tags = (x: number, y: number) => [
    ...(Math.hypot(x, y) < 1.1 ? ['in'] : []),
    ...(x > 0 ? ['right'] : []),
  ];
  const several: Question = {
    ...question,
    table: Table.fromRows(
      rows.map(({ x, y }) => ({ x, y, tags: tags(x, y).join(';') })),
      {
        columns: { tags: 'text' },
      },
    ) as Table,
    ...{ target: 'tags', task: 'multilabel', scoring: 'f1Micro' },
    labels: { names: ['in', 'right'], separator: ';' },
  };

  it('are raced for by kernels and losses that take each label by itself', async () => {
    await expectNoLeak(async () => {
      const { best, scores } = await race(several, { candidates: 40 });
      expect(best.machine.map).toBe('nystroem');
      expect(best.mean).toBeGreaterThan(0.85);
      const losses = new Set(scores.map(({ machine }) => machine.loss));
      expect(losses).toEqual(new Set(['meanSquaredError', 'hinge', 'logistic', 'squaredHinge']));
    });
  });

  it('have an output each, also where they are two', () => {
    expect(outputsOf(several)('hinge')).toBe(2);
    expect(outputsOf(question)('hinge')).toBe(1);
    expect(spreadOf(several)).toBe(1);
  });

  it('have linear machines on texts', () => {
    const sparse = candidatesFor({ ...kind, task: 'multilabel', isSparse: true });
    expect(sparse[0]).toMatchObject({ map: 'identity', solver: 'dual' });
  });
});

describe('search', () => {
  it('ends with the numbers for all rows: as many landmarks as the rows allow', async () => {
    const { best, settings } = await search(question, { candidates: 1 });
    expect(settings.outputDim).toBe(Math.floor(0.98 * 90));
    expect(settings.kernel?.name).toBe(best.machine.kernel);
    expect(settings.loss).toBe(best.machine.loss);
  });

  it('has fewer features where there is no time for more', async () => {
    const many = Table.fromRows(Array.from({ length: 10 }, () => rows).flat()).drop('group');
    const asked = { ...question, table: many as Table };
    const { settings, stopped } = await search(asked, { seconds: 0.001 });
    expect(stopped).toBe('time');
    expect(settings.outputDim).toBe(300);
  });
});

describe('candidatesFor', () => {
  it('has each machine once, the first loss on every base before the others', () => {
    const bases = allBases.slice(0, 3);
    const machines = candidatesFor(kind, bases);
    const keys = machines.map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
    expect(machines.slice(0, 3).map(({ kernel }) => kernel)).toEqual(
      bases.map(({ kernel }) => kernel),
    );
    expect(machines[3].map).toBe('identity');
    // All losses on the best base come next.
    expect(new Set(machines.slice(4, 8).map(({ kernel }) => kernel)).size).toBe(1);
  });

  it('tries softmax with machines of pairs on many classes, and on columns alone', () => {
    const trained = (outputs: number) =>
      candidatesFor({ ...kind, outputs, rows: 10_000 }).filter(
        ({ solver }) => solver === 'pairwise',
      );
    expect(trained(20)).toEqual([]);
    expect(trained(21).map(({ map, c }) => [map, c])).toEqual([['identity', 10]]);
    // It comes first, and what it corrects after it.
    const [first, second] = candidatesFor({ ...kind, outputs: 21 });
    expect([first.solver, second.solver]).toEqual(['pairwise', 'newton']);
    expect(first.loss).toBe(second.loss);
    const ground = { rows: 90, most: 90, medians: {}, outputs: () => 1, spread: 1, seed: 0 };
    expect(paramsOf(settingsOf(first, ground)).solver).toMatchObject({
      name: 'pairwise',
      config: { base: { name: 'newton', config: { tolerance: 0.01 } } },
    });
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
  const steps = [Number(Math.SQRT1_2.toPrecision(3)), Number(Math.SQRT2.toPrecision(3))];
  expect(neighboursOf(machine).map(({ share, c }) => [share, c])).toEqual([
    [1, 1.41],
    [1, 2.83],
  ]);
  expect(scalesBeside(machine).map(({ share }) => share)).toEqual(steps);
  expect(neighboursOf({ map: 'identity', loss: 'meanSquaredError', solver: 'direct' })).toEqual([]);
});
