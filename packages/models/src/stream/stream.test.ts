import '@tensorflow/tfjs-backend-cpu';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak, maxRelativeDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { KernelModel, type KernelModelOptions, KernelRidge, KernelSVM } from '../index.ts';
import type { BatchStream, StreamBatch } from './batch-stream.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(60);
const names = labels.map((label) => ['a', 'b', 'c'][label]);
const wave = x.map(([a, b]) => 5 + Math.sin(2 * a) + b);
const sampleWeight = x.map((_, i) => 1 + (i % 2));
const map = { outputDim: 16, scale: 0.7 };
const squares: KernelModelOptions = { ...map, loss: 'meanSquaredError', solver: 'direct' };
const sizes = [7, 1, 20, 32];

/** Batches of the rows, and how often they were read, to the end or not. */
function streamOf(y: readonly unknown[], weights?: readonly number[], onBatch = (_: number) => {}) {
  const counts = { opened: 0, closed: 0 };
  const batches = async function* (): AsyncGenerator<StreamBatch<number[]>> {
    counts.opened++;
    try {
      let from = 0;
      for (const [i, size] of sizes.entries()) {
        onBatch(i);
        yield {
          x: x.slice(from, from + size),
          y: y.slice(from, from + size) as number[],
          ...(weights && { sampleWeight: weights.slice(from, from + size) }),
        };
        from += size;
      }
    } finally {
      counts.closed++;
    }
  };
  return { stream: { [Symbol.asyncIterator]: batches }, batches, counts };
}

async function scoresOf(model: KernelModel): Promise<Float32Array> {
  try {
    return (await model.decisionFunction(x)).data;
  } finally {
    model.dispose();
  }
}

describe('a stream that fits into memory', () => {
  it.each<[string, KernelModelOptions]>([
    ['adam', { ...map, loss: 'hinge', epochs: 3, batchSize: 8 }],
    ['sgd', { ...map, loss: 'logistic', solver: 'sgd', epochs: 3, batchSize: 8 }],
    ['newton', { ...map, loss: 'squaredHinge', solver: 'newton', l2: 0.01 }],
    ['direct', squares],
  ])('gives the bits that arrays give: %s', async (_, options) => {
    for (const weights of [undefined, sampleWeight]) {
      const [array, streamed] = [new KernelModel(options), new KernelModel(options)];
      const whole = await array.fit(x, names, weights && { sampleWeight: weights });
      const { batches, counts } = streamOf(names, weights);
      const part = await streamed.fit(batches());
      expect(counts).toEqual({ opened: 1, closed: 1 });
      expect(streamed.classes).toEqual(['a', 'b', 'c']);
      expect(part.history.map(({ loss }) => loss)).toEqual(whole.history.map(({ loss }) => loss));
      expect(await scoresOf(streamed)).toEqual(await scoresOf(array));
    }
  });

  it('takes one-hot rows, also where a class has none', async () => {
    const oneHot = labels.map((label) => [0, 1, 2, 3].map((c) => Number(c === label)));
    const [array, streamed] = [new KernelModel(squares), new KernelModel(squares)];
    await array.fit(x, oneHot);
    await streamed.fit(streamOf(oneHot).stream);
    expect(array.classes).toEqual([0, 1, 2, 3]);
    expect(streamed.classes).toEqual(array.classes);
    expect(await scoresOf(streamed)).toEqual(await scoresOf(array));
  });

  it('may give the same arrays with other numbers in them, and tensors that it disposes of', async () => {
    const rows = { data: new Float32Array(24), shape: [12, 2] };
    const [y, weights] = [new Uint8Array(12), new Float64Array(12)];
    const again = async function* () {
      for (let from = 0; from < 60; from += 12) {
        rows.data.set(x.slice(from, from + 12).flat());
        y.set(labels.slice(from, from + 12));
        weights.set(sampleWeight.slice(from, from + 12));
        yield { x: rows, y, sampleWeight: weights };
      }
    };
    const tensors = async function* () {
      for (let from = 0; from < 60; from += 12) {
        const batch = tf.tensor2d(x.slice(from, from + 12));
        const one = tf.tensor1d(labels.slice(from, from + 12), 'int32');
        yield { x: batch, y: one, sampleWeight: sampleWeight.slice(from, from + 12) };
        tf.dispose([batch, one]);
      }
    };
    const array = new KernelModel(squares);
    await array.fit(x, labels, { sampleWeight });
    const expected = await scoresOf(array);
    for (const memoryBudget of [undefined, 0]) {
      for (const batches of [again, tensors]) {
        const model = new KernelModel({ ...squares, memoryBudget });
        await expectNoLeak(async () => {
          await model.fit({ [Symbol.asyncIterator]: batches });
          expect(maxRelativeDifference(await scoresOf(model), expected)).toBeLessThan(1e-4);
        });
      }
    }
  });
});

