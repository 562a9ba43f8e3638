import '@tensorflow/tfjs-backend-cpu';
import { softmaxCrossEntropy } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conformal, type Interval, type KernelModel, type LabelSet } from '../index.ts';
import { rankFor } from './order.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const none = { fit: async () => {}, dispose: () => {} };

/** Predicts 0, whatever the rows. */
function zero(): KernelModel {
  const model = {
    ...none,
    options: { task: 'regression' },
    clone: () => model,
    predict: async (x: number[][]) => x.map(() => 0),
  };
  return model as unknown as KernelModel;
}

/** A row holds the probabilities of three classes. */
function known(): KernelModel {
  const classes = ['a', 'b', 'c'];
  const model = {
    ...none,
    options: { task: 'classification' },
    classes,
    clone: () => model,
    predict: async (x: number[][]) => x.map((p) => classes[p.indexOf(Math.max(...p))]),
    predictProba: async (x: number[][]) => ({
      data: Float32Array.from(x.flat()),
      shape: [x.length, 3],
    }),
  };
  return model as unknown as KernelModel;
}

/**
 * Knows the rows of groups that it was trained on by heart, and of others what `known` or `zero`
 * knows. A row begins with its group.
 */
function learnedByHeart(task: 'regression' | 'classification'): KernelModel {
  const guess = task === 'regression' ? zero() : known();
  const classes = guess.classes as readonly string[] | undefined;
  const create = (): KernelModel => {
    const seen = new Map<number, number | string>();
    const model = {
      options: { task, loss: softmaxCrossEntropy },
      classes,
      clone: create,
      dispose: () => {},
      async fit(x: number[][], y: (number | string)[]) {
        x.forEach(([group], row) => {
          seen.set(group, y[row]);
        });
      },
      predict: async (x: number[][]) => x.map(([group]) => seen.get(group) ?? 0),
      predictProba: async (x: number[][]) => ({
        data: Float32Array.from(
          x.flatMap(([group, ...p]) =>
            seen.has(group) ? p.map((_, c) => Number(classes?.[c] === seen.get(group))) : p,
          ),
        ),
        shape: [x.length, 3],
      }),
    };
    return model as unknown as KernelModel;
  };
  return create();
}

/** The share of hits among so many draws is within four deviations of what is due. */
function expectShare(hits: number, draws: number, share: number): void {
  const deviation = Math.sqrt((share * (1 - share)) / draws);
  expect(hits / draws).toBeGreaterThan(share - 4 * deviation);
  expect(hits / draws).toBeLessThan(share + 4 * deviation);
}

const SETS = 1000;

