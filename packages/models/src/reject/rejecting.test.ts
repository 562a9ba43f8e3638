import { identity } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak as expectNoTensorLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  distance,
  energy,
  KernelLogisticRegression,
  KernelModel,
  KernelQuantile,
  KernelRidge,
  KernelSVM,
  type RejectScore,
  type RejectScoreName,
  rejecting,
  relativeMahalanobis,
  sumOfScores,
  TextClassifier,
} from '../index.ts';
import { chooseThreshold } from './choose-threshold.ts';
import { openWorldEvaluation } from './open-world-evaluation.ts';

beforeAll(async () => {
  tf.enableProdMode(); // cpu greets on the console
  await tf.setBackend('cpu');
});

const centers = [
  [0, 0],
  [4, 0],
  [0, 4],
];
const names = ['a', 'b', 'c'];

/** Rows around three centres. */
function blobs(count: number, seed: number) {
  const { normal } = createRandom(seed);
  const x = Array.from({ length: count }, (_, i) => centers[i % 3].map((c) => c + 0.6 * normal()));
  return { x, y: x.map((_, i) => names[i % 3]) };
}

/** Rows far from all centres. */
function strangers(count: number, seed: number): number[][] {
  const { uniform, normal } = createRandom(seed);
  return Array.from({ length: count }, () => {
    const angle = 2 * Math.PI * uniform();
    return [1.3 + 8 * Math.cos(angle) + normal(), 1.3 + 8 * Math.sin(angle) + normal()];
  });
}

const train = blobs(240, 1);
const test = blobs(300, 2);
const unknown = strangers(120, 3);
const unseen = strangers(200, 4);
const quick = { outputDim: 64, scale: 1.5 };
const ridge = () => new KernelRidge<string>({ ...quick, task: 'classification' });
const svm = () => new KernelSVM<string>(quick);
const logistic = () => new KernelLogisticRegression<string>(quick);

const expectNoLeak = async <T>(action: () => Promise<T>): Promise<T> => {
  const before = getSimd().memory().blocks;
  const result = await expectNoTensorLeak(action);
  expect(getSimd().memory().blocks, 'memory left behind').toBe(before);
  return result;
};

describe.each([
  ['KernelSVM', svm],
  ['KernelLogisticRegression', logistic],
  ['KernelRidge', ridge],
] as [string, () => KernelModel<string>][])('rejecting(%s)', (_, create) => {
  it('says null of rows of no class, and keeps the others; it leaves no tensor behind', async () => {
    const warm = create();
    await warm.fit(train.x, train.y);
    warm.dispose();
    await expectNoLeak(async () => {
      const reject = rejecting(create());
      await reject.fit(train.x, train.y);
      const said = await reject.model.predict(test.x, { reject });
      const right = said.filter((label, row) => label === test.y[row]).length;
      expect(right / said.length).toBeGreaterThan(0.85);
      const others = await reject.model.predict(unseen, { reject });
      expect(others.filter((label) => label === null).length / others.length).toBeGreaterThan(0.9);
      expect(await reject.predict(unseen)).toEqual(others);
      // Without the option nothing is rejected.
      expect(await reject.model.predict(unseen)).not.toContain(null);
      reject.dispose();
    });
  });

  it('takes a fitted model, and tells rows with labels that it does not know', async () => {
    const model = create();
    await model.fit(train.x, train.y);
    const reject = rejecting(model, { coverage: 0.9 });
    const held = blobs(150, 5);
    const training = [train.x, train.y] as const;
    await reject.calibrate(held.x, held.y, { training });
    const both = [...test.x, ...unseen];
    const labels = [...test.y, ...unseen.map(() => 'none')];
    const found = await reject.evaluate(both, labels);
    expect([found.known, found.unknown]).toEqual([300, 200]);
    expect(found).toEqual(await reject.evaluate(test.x, test.y, { unknown: unseen }));
    expect(found.auroc).toBeGreaterThan(0.95);
    reject.dispose();
    // The model is the caller's.
    expect(await model.predict(test.x)).toHaveLength(300);
    model.dispose();
  });
});