describe('a stream that does not', () => {
  const small = { memoryBudget: 64 };

  it('is read again in every pass, and gives what arrays give to rounding', async () => {
    const { stream, counts } = streamOf(names, sampleWeight);
    const [array, streamed] = [new KernelModel(squares), new KernelModel({ ...squares, ...small })];
    await array.fit(x, names, { sampleWeight });
    await streamed.fit(stream);
    // One pass for the classes, one to solve.
    expect(counts).toEqual({ opened: 2, closed: 2 });
    expect(maxRelativeDifference(await scoresOf(streamed), await scoresOf(array))).toBeLessThan(
      1e-4,
    );
  });

  it.each([
    // The classes, where the rows' mean is, and three epochs.
    ['adam', 'hinge', 5],
    ['sgd', 'hinge', undefined],
    ['newton', 'squaredHinge', undefined],
  ] as const)('is learned from by %s', async (solver, loss, passes) => {
    const { stream, counts } = streamOf(names);
    const options = { ...map, ...small, loss, solver, batchSize: 8, l2: 0.01 } as const;
    const learningRate = solver === 'adam' ? { learningRate: 0.05, epochs: 3 } : { epochs: 3 };
    const svm = new KernelModel({ ...options, ...learningRate });
    const { history } = await svm.fit(stream);
    expect(history.at(-1)?.loss).toBeLessThan(history[0].loss);
    if (passes !== undefined) expect(counts.opened).toBe(passes);
    expect(counts.closed).toBe(counts.opened);
    svm.dispose();
  });

  it('refuses a generator, which can be read once, and closes it', async () => {
    const { batches, counts } = streamOf(names);
    const svm = new KernelSVM({ ...map, ...small });
    await expect(expectNoLeak(() => svm.fit(batches()))).rejects.toThrow(
      "must start again whenever it is iterated, as { [Symbol.asyncIterator]: () => batches() } does, since the solver 'adam' passes over it many times and `classes` is not given. Received: a generator",
    );
    expect(counts).toEqual({ opened: 1, closed: 1 });
  });
});

describe('one pass', () => {
  it('is enough for direct where l2 and the classes are given', async () => {
    const { batches, counts } = streamOf(names, sampleWeight);
    const options = { ...squares, l2: 1e-3, memoryBudget: 64 };
    const [array, streamed] = [new KernelModel(options), new KernelModel(options)];
    await streamed.fit(batches(), { classes: ['c', 'b', 'a'] });
    expect(counts).toEqual({ opened: 1, closed: 1 });
    expect(streamed.classes).toEqual(['a', 'b', 'c']);
    await array.fit(x, names, { sampleWeight });
    expect(maxRelativeDifference(await scoresOf(streamed), await scoresOf(array))).toBeLessThan(
      1e-4,
    );
  });

  it.each([
    ['given', { l2: 1e-3 }],
    ['chosen on the way', {}],
    ['chosen on the way, of more rows than are kept', { memoryBudget: 64 }],
  ])('is enough for numbers with l2 %s, whatever a batch weighs', async (_, more) => {
    const weights = sampleWeight.map((weight, i) => (i < 8 ? 0 : weight));
    const { batches, counts } = streamOf(wave, weights);
    const options = { ...map, ...more };
    const [array, streamed] = [new KernelRidge(options), new KernelRidge(options)];
    const found = await streamed.fit(batches());
    expect(counts).toEqual({ opened: 1, closed: 1 });
    const { l2 } = await array.fit(x, wave, { sampleWeight: weights });
    expect(found.l2 / l2).toBeCloseTo(1, 4);
    expect(maxRelativeDifference(await scoresOf(streamed), await scoresOf(array))).toBeLessThan(
      1e-4,
    );
  });
});

