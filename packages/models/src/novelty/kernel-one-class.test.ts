import { identity } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { getSimd } from '@kernel-methods/simd';
import { Table } from '@kernel-methods/tables';
import {
  describeEstimator,
  type Estimator,
  expectNoLeak as expectNoTensorLeak,
} from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { savedBy } from '../fixtures/saved-by.ts';
import fixture from '../fixtures/sklearn/one-class.json' with { type: 'json' };
import {
  KernelModel,
  KernelOneClass,
  type KernelOneClassOptions,
  KernelSVM,
  leverage,
  mahalanobis,
  oneClassSvm,
  SavedModelError,
} from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode(); // cpu greets on the console
  await tf.setBackend('cpu');
});

/** Rows near a circle. */
function ring(count: number, seed: number): number[][] {
  const { uniform, normal } = createRandom(seed);
  return Array.from({ length: count }, () => {
    const angle = 2 * Math.PI * uniform();
    const radius = 2 + 0.1 * normal();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/** Rows inside of the circle, and far outside. */
const strangers = [
  ...ring(40, 9).map(([a, b]) => [a / 4, b / 4]),
  ...ring(40, 8).map(([a, b]) => [2 * a, 2 * b]),
];
const x = ring(150, 1);
const unseen = ring(400, 2);
const quick = { outputDim: 64, scale: 1 } as const;

const expectNoLeak = async <T>(action: () => Promise<T>): Promise<T> => {
  const before = getSimd().memory().blocks;
  const result = await expectNoTensorLeak(action);
  expect(getSimd().memory().blocks, 'memory left behind').toBe(before);
  return result;
};

const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, by: number) => {
  expect(actual.length).toBe(expected.length);
  const most = Math.max(...Array.from(expected, Math.abs));
  for (let i = 0; i < actual.length; i++) {
    expect(Math.abs(actual[i] - expected[i]), `row ${i}`).toBeLessThan(by * most);
  }
};

/** A model in the form of estimators that learn from targets; its score is the share of rows kept. */
class WithTargets implements Estimator {
  readonly #model: KernelOneClass;

  constructor(model: KernelOneClass) {
    this.#model = model;
  }

  get options() {
    return this.#model.options;
  }

  fit(rows: unknown, _: unknown, options?: object) {
    return this.#model.fit(rows as number[][], options);
  }

  predict(rows: unknown) {
    return this.#model.predict(rows as number[][]);
  }

  decisionFunction(rows: unknown) {
    return this.#model.decisionFunction(rows as number[][]);
  }

  async score(rows: unknown) {
    const signs = await this.predict(rows);
    return signs.filter((sign) => sign > 0).length / signs.length;
  }

  save(handler: tf.io.IOHandler) {
    return this.#model.save(handler);
  }

  getParams() {
    return this.#model.getParams();
  }

  setParams(options: object) {
    this.#model.setParams(options);
    return this;
  }

  clone() {
    return new WithTargets(this.#model.clone());
  }

  dispose() {
    this.#model.dispose();
  }
}

describe.each(['mahalanobis', 'leverage', 'oneClassSvm'] as const)('%s', (solver) => {
  const rows = ring(60, 5);
  const nu = 0.05;
  describeEstimator(`KernelOneClass by ${solver}`, {
    create: () => new WithTargets(new KernelOneClass({ ...quick, solver, nu, seed: 0 })),
    load: async (handler) => new WithTargets(await KernelOneClass.load(handler)),
    x: rows,
    y: rows.map(() => 1),
    score: 1 - nu - 0.05,
    isUnlabelled: true,
  });

  it('knows the only row that it has seen', async () => {
    for (const outputDim of [4, 64, 256, 1024]) {
      for (const seed of [0, 1, 2]) {
        const model = new KernelOneClass({ outputDim, scale: 1, solver, seed });
        await model.fit([[1, 2]]);
        expect(
          await model.predict([
            [1, 2],
            [5, 5],
          ]),
        ).toEqual([1, -1]);
        model.dispose();
      }
    }
  });
});

describe('oneClassSvm on given features', () => {
  for (const { nu, weights, ...expected } of fixture.cases) {
    const title = `nu ${nu}${weights ? ' with weights' : ''}`;
    it(`is scikit-learn's OneClassSVM: ${title}`, async () => {
      const solver = oneClassSvm({ nu, way: 'exact', threshold: 'rows', tolerance: 1e-6 });
      const model = new KernelOneClass({ features: identity(), solver });
      await model.fit(fixture.z, weights ? { sampleWeight: weights } : {});
      const { total } = expected;
      near(
        (await model.decisionFunction(fixture.z)).data,
        expected.decisions.map((v) => v / total),
        1e-3,
      );
      near(
        (await model.decisionFunction(fixture.x)).data,
        expected.unseen.map((v) => v / total),
        1e-3,
      );
      near(
        (await model.scoreSamples(fixture.x)).data,
        expected.scores.map((v) => v / total),
        1e-3,
      );
      expect(await model.predict(fixture.x)).toEqual(expected.predicted);
      expect(await objectiveOf(model, nu, weights)).toBeCloseTo(expected.objective, 3);
      model.dispose();
    });

    it(`descends to the same objective: ${title}`, async () => {
      const solver = oneClassSvm({ nu, way: 'descent', threshold: 'rows' });
      const model = new KernelOneClass({
        features: identity(),
        solver,
        epochs: 3000,
        batchSize: 60,
      });
      await model.fit(fixture.z, weights ? { sampleWeight: weights } : {});
      // The minimum is below all others, so that only a lower bound could be missed.
      const reached = await objectiveOf(model, nu, weights);
      expect(reached).toBeGreaterThan(expected.objective - 1e-3);
      expect(reached).toBeLessThan(expected.objective + 0.01 * Math.abs(expected.objective));
      model.dispose();
    });
  }
});

/** ½‖w‖² − ρ + Σ s·max(0, ρ − w·z) / (ν·Σs), in float64. */
async function objectiveOf(model: KernelOneClass, nu: number, weights: number[] | null) {
  const network = model.toLayersModel();
  const [kernel] = network.layers.at(-1)!.getWeights();
  const w = await kernel.data();
  network.dispose();
  const rho = await model.offset();
  let [squares, slack, total] = [0, 0, 0];
  for (const value of w) squares += value * value;
  fixture.z.forEach((row, i) => {
    const score = row.reduce((sum, value, c) => sum + value * w[c], 0);
    slack += (weights?.[i] ?? 1) * Math.max(0, rho - score);
    total += weights?.[i] ?? 1;
  });
  return squares / 2 - rho + slack / (nu * total);
}

describe('distances on given features', () => {
  const z = fixture.z;
  const floor = 1e-3;

  /** d² or n·h by Gauss elimination in float64. */
  function naive(rows: readonly number[][], row: readonly number[], isCentred: boolean): number {
    const d = row.length;
    const mean = row.map((_, c) => rows.reduce((sum, r) => sum + r[c], 0) / rows.length);
    const about = isCentred ? mean : row.map(() => 0);
    const products = (from: readonly number[]) =>
      row.map((_, i) =>
        row.map(
          (__, j) =>
            rows.reduce((s, r) => s + (r[i] - from[i]) * (r[j] - from[j]), 0) / rows.length,
        ),
      );
    const trace = products(mean).reduce((sum, r, i) => sum + r[i], 0);
    const a = products(about).map((r, i) => r.map((v, j) => v + (i === j ? floor * trace : 0)));
    const c = row.map((value, i) => value - about[i]);
    const b = [...c];
    for (let i = 0; i < d; i++) {
      for (let k = i + 1; k < d; k++) {
        const f = a[k][i] / a[i][i];
        for (let j = i; j < d; j++) a[k][j] -= f * a[i][j];
        b[k] -= f * b[i];
      }
    }
    for (let i = d - 1; i >= 0; i--) {
      for (let j = i + 1; j < d; j++) b[i] -= a[i][j] * b[j];
      b[i] /= a[i][i];
    }
    return c.reduce((sum, value, i) => sum + value * b[i], 0);
  }

  it.each([
    ['mahalanobis', mahalanobis, true],
    ['leverage', leverage, false],
  ] as const)('%s is what its formula says', async (_, solver, isCentred) => {
    const model = new KernelOneClass({ features: identity(), solver: solver({ floor, nu: 0.1 }) });
    await model.fit(z);
    const scores = (await model.scoreSamples(fixture.x)).data;
    near(
      scores,
      fixture.x.map((row) => -naive(z, row, isCentred)),
      1e-4,
    );
    model.dispose();
  });

  it.each([
    ['mahalanobis', mahalanobis, true],
    ['leverage', leverage, false],
  ] as const)(
    '%s takes its threshold from each row by all others',
    async (_, solver, isCentred) => {
      const nu = 0.1;
      const model = new KernelOneClass({ features: identity(), solver: solver({ floor, nu }) });
      await model.fit(z);
      const left = z.map(
        (row, i) =>
          -naive(
            z.filter((__, j) => j !== i),
            row,
            isCentred,
          ),
      );
      const rank = Math.floor(nu * (z.length + 1));
      const expected = left.sort((a, b) => a - b)[rank - 1];
      // The closed form keeps what was added to the variance as it is with all rows.
      expect(await model.offset()).toBeCloseTo(expected, 0);
      expect(Math.abs((await model.offset()) / expected - 1)).toBeLessThan(0.02);
      model.dispose();
    },
  );

  it('does not care where the rows lie', async () => {
    const scores = async (by: number) => {
      const moved = (rows: readonly number[][]) => rows.map((row) => row.map((v) => v + by));
      const model = new KernelOneClass({ features: identity(), standardize: false });
      await model.fit(moved(z));
      const { data } = await model.decisionFunction(moved(fixture.x));
      model.dispose();
      return data;
    };
    near(await scores(1000), await scores(0), 2e-3);
  });

  it('does not care for the unit of the rows', async () => {
    const scores = async (by: number) => {
      const scaled = (rows: readonly number[][]) => rows.map((row) => row.map((v) => v * by));
      const model = new KernelOneClass({ features: identity(), standardize: false });
      await model.fit(scaled(z));
      const { data } = await model.decisionFunction(scaled(fixture.x));
      model.dispose();
      return data;
    };
    near(await scores(1e6), await scores(1), 1e-4);
    near(await scores(1e-6), await scores(1), 1e-4);
  });
});

const solvers = ['mahalanobis', 'leverage', 'oneClassSvm'] as const;

describe.each(solvers)('KernelOneClass with %s', (solver) => {
  const create = (options: KernelOneClassOptions = {}) =>
    new KernelOneClass({ ...quick, solver, ...options });

  const fitted = async <T>(
    use: (model: KernelOneClass) => Promise<T>,
    options?: KernelOneClassOptions,
  ) => {
    const model = create(options);
    try {
      await model.fit(x);
      return await use(model);
    } finally {
      model.dispose();
    }
  };

  it('tells strangers, and leaves no tensor behind', async () => {
    await fitted((model) => model.predict(x));
    await expectNoLeak(() =>
      fitted(async (model) => {
        const rows = [...unseen, ...strangers];
        const y = rows.map((_, i) => (i < unseen.length ? 1 : -1));
        const { auroc, known, unknown } = await model.evaluate(rows, y);
        expect(auroc).toBeGreaterThan(solver === 'oneClassSvm' ? 0.8 : 0.99);
        expect([known, unknown]).toEqual([unseen.length, strangers.length]);
      }),
    );
  });

  it.each([0.05, 0.2])('takes about a share of %f of unseen rows for others', async (nu) => {
    // Over ten draws of the rows: the threshold has an error of its own.
    let [alarms, rows] = [0, 0];
    for (let seed = 10; seed < 20; seed++) {
      const model = create({ nu });
      await model.fit(ring(200, seed));
      const predicted = await model.predict(ring(300, seed + 100));
      alarms += predicted.filter((sign) => sign < 0).length;
      rows += predicted.length;
      model.dispose();
    }
    // The threshold is an order statistic of 200, new in each of ten fits; the rows add their own.
    const variance = nu * (1 - nu) * (1 / rows + 1 / (10 * 200));
    expect(Math.abs(alarms / rows - nu)).toBeLessThan(4 * Math.sqrt(variance) + 1 / 200);
  });

  it('has a decision that is the score minus the threshold, and predicts its sign', () =>
    fitted(async (model) => {
      const [{ data: decided }, { data: scores }] = [
        await model.decisionFunction(unseen),
        await model.scoreSamples(unseen),
      ];
      const offset = await model.offset();
      near(
        decided,
        scores.map((score) => score - offset),
        1e-5,
      );
      expect(await model.predict(unseen)).toEqual(Array.from(decided, (v) => (v < 0 ? -1 : 1)));
    }));

  it('gives the same bits when fitted again, and from a clone', () =>
    fitted(async (model) => {
      const first = (await model.decisionFunction(unseen)).data;
      await model.fit(x);
      expect((await model.decisionFunction(unseen)).data).toEqual(first);
      const clone = model.clone();
      await expect(clone.predict(x)).rejects.toThrow('is not fitted yet. Call `fit` first.');
      await clone.fit(x);
      expect((await clone.decisionFunction(unseen)).data).toEqual(first);
      clone.dispose();
    }));

  it('takes arrays, typed arrays, tensors, tables, objects and streams alike', () =>
    fitted(async (model) => {
      const expected = (await model.decisionFunction(unseen)).data;
      const data = Float32Array.from(x.flat());
      const shape = [x.length, 2];
      const tensor = tf.tensor2d(data, [x.length, 2]);
      const objects = x.map(([a, b]) => ({ a, b }));
      const table = Table.fromRows(objects);
      const parts = (size: number) =>
        Array.from({ length: Math.ceil(x.length / size) }, (_, i) => i * size);
      const stream = {
        async *[Symbol.asyncIterator]() {
          for (const from of parts(40)) yield x.slice(from, from + 40);
        },
      };
      const batches = {
        async *[Symbol.asyncIterator]() {
          for (const from of parts(64)) {
            const some = x.slice(from, from + 64);
            yield { x: some, sampleWeight: some.map(() => 2) };
          }
        },
      };
      for (const rows of [{ data, shape }, tensor, stream, batches]) {
        await expectNoLeak(() => model.fit(rows).then(() => {}));
        near((await model.decisionFunction(unseen)).data, expected, 2e-3);
      }
      expect(tensor.isDisposed).toBe(false);
      tensor.dispose();
      const asObjects = unseen.map(([a, b]) => ({ a, b }));
      const named: number[][] = [];
      const tables = {
        async *[Symbol.asyncIterator]() {
          yield table;
        },
      };
      for (const rows of [table, objects, tables]) {
        await model.fit(rows);
        expect(model.encoder).toBeDefined();
        named.push(Array.from((await model.decisionFunction(asObjects)).data));
        await expect(model.predict(unseen)).rejects.toThrow('be a table or objects');
      }
      near(named[1], named[0], 1e-6);
      near(named[2], named[0], 1e-6);
    }));

  it('is saved and loaded with the same bits, its options, and can be fitted again', () =>
    fitted(
      async (model) => {
        const loaded = await KernelOneClass.load(await savedBy(model));
        expect((await loaded.decisionFunction(unseen)).data).toEqual(
          (await model.decisionFunction(unseen)).data,
        );
        expect(await loaded.offset()).toBe(await model.offset());
        expect(loaded.settings).toEqual(model.settings);
        expect(loaded.options.nu).toBe(0.1);
        expect(loaded.options.solver.config).toEqual(model.options.solver.config);
        await loaded.fit(x);
        expect((await loaded.decisionFunction(unseen)).data).toEqual(
          (await model.decisionFunction(unseen)).data,
        );
        loaded.dispose();
      },
      { nu: 0.1 },
    ));

  it('is refused by other classes, and refuses theirs', () =>
    fitted(async (model) => {
      await expect(KernelSVM.load(await savedBy(model))).rejects.toThrow(SavedModelError);
      await expect(KernelModel.load(await savedBy(model))).rejects.toThrow(SavedModelError);
      const svm = new KernelSVM({ ...quick });
      await svm.fit(
        x,
        x.map(([a]) => a > 0),
      );
      await expect(KernelOneClass.load(await savedBy(svm as never))).rejects.toThrow(
        'must be one of KernelOneClass',
      );
      svm.dispose();
    }));

  it('stops when it is aborted, and is as it was', () =>
    fitted(async (model) => {
      const before = (await model.decisionFunction(unseen)).data;
      const reason = new Error('enough');
      const controller = new AbortController();
      const onProgress = () => controller.abort(reason);
      const aborted = () => model.fit(x, { signal: controller.signal, onProgress });
      await expect(expectNoLeak(aborted)).rejects.toBe(reason);
      const onEpochEnd = () => {
        throw new Error('mine');
      };
      await expect(expectNoLeak(() => model.fit(x, { onEpochEnd }))).rejects.toThrow('mine');
      expect((await model.decisionFunction(unseen)).data).toEqual(before);
    }));

  it('keeps what it learned when it is aborted after it has', async () => {
    const model = create();
    const controller = new AbortController();
    const reason = new Error('enough');
    const onEpochEnd = () => controller.abort(reason);
    await expect(
      expectNoTensorLeak(async () => {
        try {
          await model.fit(x, { signal: controller.signal, onEpochEnd });
        } finally {
          expect(await model.predict(unseen)).toHaveLength(unseen.length);
          const { auroc } = await model.evaluate(
            [...unseen, ...strangers],
            [...unseen.map(() => 1), ...strangers.map(() => -1)],
          );
          expect(auroc).toBeGreaterThan(0.7);
          model.dispose();
        }
      }),
    ).rejects.toBe(reason);
  });

  it('reports its progress', async () => {
    const phases = new Set<string>();
    const model = create();
    const { history, stopped, settings } = await model.fit(x, {
      onProgress: ({ phase }) => phases.add(phase),
    });
    expect([...phases]).toEqual(expect.arrayContaining(['train', 'solve']));
    expect(history).toHaveLength(1);
    expect(stopped).toBe(solver === 'oneClassSvm' ? 'converged' : 'exact');
    expect(settings).toMatchObject({ solver, scale: 1, outputDim: 64 });
    model.dispose();
  });

  it('learns from more rows', async () => {
    const model = create();
    await model.partialFit(x.slice(0, 60));
    const early = (await model.decisionFunction(unseen)).data;
    await expectNoLeak(() => model.partialFit(x.slice(60)).then(() => {}));
    const late = (await model.decisionFunction(unseen)).data;
    expect(late).not.toEqual(early);
    if (solver !== 'oneClassSvm') {
      const whole = create();
      await whole.fit(x);
      near(late, (await whole.decisionFunction(unseen)).data, 1e-3);
      whole.dispose();
    }
    model.dispose();
  });

  it('takes a layers model for what it computes', () =>
    fitted(async (model) => {
      const network = model.toLayersModel();
      const rows = tf.tensor2d(unseen);
      const out = network.predict(rows) as tf.Tensor;
      near(await out.data(), (await model.decisionFunction(unseen)).data, 1e-6);
      tf.dispose([rows, out]);
      network.dispose();
    }));

  it.each([
    [[[1, 2], [3]], 'must have rows of one width'],
    [[[1, Number.NaN]], '`x` must hold finite numbers only. Received: NaN in row 0, column 1.'],
    ['rows', '`x` must be { data, shape }'],
    [[], '`x` must be'],
  ])('refuses rows %o', async (rows, message) => {
    const model = create();
    await expect(expectNoLeak(() => model.fit(rows as never))).rejects.toThrow(message);
  });

  it.each([
    [{ validationSplit: 0.2 }, 'The options of `fit` must be among'],
    [{ sampleWeight: [1] }, '`sampleWeight` must have one weight per row'],
    [{ sampleWeight: x.map(() => 0) }, '`sampleWeight` must leave a row with a weight above 0'],
    [{ epochs: 0 }, '`epochs` must be a whole number, 1 or above. Received: 0.'],
  ])('refuses %o in fit', async (options, message) => {
    await expect(create().fit(x, options as never)).rejects.toThrow(message);
  });
});

describe.each(['mahalanobis', 'leverage'] as const)('%s keeps sums', (solver) => {
  const create = () => new KernelOneClass({ ...quick, solver });

  it('merges models, and forgets rows', async () => {
    const [whole, left, right] = [create(), create(), create()];
    await whole.fit(x);
    await left.fit(x.slice(0, 70));
    await right.fit(x.slice(70));
    const half = (await left.decisionFunction(unseen)).data;
    await expectNoLeak(() => left.merge(right));
    near(
      (await left.decisionFunction(unseen)).data,
      (await whole.decisionFunction(unseen)).data,
      1e-3,
    );
    await expectNoLeak(() => left.forget(x.slice(70)));
    near((await left.decisionFunction(unseen)).data, half, 1e-3);
    for (const model of [whole, left, right]) model.dispose();
  });

  it('takes a row of weight k for k rows, but for the threshold', async () => {
    const counts = x.map((_, i) => [1, 3, 0, 2][i % 4]);
    const [weighed, repeated] = [create(), create()];
    await weighed.fit(x, { sampleWeight: counts });
    await repeated.fit(x.flatMap((row, i) => new Array<number[]>(counts[i]).fill(row)));
    near(
      (await weighed.scoreSamples(unseen)).data,
      (await repeated.scoreSamples(unseen)).data,
      1e-3,
    );
    weighed.dispose();
    repeated.dispose();
  });

  it('does not mix maps, or models without sums', async () => {
    const [one, other, svm] = [
      create(),
      create(),
      new KernelOneClass({ ...quick, solver: 'oneClassSvm' }),
    ];
    await one.fit(x);
    await other.setParams({ seed: 3 }).fit(x);
    await svm.fit(x);
    await expect(one.merge(other)).rejects.toThrow('`other` must have the same feature map');
    for (const stranger of [null, {}, new KernelSVM()]) {
      await expect(one.merge(stranger as never)).rejects.toThrow(
        '`other` must be a KernelOneClass. Received: ',
      );
    }
    await expect(one.merge(svm)).rejects.toThrow("This one is by 'oneClassSvm'.");
    await expect(svm.forget(x)).rejects.toThrow("This one is by 'oneClassSvm'.");
    const loaded = await KernelOneClass.load(await savedBy(one));
    await expect(loaded.forget(x)).rejects.toThrow('until the model is saved');
    await expect(loaded.partialFit(x)).rejects.toThrow('needs the sums over earlier rows');
    for (const model of [one, other, svm, loaded]) model.dispose();
  });

  it('reads a generator once, with no more than a batch in memory', async () => {
    const model = create();
    let batches = 0;
    async function* stream() {
      for (let from = 0; from < x.length; from += 50) {
        batches++;
        yield x.slice(from, from + 50);
      }
    }
    await model.fit(stream());
    expect(batches).toBe(3);
    const whole = create();
    await whole.fit(x);
    near(
      (await model.decisionFunction(unseen)).data,
      (await whole.decisionFunction(unseen)).data,
      1e-3,
    );
    model.dispose();
    whole.dispose();
  });
});

describe('KernelOneClass', () => {
  it.each([
    [{ nu: 0 }, '`nu` must lie between 0 and 1. Received: 0.'],
    [{ nu: 1 }, '`nu` must lie between 0 and 1. Received: 1.'],
    [{ solver: 'newton' }, '`solver` must be one of mahalanobis, leverage, oneClassSvm'],
    [
      { solver: mahalanobis(), nu: 0.1 },
      '`nu` must be given to the solver itself, as in mahalanobis({ nu })',
    ],
    [{ loss: 'hinge' }, 'Options must be among'],
    [{ outputDim: 1.5 }, '`outputDim` must be a whole number, 1 or above. Received: 1.5.'],
  ])('refuses the options %o', (options, message) => {
    expect(() => new KernelOneClass(options as never)).toThrow(message);
  });

  it.each([
    [() => mahalanobis({ floor: 0 }), '`floor` must be a positive finite number. Received: 0.'],
    [() => leverage({ nu: 2 }), '`nu` must lie between 0 and 1. Received: 2.'],
    [() => oneClassSvm({ way: 'best' as never }), "`way` must be 'auto' or 'exact' or 'descent'"],
    [() => oneClassSvm({ threshold: 'none' as never }), "`threshold` must be 'unseen' or 'rows'"],
  ])('refuses settings of a solver', (make, message) => {
    expect(make).toThrow(message);
  });

  it('refuses targets that are not 1 and −1 in an evaluation', async () => {
    const model = new KernelOneClass(quick);
    await model.fit(x);
    await expect(model.evaluate([[1, 2]], [0])).rejects.toThrow('Received: 0 in row 0.');
    await expect(model.evaluate([[1, 2]], [1, 1])).rejects.toThrow(
      '`y` must have one entry per row',
    );
    expect(
      (
        await model.evaluate(
          x,
          x.map(() => 1),
        )
      ).auroc,
    ).toBeNaN();
    model.dispose();
  });

  it('takes rows that are all the same', async () => {
    const model = new KernelOneClass({ outputDim: 32 });
    await model.fit(x.slice(0, 30).map(() => [1, 2]));
    expect(
      await model.predict([
        [1, 2],
        [1.5, 2],
      ]),
    ).toEqual([1, -1]);
    model.dispose();
  });
});