const scores: [string, RejectScoreName | RejectScore][] = [
  ...(['relativeMahalanobis', 'distance', 'energy', 'margin', 'probability'] as const).map(
    (name) => [name, name] as [string, RejectScoreName],
  ),
  ['sum of three', sumOfScores(['distance', energy(), 'margin'], [1, 20, 0.5])],
];

describe.each(scores)('the score %s', (_, score) => {
  it('goes to JSON and back, and gives the same scores', async () => {
    const model = ridge();
    await model.fit(train.x, train.y);
    const reject = rejecting(model, { score });
    await reject.calibrate(test.x, test.y);
    const json = JSON.parse(JSON.stringify(reject));
    const again = rejecting(model, { score }).restore(json);
    expect(await again.scores(unseen)).toEqual(await reject.scores(unseen));
    expect(await again.predict(unseen)).toEqual(await reject.predict(unseen));
    const other = score === 'energy' ? 'margin' : 'energy';
    expect(() => rejecting(model, { score: other }).restore(json)).toThrow(
      '`record.score` must be',
    );
    expect(() => again.restore({} as never)).toThrow('`record` must be what `toJSON`');
    model.dispose();
  });

  it('scores each row by itself', async () => {
    const reject = rejecting(ridge(), { score });
    await reject.fit(train.x, train.y);
    const all = await reject.scores(test.x.slice(0, 20));
    for (const row of [0, 7, 19]) {
      const [alone] = await reject.scores([test.x[row]]);
      expect(Math.abs(alone - all[row])).toBeLessThan(1e-3 * (1 + Math.abs(all[row])));
    }
    reject.dispose();
  });

  it('finds the unknown where classes are points, of one row each or of copies', async () => {
    const x = Array.from({ length: 12 }, (_, row) => [
      row % 3 === 0 ? 1 : 0,
      row % 3 === 1 ? 1 : 0,
    ]);
    const y = x.map((_, row) => `point ${row % 3}`);
    for (const rows of [3, 12]) {
      const model = svm();
      await model.fit(x.slice(0, rows), y.slice(0, rows));
      for (const score of ['relativeMahalanobis', 'distance'] as const) {
        const reject = rejecting(model, { score });
        const training = [x.slice(0, rows), y.slice(0, rows)] as const;
        await reject.calibrate(x, y, { training });
        expect(await reject.predict([...x.slice(0, 3), [9, 9]])).toEqual([...y.slice(0, 3), null]);
      }
      model.dispose();
    }
  });

  it('serves two classes as well', async () => {
    const two = train.y.map((label) => (label === 'a' ? 'a' : 'other'));
    const reject = rejecting(ridge(), { score });
    await reject.fit(train.x, two);
    const { coverage } = await reject.evaluate(
      test.x,
      test.y.map((l) => (l === 'a' ? 'a' : 'other')),
    );
    expect(coverage).toBeGreaterThan(0.85);
    reject.dispose();
  });
});