describe.each(['adam', 'sgd', 'newton', 'eigenpro', 'direct'] as const)('by %s', (solver) => {
  const isLeast = solver === 'direct' || solver === 'eigenpro';
  const loss = isLeast ? 'meanSquaredError' : 'logistic';
  const common = { ...map, solver, loss, l2: 0.01, epochs: 5, batchSize: 8 } as const;

  it.each([undefined, 64])(
    'a first batch without any weight changes nothing, %s bytes',
    async (memoryBudget) => {
      const weights = sampleWeight.map((weight, i) => (i < sizes[0] ? 0 : weight));
      for (const task of ['classification', 'regression'] as const) {
        if (task === 'regression' && !isLeast) continue;
        const y = task === 'regression' ? wave.map((value) => value + 100) : names;
        const model = new KernelModel({ ...common, task, memoryBudget });
        const { history, stopped } = await model.fit(streamOf(y, weights).stream);
        expect(stopped).not.toBe('diverged');
        expect(Number.isFinite(history.at(-1)!.loss)).toBe(true);
        const score = await model.score(x.slice(sizes[0]), y.slice(sizes[0]) as never);
        model.dispose();
        const whole = new KernelModel({ ...common, task });
        await whole.fit(x, y as never, { sampleWeight: weights });
        const expected = await whole.score(x.slice(sizes[0]), y.slice(sizes[0]) as never);
        whole.dispose();
        expect(Math.abs(score - expected)).toBeLessThan(0.15);
        expect(score).toBeGreaterThan(0.4);
      }
    },
  );

  it.each([undefined, 64])(
    'a stream without any weight is refused, %s bytes',
    async (memoryBudget) => {
      const model = new KernelModel({ ...common, memoryBudget });
      const { stream } = streamOf(names, new Array(60).fill(0));
      await expect(expectNoLeak(() => model.fit(stream))).rejects.toThrow(
        '`sampleWeight` must leave a row with a weight above 0. Received: none.',
      );
    },
  );
});

it.each([{}, { l2: 1 }])('refuses one pass without any weight: %o', async (more) => {
  const { batches } = streamOf(wave, new Array(60).fill(0));
  const fit = () => new KernelRidge({ ...map, ...more }).fit(batches());
  await expect(expectNoLeak(fit)).rejects.toThrow('`sampleWeight` must leave a row with a weight');
});

it('validates on validationData, and stops early', async () => {
  for (const memoryBudget of [undefined, 64]) {
    const validationData = [x.slice(0, 12), names.slice(0, 12)] as const;
    const svm = new KernelSVM({ ...map, memoryBudget, epochs: 4, batchSize: 8 });
    const { history } = await svm.fit(streamOf(names).stream, { validationData });
    const { loss, accuracy } = await svm.evaluate(...validationData);
    expect(history).toHaveLength(4);
    expect(history[3].valLoss).toBeCloseTo(loss, 5);
    expect(history[3].valAccuracy).toBeCloseTo(accuracy as number, 6);
    const stopped = await svm.fit(streamOf(names).stream, {
      validationData,
      earlyStopping: { minDelta: 100, patience: 1 },
    });
    expect(stopped).toMatchObject({ stopped: 'early stopping' });
    expect(stopped.history).toHaveLength(2);
    svm.dispose();
  }
});