describe(`coverage over ${SETS} simulated sets`, () => {
  const { normal, uniform } = createRandom(7).stream('conformal');
  const noise = (n: number, deviation: number) =>
    Array.from({ length: n }, () => deviation * normal());
  const ones = (n: number) => Array.from({ length: n }, () => [1]);

  it.each(['split', 'cross'] as const)('of intervals, %s', async (method) => {
    let hits = 0;
    for (let set = 0; set < SETS; set++) {
      const ranges = conformal(zero(), {
        coverage: 0.8,
        method,
        calibrationSize: 0.5,
        folds: 5,
        seed: set,
      });
      await ranges.fit(ones(38), noise(38, 1));
      const [{ lower, upper }] = (await ranges.predict(ones(1))) as Interval[];
      const [truth] = noise(1, 1);
      hits += Number(lower <= truth && truth <= upper);
    }
    // Of 19 scores the 16th of 20; of 38 the 32nd of 39.
    expectShare(hits, SETS, method === 'split' ? 16 / 20 : 32 / 39);
  });

  it('of intervals by stratum, one with ten times the noise', async () => {
    const [hits, strata] = [[0, 0], [...Array(38)].map((_, i) => i % 2)];
    let misses = 0;
    for (let set = 0; set < SETS; set++) {
      const y = strata.map((stratum) => normal() * (stratum ? 10 : 1));
      const ranges = conformal(zero(), { coverage: 0.8 });
      await ranges.calibrate(ones(38), y, { strata });
      const found = (await ranges.predict(ones(2), { strata: [0, 1] })) as Interval[];
      for (const stratum of [0, 1]) {
        hits[stratum] += Number(Math.abs(normal() * (stratum ? 10 : 1)) <= found[stratum].upper);
      }
      const all = conformal(zero(), { coverage: 0.8 });
      await all.calibrate(ones(38), y);
      const [{ upper }] = (await all.predict(ones(1))) as Interval[];
      misses += Number(Math.abs(normal() * 10) > upper);
    }
    expectShare(hits[0], SETS, 16 / 20);
    expectShare(hits[1], SETS, 16 / 20);
    // Without strata the noisy one is covered less.
    expect(misses / SETS).toBeGreaterThan(0.3);
  });

  /** Rows whose truth is drawn from other probabilities than the model says: it is too sure. */
  const draw = (n: number) => {
    const [x, y]: [number[][], string[]] = [[], []];
    while (y.length < n) {
      const raw = [uniform(), uniform(), uniform() / 3];
      const total = raw[0] + raw[1] + raw[2];
      const p = raw.map((v) => v / total);
      const u = uniform();
      y.push(u < p[0] ? 'a' : u < p[0] + p[1] ? 'b' : 'c');
      const sure = p.map((v) => v ** 3);
      const sum = sure[0] + sure[1] + sure[2];
      x.push(sure.map((v) => v / sum));
    }
    return { x, y };
  };

  it('of sets of labels, for all rows and by class', async () => {
    let hits = 0;
    const own = { hits: 0, draws: 0, due: 0 };
    for (let set = 0; set < SETS; set++) {
      const seen = draw(59);
      const next = draw(1);
      const sets = conformal(known(), { coverage: 0.9 });
      await sets.calibrate(seen.x, seen.y);
      const [{ labels }] = (await sets.predict(next.x)) as LabelSet<string>[];
      hits += Number(labels.includes(next.y[0]));
      const byClass = conformal(known(), { coverage: 0.9, by: 'class' });
      await byClass.calibrate(seen.x, seen.y);
      const [region] = (await byClass.predict(next.x)) as LabelSet<string>[];
      if (next.y[0] !== 'c') continue;
      const n = seen.y.filter((label) => label === 'c').length;
      own.draws++;
      own.due += Math.min(1, rankFor(n, 0.9) / (n + 1));
      own.hits += Number(region.labels.includes('c'));
    }
    expectShare(hits, SETS, 54 / 60);
    expectShare(own.hits, own.draws, own.due / own.draws);
  });

  // Rows of a group are copies: the groups are exchangeable, not the rows.
  const COPIES = 4;
  const copied = <T>(values: readonly T[]) =>
    values.flatMap((value) => Array.from({ length: COPIES }, () => value));
  /** The share of new groups that are covered by the scores of `n` groups. */
  const dueOf = (n: number, coverage: number) =>
    Math.ceil(rankFor(COPIES * n, coverage) / COPIES) / (n + 1);

  it.each(['split', 'cross'] as const)('of intervals under groups, %s', async (method) => {
    const n = 24;
    const groups = copied([...Array(n).keys()]);
    const hits = { apart: 0, divided: 0 };
    for (let set = 0; set < SETS; set++) {
      const y = copied(noise(n, 1));
      const x = groups.map((group) => [group]);
      const [truth] = noise(1, 1);
      for (const how of ['apart', 'divided'] as const) {
        const ranges = conformal(learnedByHeart('regression'), {
          ...{ coverage: 0.8, method, calibrationSize: 0.5, folds: 4, seed: set },
        });
        await ranges.fit(x, y, how === 'apart' ? { groups } : {});
        const [{ lower, upper }] = (await ranges.predict([[n]])) as Interval[];
        hits[how] += Number(lower <= truth && truth <= upper);
      }
    }
    expectShare(hits.apart, SETS, dueOf(method === 'split' ? n / 2 : n, 0.8));
    // Copies of what is trained on tell nothing of rows of another group.
    expect(hits.divided / SETS).toBeLessThan(0.5);
  });

  it('of sets of labels under groups, for all rows and by class', async () => {
    const n = 24;
    const groups = copied([...Array(n).keys()]);
    let [hits, divided] = [0, 0];
    const own = { hits: 0, draws: 0, due: 0 };
    for (let set = 0; set < SETS; set++) {
      const drawn = draw(n);
      const next = draw(1);
      const x = groups.map((group) => [group, ...drawn.x[group]]);
      const y = copied(drawn.y);
      const labels = async (by: { by?: 'class' }, how: { groups?: number[] }) => {
        const options = { coverage: 0.8, method: 'cross', folds: 4, seed: set, ...by } as const;
        const sets = conformal(learnedByHeart('classification'), options);
        await sets.fit(x, y, how);
        const [region] = (await sets.predict([[n, ...next.x[0]]])) as LabelSet<string>[];
        return region.labels;
      };
      const [truth] = next.y;
      hits += Number((await labels({}, { groups })).includes(truth));
      divided += Number((await labels({}, {})).includes(truth));
      if (truth !== 'c') continue;
      own.draws++;
      own.due += dueOf(drawn.y.filter((label) => label === 'c').length, 0.8);
      own.hits += Number((await labels({ by: 'class' }, { groups })).includes('c'));
    }
    expectShare(hits, SETS, dueOf(n, 0.8));
    expectShare(own.hits, own.draws, own.due / own.draws);
    expect(divided / SETS).toBeLessThan(0.6);
  });
});