describe('a sum of scores', () => {
  it('is the weighted sum of its parts', async () => {
    const model = logistic();
    await model.fit(train.x, train.y);
    const training = [train.x, train.y] as const;
    const found = async (score: RejectScoreName | RejectScore) => {
      const reject = rejecting(model, { score });
      await reject.calibrate(test.x, test.y, { training });
      return reject.scores(unseen);
    };
    const parts = [await found('relativeMahalanobis'), await found(energy({ temperature: 2 }))];
    const sum = await found(
      sumOfScores(['relativeMahalanobis', energy({ temperature: 2 })], [0.5, 3]),
    );
    sum.forEach((value, row) => {
      const expected = 0.5 * parts[0][row] + 3 * parts[1][row];
      expect(value).toBeCloseTo(expected, 9);
    });
    model.dispose();
  });

  it('needs no rows where its parts need none', async () => {
    const model = logistic();
    await model.fit(train.x, train.y);
    const reject = rejecting(model, { score: sumOfScores(['energy', 'margin']) });
    await reject.calibrate(test.x, test.y);
    expect(await reject.scores([[0, 0]])).toHaveLength(1);
    model.dispose();
  });

  it('is read with the settings that it was saved with', async () => {
    const model = ridge();
    await model.fit(train.x, train.y);
    const weighted = (weights: number[]) =>
      rejecting(model, { score: sumOfScores(['distance', 'energy'], weights) });
    const reject = weighted([1, 2]);
    await reject.calibrate(test.x, test.y);
    const json = JSON.parse(JSON.stringify(reject));
    expect(() => weighted([1, 3]).restore(json)).toThrow(
      '`record.score.config` must be {"0.floor":0.0001,"0.weight":1,"1.temperature":1,"1.weight":3}, as in the options.',
    );
    const noConfig = { ...json, score: { ...json.score, config: null } };
    expect(() => weighted([1, 2]).restore(noConfig)).toThrow('Received: {}.');
    expect(() => weighted([1, 2]).restore({ ...json, state: [null] })).toThrow(
      '`record.state` must have the length 2',
    );
    model.dispose();
  });

  it('refuses what it cannot add', () => {
    expect(() => sumOfScores(['energy'])).toThrow('`scores` must hold at least two');
    expect(() => sumOfScores(['energy', 'enrgy' as never])).toThrow('`scores[1]` must be one of');
    expect(() => sumOfScores(['energy', 'margin'], [1])).toThrow(
      '`weights` must have the length 2',
    );
    expect(() => sumOfScores(['energy', 'margin'], [1, Number.NaN])).toThrow('`weights[1]`');
  });
});

describe('distances from classes', () => {
  /** The solution of a·x = b, by elimination. */
  function solved(a: number[][], b: number[]): number[] {
    const rows = a.map((row, i) => [...row, b[i]]);
    for (let i = 0; i < rows.length; i++) {
      for (let k = i + 1; k < rows.length; k++) {
        const f = rows[k][i] / rows[i][i];
        for (let j = i; j <= rows.length; j++) rows[k][j] -= f * rows[i][j];
      }
    }
    for (let i = rows.length - 1; i >= 0; i--) {
      for (let j = i + 1; j < rows.length; j++)
        rows[i][rows.length] -= rows[i][j] * rows[j][rows.length];
      rows[i][rows.length] /= rows[i][i];
    }
    return rows.map((row) => row[rows.length]);
  }
  const meanOf = (rows: readonly number[][]) =>
    rows[0].map((_, c) => rows.reduce((sum, row) => sum + row[c], 0) / rows.length);
  const minus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]);
  function covarianceOf(deviations: readonly number[][], floor: number): number[][] {
    const d = deviations[0].length;
    const matrix = Array.from({ length: d }, (_, i) =>
      Array.from(
        { length: d },
        (__, j) => deviations.reduce((s, row) => s + row[i] * row[j], 0) / deviations.length,
      ),
    );
    const trace = matrix.reduce((sum, row, i) => sum + row[i], 0);
    return matrix.map((row, i) => row.map((v, j) => v + (i === j ? floor * trace : 0)));
  }
  const squared = (matrix: number[][], c: number[]) =>
    solved(matrix, c).reduce((sum, value, i) => sum + value * c[i], 0);

  it.each([
    ['from the rows', svm],
    ["from the sums of 'direct'", ridge],
  ] as [string, () => KernelModel<string>][])(
    'are what their formulas say: %s',
    async (_, create) => {
      const floor = 0.01;
      const model = create().setParams({
        features: identity(),
        outputDim: undefined,
        scale: undefined,
      });
      await model.fit(train.x, train.y);
      const means = names.map((name) => meanOf(train.x.filter((__, i) => train.y[i] === name)));
      const mean = meanOf(train.x);
      const within = covarianceOf(
        train.x.map((row, i) => minus(row, means[names.indexOf(train.y[i])])),
        floor,
      );
      const total = covarianceOf(
        train.x.map((row) => minus(row, mean)),
        floor,
      );
      const nearest = unseen.map((row) =>
        Math.min(...means.map((m) => squared(within, minus(row, m)))),
      );
      const relative = unseen.map((row, i) => squared(total, minus(row, mean)) - nearest[i]);
      const training = [train.x, train.y] as const;
      for (const [score, expected] of [
        [distance({ floor }), nearest.map((v) => -v)],
        [relativeMahalanobis({ floor }), relative],
      ] as const) {
        const reject = rejecting(model, { score });
        await reject.calibrate(test.x, test.y, { training });
        const found = await reject.scores(unseen);
        found.forEach((value, row) => {
          expect(Math.abs(value - expected[row])).toBeLessThan(
            2e-4 * (1 + Math.abs(expected[row])),
          );
        });
      }
      model.dispose();
    },
  );
});