describe.each([undefined, 64])('a bad stream, with a budget of %s', (memoryBudget) => {
  const good = { x: x.slice(0, 6), y: names.slice(0, 6) };
  it.each<[string, unknown[], string]>([
    ['none', [], '`x` must hold at least one row. Received: an empty stream.'],
    ['no object', [good, 5], 'A stream must give batches { x, y }. Received: number as batch 1.'],
    ['no y', [good, { x: good.x }], 'must give batches { x, y }. Received: Object as batch 1.'],
    ['another width', [good, { x: [[1]], y: ['a'] }], '`x` must have rows of'],
    ['NaN', [good, { x: [[1, Number.NaN]], y: ['a'] }], 'NaN in row 0, column 1.'],
    [
      'lengths',
      [good, { x: [[1, 2]], y: ['a', 'b'] }],
      'one entry per row of `x`, 1. Received: 2.',
    ],
    [
      'weights that even out',
      [
        { ...good, sampleWeight: [1] },
        { x: [[1, 2]], y: ['a'], sampleWeight: [1, 1, 1, 1, 1, 1] },
      ],
      '`sampleWeight` must have one weight per row, 6. Received: 1.',
    ],
    [
      'a negative weight',
      [{ ...good, sampleWeight: [1, 1, 1, -1, 1, 1] }],
      'Received: -1 in row 3',
    ],
    [
      'no weight at all',
      [{ ...good, sampleWeight: new Uint8Array(6) }],
      '`sampleWeight` must leave a row with a weight above 0. Received: none.',
    ],
    ['kinds of labels', [good, { x: [[1, 2]], y: [7] }], 'labels'],
  ])('is refused: %s', async (_, batches, message) => {
    let closed = 0;
    const stream = {
      async *[Symbol.asyncIterator]() {
        try {
          yield* batches as StreamBatch[];
        } finally {
          closed++;
        }
      },
    };
    const model = new KernelModel({ ...squares, memoryBudget });
    const blocks = getSimd().memory().blocks;
    await expect(expectNoLeak(() => model.fit(stream))).rejects.toThrow(message);
    const one = new KernelModel({ ...squares, memoryBudget, l2: 1 });
    const classes = ['a', 'b', 'c'];
    await expect(expectNoLeak(() => one.fit(stream, { classes }))).rejects.toThrow();
    expect(closed).toBeGreaterThan(0);
    expect(getSimd().memory().blocks).toBe(blocks);
  });

  it('that fails passes its error on', async () => {
    const failing = {
      async *[Symbol.asyncIterator]() {
        yield good;
        throw new Error('no network');
      },
    };
    const model = new KernelModel({ ...squares, memoryBudget });
    await expect(expectNoLeak(() => model.fit(failing))).rejects.toThrow('no network');
  });

  it('that has to be left in the middle is closed', async () => {
    for (const when of [1, 2, 5, 6]) {
      const controller = new AbortController();
      let seen = 0;
      const { stream, counts } = streamOf(names, undefined, () => {
        if (++seen > when) controller.abort(new Error('enough'));
      });
      const { signal } = controller;
      const model = new KernelModel({ ...squares, memoryBudget });
      const fit = () => model.fit(stream, { signal });
      if (memoryBudget === undefined && when > 3) continue;
      await expect(expectNoLeak(fit)).rejects.toThrow('enough');
      expect(counts.closed).toBe(counts.opened);
      await expect(model.predict(x)).rejects.toThrow('is not fitted yet');
    }
  });
});

it('refuses options that streams have not, and labels that `classes` does not name', async () => {
  const svm = new KernelSVM(map);
  const { stream } = streamOf(names);
  for (const options of [{ sampleWeight: [1] }, { validationSplit: 0.2 }, { classWeight: {} }]) {
    await expect(svm.fit(stream, options as never)).rejects.toThrow('must be among');
  }
  await expect(expectNoLeak(() => svm.fit(stream, { classes: ['a', 'b'] }))).rejects.toThrow(
    'Received: "c" in row 2.',
  );
  await expect(svm.fit(stream, { classes: ['a'] })).rejects.toThrow('at least two classes');
});

describe('a source that stalls', () => {
  /** Batches, and then nothing for ever; `return` is told. */
  function stalling(batches: number) {
    const told: string[] = [];
    let given = 0;
    const iterator = {
      next: () =>
        given++ < batches
          ? Promise.resolve({ done: false, value: { x: rows.slice(0, 20), y: names.slice(0, 20) } })
          : new Promise<never>(() => {}),
      return: () => {
        told.push('return');
        return new Promise<never>(() => {});
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return { stream: iterator as unknown as BatchStream<number[]>, told };
  }
  const { x: rows, labels: names } = rings(40);

  it.each([0, 1, 3])('is left by an abort and by dispose, after %i batches', (batches) =>
    expectNoLeak(async () => {
      for (const classes of [undefined, [...new Set(names)]]) {
        for (const stop of ['abort', 'dispose'] as const) {
          const model = new KernelRidge({ task: 'classification', outputDim: 8, scale: 1 });
          const { stream, told } = stalling(batches);
          const controller = new AbortController();
          const { signal } = controller;
          const fit = model.fit(stream, { signal, ...(classes && { classes }) });
          const outcome = fit.catch((error: Error) => error.message);
          await new Promise((resolve) => setTimeout(resolve, 30));
          if (stop === 'abort') controller.abort(new Error('enough'));
          else model.dispose();
          expect(await outcome).toContain(stop === 'abort' ? 'enough' : 'disposed of');
          await new Promise((resolve) => setTimeout(resolve, 5));
          expect(told).toEqual(['return']);
          model.dispose();
        }
      }
    }),
  );
});

it.each([null, 'ab', new Set(['a', 'b']), 5])(
  'refuses classes that are no array: %o',
  async (classes) => {
    const model = new KernelRidge({ task: 'classification', outputDim: 8 });
    const fit = model.fit((async function* () {})(), { classes: classes as never });
    await expect(fit).rejects.toThrow('`classes` must be an array of labels. Received: ');
  },
);
