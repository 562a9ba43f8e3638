import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import {
  KernelLogisticRegression,
  KernelModel,
  type KernelModelOptions,
  KernelRidge,
  KernelSVM,
} from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(40);
const quick: KernelModelOptions = { outputDim: 8, scale: 1, epochs: 3, batchSize: 10 };
const solvers: KernelModelOptions[] = [
  { ...quick, loss: 'hinge' },
  { ...quick, loss: 'meanSquaredError', solver: 'direct', l2: 0.01 },
  { ...quick, loss: 'squaredHinge', solver: 'newton', l2: 0.01 },
  { ...quick, loss: 'hinge', solver: 'fit' },
];

describe('inputs', () => {
  const options: KernelModelOptions = { ...quick, loss: 'hinge' };
  const whole = x.map((row) => row.map((value) => Math.round(8 * value) + 0));
  const fitScores = async (rows: unknown, y: unknown, asked: unknown = rows) => {
    const model = new KernelModel(options);
    try {
      await model.fit(rows as number[][], y as number[]);
      return (await model.decisionFunction(asked as number[][])).data;
    } finally {
      model.dispose();
    }
  };

  it.each([Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Array])(
    'rows in a %o, whole or from the middle of a buffer',
    async (Kind) => {
      const expected = await fitScores(whole, labels);
      const data = (Kind as ArrayConstructor).from(whole.flat());
      expect(
        await fitScores(Object.freeze({ data, shape: Object.freeze([40, 2]) }), labels),
      ).toEqual(expected);
      if (Kind === Array) return;
      const Typed = Kind as Float32ArrayConstructor;
      const buffer = new ArrayBuffer(128 * 8);
      const view = new Typed(buffer, 64, 80);
      view.set(whole.flat());
      expect(await fitScores({ data: view, shape: [40, 2] }, labels)).toEqual(expected);
      expect(Array.from(view)).toEqual(whole.flat());
    },
  );

  it('unsigned rows, labels of every kind, frozen', async () => {
    const bytes = whole.map((row) => row.map((value) => value + 100));
    const expected = await fitScores(bytes, labels);
    for (const Kind of [Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array]) {
      const rows = { data: Kind.from(bytes.flat()), shape: [40, 2] };
      expect(await fitScores(rows, Kind.from(labels))).toEqual(expected);
    }
    const tensors = tf.tidy(() => [
      tf.tensor1d(labels, 'int32'),
      tf.tensor1d(labels),
      tf.tensor2d(labels, [40, 1]),
      tf.oneHot(labels, 3),
      tf.cast(tf.oneHot(labels, 3), 'float32'),
    ]);
    const kinds: unknown[] = [
      Float64Array.from(labels),
      Int8Array.from(labels),
      labels.map(String),
      labels.map((label) => [label]),
      { data: labels, shape: [40] },
      { data: Int32Array.from(labels), shape: [40, 1] },
      Object.freeze(labels.map((label) => Object.freeze([0, 1, 2].map((c) => +(c === label))))),
      Object.freeze([...labels]),
      ...tensors,
    ];
    for (const y of kinds) expect(await fitScores(bytes, y)).toEqual(expected);
    tf.dispose(tensors);
    const frozen = Object.freeze(bytes.map((row) => Object.freeze(row)));
    const model = new KernelSVM(Object.freeze({ ...options }));
    await model.fit(
      frozen,
      labels,
      Object.freeze({ sampleWeight: Object.freeze(labels.map(() => 1)) }),
    );
    expect(await model.predict(frozen)).toHaveLength(40);
    model.dispose();
  });

  it('tensors of every real kind', async () => {
    const bits = x.map((row) => row.map((value) => Number(value > 0)));
    const expected = await fitScores(bits, labels);
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      const rows = tf.tensor2d(bits, [40, 2], dtype);
      expect(await fitScores(rows, labels)).toEqual(expected);
      rows.dispose();
    }
  });
});

describe('hard rows', () => {
  const two = labels.map((label) => (label === 0 ? 'in' : 'out'));

  it.each([1e6, 1, 1e-6])('of size %d are learned as well as any', async (size) => {
    const rows = x.map((row) => row.map((value) => size * value));
    for (const options of solvers.slice(0, 3)) {
      const learningRate = options.solver === undefined ? 0.05 : undefined;
      const more = { scale: undefined, outputDim: 64, epochs: 30, learningRate };
      const model = new KernelModel({ ...options, ...more });
      await model.fit(rows, two);
      expect(await model.score(rows, two)).toBeGreaterThan(0.85);
      model.dispose();
    }
    const ridge = new KernelRidge({ outputDim: 64 });
    const y = x.map(([a, b]) => size * (a + b));
    await ridge.fit(rows, y);
    expect(await ridge.score(rows, y)).toBeGreaterThan(0.9);
    ridge.dispose();
  });

  it('one row, one feature, equal rows: numbers are met', async () => {
    const cases: [number[][], number[]][] = [
      [[[3, 4]], [7]],
      [[[3]], [7]],
      [
        [[3], [3], [3]],
        [7, 7, 7],
      ],
      [
        [[1], [2]],
        [7, 7],
      ],
    ];
    for (const [rows, y] of cases) {
      for (const solver of ['direct', 'adam', 'newton'] as const) {
        for (const outputDim of [1, 16]) {
          const ridge = new KernelRidge({ outputDim, solver, epochs: 2 });
          await ridge.fit(rows, y);
          const [first] = await ridge.predict(rows);
          expect(Math.abs(first - 7), `${solver}, ${outputDim}`).toBeLessThan(1.5);
          ridge.dispose();
        }
      }
    }
  });

  it('two rows that are equal, of two classes, are given even chances', async () => {
    const model = new KernelLogisticRegression({ ...quick, solver: 'newton', l2: 0.1 });
    await model.fit([[1], [1]], ['a', 'b']);
    const { data } = await model.predictProba([[1]]);
    expect(data[0]).toBeCloseTo(0.5, 2);
    model.dispose();
  });

  it('one feature of the map does for any solver', async () => {
    for (const options of solvers) {
      const model = new KernelModel({ ...options, outputDim: 1 });
      await model.fit(x, labels);
      expect(await model.predict(x)).toHaveLength(40);
      model.dispose();
    }
  });

  it('is refused where numbers are not finite, by row and column, wherever it comes', async () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const rows = x.map((row, i) => (i === 7 ? [row[0], bad] : row));
      const message = `must hold finite numbers only. Received: ${bad} in row 7, column 1.`;
      const tensor = tf.tensor2d(rows);
      const model = new KernelModel(quick);
      await model.fit(x, labels);
      for (const asked of [
        rows,
        tensor,
        { data: Float64Array.from(rows.flat()), shape: [40, 2] },
      ]) {
        const calls = [
          () => model.fit(asked, labels),
          () => model.predict(asked),
          () => model.decisionFunction(asked),
          () => model.predictProba(asked),
          () => model.score(asked, labels),
          () => model.partialFit(asked, labels),
          () => model.fit(x, labels, { validationData: [asked, labels] }),
        ];
        for (const call of calls) {
          await expect(expectNoLeak<unknown>(call)).rejects.toThrow(message);
        }
      }
      model.dispose();
      tensor.dispose();
    }
    const ridge = new KernelRidge(quick);
    await expect(ridge.fit([[1], [2]], [1, Number.NaN])).rejects.toThrow('NaN in row 1.');
  });
});