describe('thresholds', () => {
  const held = {
    known: Array.from({ length: 100 }, (_, i) => i),
    right: Array.from({ length: 100 }, (_, i) => i >= 20),
    unknown: Array.from({ length: 50 }, (_, i) => i - 30),
  };

  it('keeps a share of the known rows', () => {
    const threshold = chooseThreshold(held, { coverage: 0.9 });
    expect(held.known.filter((score) => score >= threshold)).toHaveLength(91);
  });

  it('lets a share of the unknown rows pass at most', () => {
    const threshold = chooseThreshold(held, { falseAcceptances: 0.1 });
    expect(held.unknown.filter((score) => score >= threshold)).toHaveLength(5);
  });

  it('lets a share of accepted rows be wrong at most, where nothing unknown is known', () => {
    const threshold = chooseThreshold({ ...held, unknown: [] }, { falseAcceptances: 0.1 });
    const accepted = held.known.filter((score) => score >= threshold);
    expect(
      accepted.filter((score) => !held.right[score]).length / accepted.length,
    ).toBeLessThanOrEqual(0.1);
    expect(threshold).toBe(12);
  });

  it('costs the least, up to the smoothing', () => {
    const cost = (threshold: number) =>
      held.known.filter((s) => s < threshold || !held.right[s]).length / 100 +
      held.unknown.filter((s) => s >= threshold).length / 50;
    const least = Math.min(...Array.from({ length: 140 }, (_, i) => cost(i - 35)));
    expect(cost(chooseThreshold(held, {}))).toBeLessThan(least + 0.05);
    // What costs nothing to reject is rejected; what costs nothing to accept is kept.
    expect(chooseThreshold(held, { cost: { rejected: 0 } })).toBeGreaterThan(20);
    expect(chooseThreshold(held, { cost: { wrong: 0, accepted: 0 } })).toBeLessThan(-20);
  });

  it('measures coverage, risk, recall and area as they are defined', () => {
    const found = openWorldEvaluation(held, 10);
    expect(found).toMatchObject({
      coverage: 0.9,
      risk: 10 / 90,
      accuracy: 0.8,
      recall: 0.8,
      precision: 0.8,
    });
    let pairs = 0;
    for (const a of held.known)
      for (const b of held.unknown) pairs += a > b ? 1 : a === b ? 0.5 : 0;
    expect(found.auroc).toBeCloseTo(pairs / 5000, 10);
    expect(found.curve.at(-1)).toMatchObject({ coverage: 1, risk: 0.2, threshold: 0 });
    expect(found.curve[0].risk).toBe(0);
    let area = 0;
    for (let n = 1; n <= 100; n++) area += Math.max(0, n - 80) / n / 100;
    expect(found.meanRisk).toBeCloseTo(area, 10);
  });
});

describe('coverage on rows that were not trained on', () => {
  it.each(['split', 'cross'] as const)('is near what was asked for, by %s', async (method) => {
    let [kept, rows] = [0, 0];
    for (let seed = 20; seed < 28; seed++) {
      const own = blobs(240, seed);
      const reject = rejecting(ridge(), { coverage: 0.9, method, seed });
      await reject.fit(own.x, own.y);
      const keeps = await reject.keeps(blobs(300, seed + 50).x);
      kept += keeps.filter(Boolean).length;
      rows += keeps.length;
      reject.dispose();
    }
    // The threshold of a split comes from 48 rows: eight of them err by about √(0.09/48/8).
    expect(Math.abs(kept / rows - 0.9)).toBeLessThan(4 * Math.sqrt(0.09 / 48 / 8) + 1 / 48);
  });
});

