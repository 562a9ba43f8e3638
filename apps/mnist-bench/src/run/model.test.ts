import '@tensorflow/tfjs-backend-cpu';
import { lossByName } from '@kernel-methods/losses';
import type { RejectScoreName } from '@kernel-methods/models';
import { enableProdMode, memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { parse } from '../options/parse.ts';
import { type LossEntry, losses } from '../parts/losses.ts';
import { rejectScores } from '../parts/reject-scores.ts';
import { namesOf } from '../parts/variants.ts';
import { createModel } from './model.ts';

beforeAll(async () => {
  enableProdMode();
  await setBackend('cpu');
});

// Three classes of points in the corners of a triangle.
const rows = 60;
const classes = 3;
const x = {
  data: Float32Array.from({ length: rows * 2 }, (_, i) => {
    const angle = (2 * Math.PI * ((i >> 1) % classes)) / classes;
    return 0.3 * Math.sin(i * i) + 3 * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  }),
  shape: [rows, 2],
};
const y = {
  data: Float32Array.from({ length: rows * classes }, (_, i) =>
    Number(Math.floor(i / classes) % classes === i % classes),
  ),
  shape: [rows, classes],
};

async function train(...args: string[]) {
  const small = { '--output-dim': '64', '--scale': '4', '--batch-size': '8' };
  const others = Object.entries(small).filter(([flag]) => !args.includes(flag));
  const { config } = parse([...others.flat(), ...args]);
  // The other solvers take none.
  const learningRate = config.solver === 'adam' ? 0.1 : config.learningRate;
  const model = createModel({ ...config, learningRate });
  try {
    const { history } = await model.fit(x, y, {});
    return { losses: history.map(({ loss }) => loss), ...(await model.test(x, y)) };
  } finally {
    model.dispose();
  }
}

/** Rows that are like none of the three classes. */
const strangers = {
  data: Float32Array.from({ length: 40 }, (_, i) => 30 + Math.sin(i * i)),
  shape: [20, 2],
};

describe('unknown rows', () => {
  const settings = ['--output-dim', '64', '--scale', '4', '--seed', '3'];

  it.each(['mse', 'logistic'])('are rejected by classes, with the loss %s', async (loss) => {
    const before = memory().numTensors;
    const solver = loss === 'mse' ? 'direct' : 'newton';
    const { config } = parse([...settings, '--loss', loss, '--solver', solver, '--reject', '0.9']);
    const model = createModel(config);
    await model.fit(x, y, { validationSplit: config.validationSplit });
    const { accuracy, open, reliability } = await model.test(x, y, strangers);
    expect(accuracy).toBeGreaterThan(0.95);
    expect(open!.coverage).toBeGreaterThan(0.7);
    expect(open).toMatchObject({ answeredAccuracy: 1, recall: 1, auroc: 1 });
    expect(open!.curve!.at(-1)!.coverage).toBe(1);
    expect((await model.test(x, y)).open).toMatchObject({ recall: null, auroc: null });
    // Probabilities are there where the loss gives them.
    expect(reliability === undefined).toBe(loss === 'mse');
    const count = reliability?.bins.reduce((sum, bin) => sum + bin.count, 0);
    if (reliability) expect(count).toBe(rows);
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('are rejected by the score that is named', async () => {
    type Named = (typeof rejectScores)[keyof typeof rejectScores]['score'];
    expectTypeOf<Named>().toEqualTypeOf<RejectScoreName>();
    const curves: Record<string, string> = {};
    for (const name of namesOf(rejectScores)) {
      const how = ['--loss', 'logistic', '--solver', 'newton', '--reject', '0.9'];
      const { config } = parse([...settings, ...how, '--reject-score', name]);
      const model = createModel(config);
      await model.fit(x, y, { validationSplit: config.validationSplit });
      const { open } = await model.test(x, y, strangers);
      expect(open!.coverage).toBeGreaterThan(0.7);
      curves[name] = JSON.stringify([open!.coverage, open!.auroc, open!.recall]);
      model.dispose();
    }
    // Strangers lie far away: what sees where classes lie finds them, and each score sees otherwise.
    expect(JSON.parse(curves.distance)).toEqual([expect.any(Number), 1, 1]);
    expect(new Set(Object.values(curves)).size).toBeGreaterThan(2);
  });

  it('are told by probabilities where the loss gives some', () => {
    for (const name of namesOf(losses)) {
      const { loss, probabilities }: LossEntry = losses[name];
      const given = lossByName(loss).link !== undefined;
      expect(`${name} ${given}`).toBe(`${name} ${probabilities === true}`);
    }
  });

  it('are found by novelty, as many false alarms as --reject allows', async () => {
    const before = memory().numTensors;
    for (const [args, alarms] of [
      [[], 0.05],
      [['--reject', '0.7'], 0.3],
    ] as const) {
      const { config } = parse([...settings, '--task', 'novelty', '--normal', '0,1', ...args]);
      const model = createModel(config);
      await model.fit(x, y, {});
      const { accuracy, open, confusion, loss } = await model.test(x, y, strangers);
      expect(open).toMatchObject({ answeredAccuracy: null, recall: 1, auroc: 1, curve: null });
      expect(1 - open!.coverage).toBeLessThanOrEqual(alarms);
      expect(accuracy).toBeCloseTo((rows * open!.coverage + 20) / (rows + 20), 10);
      expect([confusion, loss]).toEqual([undefined, undefined]);
      model.dispose();
    }
    expect(memory().numTensors).toBe(before);
  });
});

describe('createModel', () => {
  it.each(namesOf(losses))('learns with the loss %s and leaves no tensor', async (loss) => {
    const before = memory().numTensors;
    const { accuracy, losses } = await train('--loss', loss, '--epochs', '30');
    expect(accuracy).toBeGreaterThan(0.95);
    expect(losses).toHaveLength(30);
    expect(memory().numTensors).toBe(before);
  });

  it.each([
    ['mse', 'direct'],
    ['squared-hinge', 'newton'],
    ['logistic', 'newton'],
    ['binary-logistic', 'newton'],
    ['huber', 'newton'],
  ])('tests by the loss %s that it trains by', async (loss, solver) => {
    const args = ['--loss', loss, '--solver', solver, '--l2', '1e-9'];
    const tested = await train(...args);
    expect(tested.loss).toBeCloseTo(tested.losses.at(-1)!, 4);
    expect(tested.loss).toBeLessThan(0.1);
  });

  it.each([
    ['--kernel', 'laplacian'],
    ['--map', 'orf'],
    ['--seed', '1'],
    ['--batch-size', '9'],
    ['--scale', '5'],
  ])('is another with %s %s', async (...args) => {
    const standard = await train('--epochs', '1');
    expect((await train('--epochs', '1')).losses).toEqual(standard.losses);
    expect((await train('--epochs', '1', ...args)).losses).not.toEqual(standard.losses);
  });
});