describe('rejecting', () => {
  it('is better with examples of the unknown than by coverage alone', async () => {
    const reject = rejecting(svm());
    await reject.fit(train.x, train.y, { unknown });
    const { accuracy, recall } = await reject.evaluate(test.x, test.y, { unknown: unseen });
    expect((accuracy + recall) / 2).toBeGreaterThan(0.93);
    reject.dispose();
  });

  it('takes a score of your own', async () => {
    const first: RejectScore<void> = {
      name: 'first',
      config: {},
      async score({ features, rows }) {
        const out: number[] = [];
        for await (const { z, width, rows: count } of features()) {
          for (let row = 0; row < count; row++) out.push(z[row * width]);
        }
        expect(out).toHaveLength(rows);
        return Float64Array.from(out);
      },
    };
    const model = new KernelSVM<string>({ features: identity() });
    await model.fit(train.x, train.y);
    const reject = rejecting(model, { score: first, coverage: 0.5 });
    await reject.calibrate(test.x, test.y);
    expect(Array.from(await reject.scores([[7, 1]]))).toEqual([7]);
    model.dispose();
  });

  it('serves texts', async () => {
    const texts = [
      'good day',
      'good morning',
      'day of good',
      'bad rain',
      'rain and bad',
      'so bad rain',
    ];
    const classifier = new TextClassifier();
    await classifier.fit(texts, ['+', '+', '+', '-', '-', '-']);
    const reject = rejecting(classifier.model, {
      score: energy({ temperature: 0.1 }),
      coverage: 0.9,
    });
    const rows = texts.map((text) => ({ text }));
    await reject.calibrate(rows, ['+', '+', '+', '-', '-', '-']);
    expect(await classifier.predict(['good day', 'zebra'], { reject })).toEqual(['+', null]);
    expect(await classifier.predict('zebra', { reject })).toBeNull();
    classifier.dispose();
  });

  it.each([
    [{ coverage: 1 }, '`coverage` must lie between 0 and 1. Received: 1.'],
    [{ falseAcceptances: -1 }, '`falseAcceptances` must lie between 0 and 1. Received: -1.'],
    [
      { coverage: 0.9, cost: {} },
      '`coverage` must be the only aim, or left out. Received: coverage and cost.',
    ],
    [{ cost: { wrong: -1 } }, '`cost.wrong` must be'],
    [{ cost: { errors: 1 } }, '`cost` must be among'],
    [
      { score: 'enery' },
      '`score` must be one of relativeMahalanobis, distance, energy, margin, probability',
    ],
    [{ folds: 1 }, '`folds` must be'],
    [{ covrage: 0.9 }, 'The options of `rejecting` must be among'],
  ])('refuses the options %o', (options, message) => {
    expect(() => rejecting(svm(), options as never)).toThrow(message);
  });

  it('names rows as they were given, before any work', async () => {
    const { x, y } = blobs(60, 1);
    const at = <T>(values: readonly T[], row: number, value: unknown) =>
      values.map((one, i) => (i === row ? value : one));
    const nothing = async () => {
      throw new Error('a fit began');
    };
    for (const method of ['split', 'cross'] as const) {
      const estimator = svm();
      estimator.clone = () => Object.assign(svm(), { fit: nothing });
      const reject = rejecting(estimator, { method });
      const cases: [unknown, unknown, object | null | undefined, string][] = [
        [null, y, {}, '`x` must be { data, shape }'],
        [x, null, {}, '`y` must be an array of labels'],
        [
          at(x, 41, [Number.NaN, 1]),
          y,
          {},
          '`x` must hold finite numbers only. Received: NaN in row 41, column 0.',
        ],
        [at(x, 41, [1]), y, {}, 'Received: 1 in row 41.'],
        [x, at(y, 41, null), {}, 'Received: null in row 41.'],
        [x, y.slice(1), {}, '`y` must have one entry per row of `x`, 60. Received: 59.'],
        [
          x.slice(0, 1),
          y.slice(0, 1),
          {},
          '`y` must hold at least two classes. Received: only "a".',
        ],
        [x, y, { unknown: null }, '`unknown` must be { data, shape }'],
        [
          x,
          y,
          { unknown: [[1, Number.NaN]] },
          '`unknown` must hold finite numbers only. Received: NaN in row 0, column 1.',
        ],
        [
          x,
          y,
          { unknown: [[1]] },
          '`unknown` must have rows of the shape of `x`, [2]. Received: [1].',
        ],
        [x, y, { unknown: [{ a: 1 }] }, '`unknown` must hold rows of numbers if `x` does.'],
        [
          x.map(([a, b]) => ({ a, b })),
          y,
          { unknown },
          '`unknown` must be a table or objects if `x` is.',
        ],
        [
          x,
          y,
          { unkown: unknown },
          "must be among unknown, groups, fitOptions, signal. Received: unkown. Did you mean 'unknown'?",
        ],
        [x, y, null, "The options of a rejection's `fit` must be an object. Received: null."],
        [x, y, { fitOptions: { epoch: 1 } }, 'The options of `fit` must be among'],
        [x, y, { signal: 1 }, '`signal` must be an AbortSignal'],
        [x, y, { groups: [1] }, '`groups` must have one label per row, 60'],
      ];
      for (const [rows, labels, options, message] of cases) {
        await expect(reject.fit(rows as never, labels as never, options as never)).rejects.toThrow(
          message,
        );
      }
    }
    const few = rejecting(svm()).fit([[1], [2]], ['a', 'b']);
    await expect(few).rejects.toThrow(
      '`x` must have enough rows of each class: 1 of 2 are held out',
    );
  });

  it('checks rows, labels and options of calibration and evaluation', async () => {
    const model = ridge();
    await model.fit(train.x, train.y);
    const reject = rejecting(model);
    const { x, y } = test;
    const holed = [[1, Number.NaN]];
    for (const method of ['calibrate', 'evaluate'] as const) {
      const cases: [unknown, unknown, object | null, string][] = [
        [null, y, {}, '`x` must be { data, shape }'],
        [x, y.slice(2), {}, '`y` must have one entry per row of `x`, 300. Received: 298.'],
        [
          x,
          y,
          { unknown: holed },
          '`unknown` must hold finite numbers only. Received: NaN in row 0, column 1.',
        ],
        [
          x,
          y,
          { unknown: [[1]] },
          '`unknown` must have rows of the shape of `x`, [2]. Received: [1].',
        ],
        [
          x,
          y,
          { unkown: unknown },
          `The options of a rejection's \`${method}\` must be among unknown`,
        ],
        [x, y, null, 'must be an object. Received: null.'],
      ];
      for (const [rows, labels, options, message] of cases) {
        const call = reject[method](rows as never, labels as never, options as never);
        await expect(call).rejects.toThrow(message);
      }
      await reject.calibrate(x, y);
    }
    model.dispose();
  });

  it('refuses what it cannot use', async () => {
    for (const other of [new KernelQuantile(), new KernelModel({ task: 'multilabel' })]) {
      expect(() => rejecting(other as never)).toThrow('`estimator` must be a classifier');
    }
    expect(() => rejecting(new KernelRidge() as never)).toThrow('`estimator` must be a classifier');
    expect(() => rejecting({} as never)).toThrow('`estimator` must be a classifier');
    const reject = rejecting(svm());
    await expect(reject.predict(test.x)).rejects.toThrow('This rejection is not fitted yet.');
    const model = svm();
    await model.fit(train.x, train.y);
    const late = rejecting(model);
    await expect(late.calibrate(test.x, test.y)).rejects.toThrow(
      "`training` must hold the rows and labels of `fit`, from which 'relativeMahalanobis' learns. Received: none.",
    );
    const training = [train.x, train.y] as const;
    await expect(
      late.calibrate(
        test.x,
        test.y.map(() => 'none'),
        { training },
      ),
    ).rejects.toThrow('`y` must hold labels of classes that the classifier knows. Received: none.');
    await expect(model.predict(test.x, { reject: {} as never })).rejects.toThrow(
      '`reject` must have a method `keeps`',
    );
    model.dispose();
  });

  it('stops when it is aborted, and leaves nothing behind', async () => {
    const reason = new Error('enough');
    await expectNoLeak(async () => {
      const reject = rejecting(svm());
      const fitting = reject.fit(train.x, train.y, { signal: AbortSignal.abort(reason) });
      await expect(fitting).rejects.toBe(reason);
    });
  });
});
