import '@kernel-methods/backend-simd';
import { nystroem, pca, standardize } from '@kernel-methods/features';
import { hinge, softmaxCrossEntropy } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { eigh, getSimd, inTurns, leastSquaresSteps, svdSteps } from '@kernel-methods/simd';
import '@kernel-methods/tables';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { encodeLabels, realTargets } from './data/labels.ts';
import { toRows } from './data/rows.ts';
import { rowWeights } from './data/weights.ts';
import { onSlowCore } from './fixtures/slow-core.ts';
import {
  adam,
  direct,
  dual,
  eigenpro,
  gridSearch,
  KernelLogisticRegression,
  KernelModel,
  type KernelModelOptions,
  KernelRidge,
  KernelSVM,
  newton,
  pairwise,
  ridgeSearch,
  type Solver,
  sgd,
  smo,
} from './index.ts';

type Work = Parameters<typeof onSlowCore>[0];
type Slowly = Parameters<Work>[0];

/** Milliseconds that the event loop may wait, of a slow core (`fixtures/slow-core.ts`). */
const BOUND = 25;

beforeAll(async () => {
  await tf.setBackend('simd');
});

/** Rows of clusters, with the class of each, and a number. */
function data(rows: number, columns: number, classes = 4) {
  const { normal } = createRandom(rows).stream('event loop');
  const centers = Float32Array.from({ length: classes * columns }, normal);
  const labels = Array.from({ length: rows }, (_, row) => row % classes);
  const values = Float32Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns);
    return centers[labels[row] * columns + (at % columns)] + 1.5 * normal();
  });
  const y = Float32Array.from(labels, (label, row) => label + values[row * columns]);
  return { x: { data: values, shape: [rows, columns] as [number, number] }, labels, y };
}

const common = { features: 'gaussian', scale: 5, seed: 1 } as const;

/** Fits a model, and frees it. */
async function fitted(
  model: KernelModel,
  { x, labels, y }: ReturnType<typeof data>,
  signal?: AbortSignal,
) {
  const targets = model.options.task === 'regression' ? y : labels;
  try {
    await model.fit(x, targets, { epochs: 20, ...(signal && { signal }) });
  } finally {
    model.dispose();
  }
}

const machine = (options: KernelModelOptions) => new KernelModel({ ...common, ...options });

/** Fits that take seconds, at the shapes that held the event loop, or that hold all parts of a solver. */
const fits: [string, () => KernelModel, ReturnType<typeof data>][] = [
  [
    'newton, 3,000 × 1,024',
    () => new KernelSVM({ ...common, solver: newton(), loss: 'squaredHinge', outputDim: 1024 }),
    data(3000, 20, 2),
  ],
  [
    'newton with coupled outputs, 3,000 × 1,024',
    () =>
      machine({ solver: newton({ maxIterations: 2 }), loss: softmaxCrossEntropy, outputDim: 1024 }),
    data(3000, 20, 8),
  ],
  [
    'pairwise, 3,000 × 1,024',
    () =>
      machine({
        ...{ loss: softmaxCrossEntropy, outputDim: 1024 },
        solver: pairwise(newton({ maxIterations: 2 })),
      }),
    data(3000, 20, 8),
  ],
  [
    'newton in the space of the rows, 800 × 1,024',
    () => machine({ solver: newton(), loss: softmaxCrossEntropy, outputDim: 1024 }),
    data(800, 20, 3),
  ],
  ['direct, 6,000 × 2,048', () => new KernelRidge({ ...common, outputDim: 2048 }), data(6000, 20)],
  [
    'direct in the space of the rows, 1,500 × 2,048',
    () => new KernelRidge({ ...common, outputDim: 2048, l2: 1e-4 }),
    data(1500, 20),
  ],
  [
    'smo, 2,000 × 1,024',
    () => machine({ solver: smo(), loss: hinge, outputDim: 1024 }),
    data(2000, 20),
  ],
  [
    'eigenpro, 4,000 × 1,024',
    () => machine({ solver: eigenpro(), loss: softmaxCrossEntropy, outputDim: 1024 }),
    data(4000, 20),
  ],
  [
    'adam, 3,000 × 1,024',
    () => machine({ solver: adam(), loss: hinge, outputDim: 1024 }),
    data(3000, 20),
  ],
  [
    'sgd, 3,000 × 1,024',
    () => machine({ solver: sgd(), loss: hinge, outputDim: 1024 }),
    data(3000, 20),
  ],
  [
    'rows of 784 numbers, 1,500 × 2,048',
    () => machine({ solver: adam(), loss: hinge, outputDim: 2048, scale: undefined }),
    data(1500, 784),
  ],
  [
    'pca of 400 numbers',
    () =>
      machine({
        ...{ solver: adam(), loss: hinge, scale: undefined },
        features: [standardize(), pca({ outputDim: 20 })],
      }),
    data(3000, 400),
  ],
  ...(['uniform', 'kmeans++', 'leverage'] as const).map(
    (landmarks): [string, () => KernelModel, ReturnType<typeof data>] => [
      `nystroem, 700 ${landmarks} landmarks`,
      () =>
        machine({
          ...{ solver: adam(), loss: hinge, scale: undefined },
          features: [nystroem({ outputDim: 700, landmarks })],
        }),
      data(3000, 20),
    ],
  ),
];

/** Turns that a fit may take to reject: the one it is in, as `turnOfEventLoop` takes two, and the next. */
const TURNS = 4;

/** Aborts a fit at this turn, and expects that it ends by the next; the reason, or undefined where it was done. */
async function endOf(
  abortAt: number,
  fit: (signal: AbortSignal, slowly: Slowly) => Promise<unknown>,
) {
  const controller = new AbortController();
  const reason = new Error('enough');
  let thrown: unknown;
  const work: Work = (slowly) =>
    fit(controller.signal, slowly).catch((error) => {
      thrown = error;
    });
  const abort = () => controller.abort(reason);
  const { afterAbort } = await onSlowCore(work, { abort, abortAt });
  if (thrown !== undefined) expect(thrown).toBe(reason);
  expect(afterAbort.turns).toBeLessThanOrEqual(TURNS);
  expect(afterAbort.milliseconds).toBeLessThan(BOUND);
  return thrown;
}

it.each(fits)(
  'fit leaves the event loop its turns, and hears of an abort: %s',
  async (_, model, rows) => {
    const held = await onSlowCore(() => fitted(model(), rows));
    expect(held.total).toBeGreaterThan(2 * BOUND);
    expect(held.longest, held.why).toBeLessThan(BOUND);
    const fit = (signal: AbortSignal) => fitted(model(), rows, signal);
    expect(await endOf(Math.ceil(held.turns / 2), fit)).toBeInstanceOf(Error);
  },
);

const many = data(40_000, 20, 3);
const numbers = Float64Array.from(many.x.data);
const oneHot = Array.from(many.labels, (label) => [0, 1, 2].map((c) => Number(c === label)));
const matrix = (rows: number, columns: number) => numbers.slice(0, rows * columns);

/** Rows of which every fourth number is kept. */
function sparse() {
  const [rows, columns] = many.x.shape;
  const indptr = Uint32Array.from({ length: rows + 1 }, (_, row) => (row * columns) / 4);
  const indices = Uint32Array.from({ length: indptr[rows] }, (_, at) => (at % (columns / 4)) * 4);
  const values = Float32Array.from(indices, (_, at) => many.x.data[4 * at]);
  return { indptr, indices, values, shape: [rows, columns] as const };
}

const checks: [string, (slowly: Slowly, signal?: AbortSignal) => Promise<unknown>][] = [
  [
    'rows of a Float32Array',
    (slowly, signal) => toRows({ ...many.x, data: slowly(many.x.data) }, 'x', signal),
  ],
  [
    'rows of float64 numbers',
    (slowly, signal) => toRows({ ...many.x, data: slowly(numbers) }, 'x', signal),
  ],
  [
    'arrays of numbers',
    (slowly, signal) => {
      const rows = many.labels.map((_, row) =>
        slowly(Array.from(numbers.subarray(row * 20, (row + 1) * 20))),
      );
      return toRows(rows, 'x', signal);
    },
  ],
  [
    'sparse rows',
    (slowly, signal) => {
      const { values, indices, ...rest } = sparse();
      return toRows({ ...rest, indices: slowly(indices), values: slowly(values) }, 'x', signal);
    },
  ],
  [
    'labels',
    (slowly, signal) => {
      const labels = Array.from({ length: 400_000 }, (_, row) => `class ${row % 7}`);
      return encodeLabels(slowly(labels), { name: 'y', signal });
    },
  ],
  [
    'labels of classes that are known, or not',
    (slowly, signal) => {
      const labels = Uint8Array.from({ length: 600_000 }, (_, row) => row % 7);
      const known = { classes: [0, 1, 2, 3, 4], allowsUnseen: true };
      return encodeLabels(slowly(labels), { name: 'y', ...known, signal });
    },
  ],
  [
    'one-hot rows',
    (slowly, signal) => {
      const rows = Array.from({ length: 7 }, () => oneHot).flat();
      return encodeLabels(
        rows.map((row) => slowly(row)),
        { name: 'y', signal },
      );
    },
  ],
  [
    'one-hot rows side by side',
    (slowly, signal) => {
      const values = Uint8Array.from({ length: 900_000 }, (_, at) => Number(at % 3 === 1));
      return encodeLabels({ data: slowly(values), shape: [300_000, 3] }, { name: 'y', signal });
    },
  ],
  ['numbers to predict', (slowly, signal) => realTargets(slowly(numbers), 'y', signal)],
  [
    'weights of rows and classes',
    (slowly, signal) => {
      const indices = slowly(Int32Array.from({ length: 300_000 }, (_, row) => row % 2));
      const weights = slowly(new Float32Array(300_000).fill(2));
      const members = { classes: ['a', 'b'], indices, targets: new Float32Array() };
      const steps = rowWeights(300_000, weights, 'balanced', members);
      return inTurns(steps, signal);
    },
  ],
  [
    'singular values, 500 × 300',
    (_, signal) => inTurns(svdSteps(getSimd(), matrix(500, 300), 500, 300), signal),
  ],
  [
    'least squares, 1,600 × 500',
    (_, signal) => {
      const steps = leastSquaresSteps(getSimd(), matrix(1600, 500), matrix(1600, 8), 1600, 500);
      return inTurns(steps, signal);
    },
  ],
];

it.each(checks)('%s leave the event loop its turns, and hear of an abort', async (_, work) => {
  const held = await onSlowCore(work);
  expect(held.total).toBeGreaterThan(2 * BOUND);
  expect(held.longest, held.why).toBeLessThan(BOUND);
  const aborted = (signal: AbortSignal, slowly: Slowly) => work(slowly, signal);
  expect(await endOf(Math.ceil(held.turns / 2), aborted)).toBeInstanceOf(Error);
});

const small: [string, KernelModelOptions][] = [
  ['direct', { solver: direct(), task: 'regression' }],
  ['newton', { solver: newton(), loss: softmaxCrossEntropy }],
  ['smo', { solver: smo(), loss: hinge }],
  ['dual', { solver: dual({ maxPasses: 20 }), loss: hinge }],
  ['eigenpro', { solver: eigenpro(), loss: hinge }],
];

it.each(small)('an abort is heard at any turn: %s', async (_, options) => {
  const rows = data(1000, 10, 3);
  const fit = (signal?: AbortSignal) =>
    fitted(machine({ ...options, outputDim: 256 }), rows, signal);
  const { turns } = await onSlowCore(() => fit());
  const stride = Math.ceil(turns / 8);
  for (let turn = 1; turn < turns; turn += stride) {
    const reason = await endOf(turn, fit);
    // In its last turns it may be done instead.
    if (turn < turns - TURNS) expect(reason, `at turn ${turn}`).toBeInstanceOf(Error);
  }
});

it('sees a long call', async () => {
  const honest = direct({ l2: 1e-3 });
  const long: Solver = {
    ...honest,
    solve(problem, context) {
      eigh(getSimd(), new Float64Array(400 * 400), 400);
      return honest.solve(problem, context);
    },
  };
  const model = new KernelRidge({ ...common, solver: long, outputDim: 64 });
  const { longest } = await onSlowCore(() => fitted(model, data(200, 20)));
  expect(longest).toBeGreaterThan(BOUND);
});

it('a stream leaves the event loop its turns', async () => {
  const { x, y } = data(3000, 20);
  async function* batches() {
    const [rows, columns] = x.shape;
    for (let from = 0; from < rows; from += 1500) {
      const some = x.data.subarray(from * columns, (from + 1500) * columns);
      yield { x: { data: some, shape: [1500, columns] }, y: y.subarray(from, from + 1500) };
    }
  }
  const model = new KernelRidge({ ...common, outputDim: 1024 });
  const { longest, why } = await onSlowCore(() => model.fit(batches()));
  model.dispose();
  expect(longest, why).toBeLessThan(BOUND);
});

type Asked = (model: KernelModel, rows: ReturnType<typeof data>) => Promise<unknown>;

const questions: [string, Asked][] = [
  ['predict', (model, { x }) => model.predict(x)],
  ['evaluate', (model, { x, labels }) => model.evaluate(x, labels)],
  ['predictProba', (model, { x }) => model.predictProba(x)],
];

it.each(questions)('%s of a ridge classifier leaves the event loop its turns', async (_, ask) => {
  const rows = data(3000, 20);
  const model = new KernelRidge({ ...common, task: 'classification', outputDim: 1024, l2: 1e-4 });
  await model.fit(rows.x, rows.labels);
  const { longest, why } = await onSlowCore(() => ask(model, rows));
  model.dispose();
  expect(longest, why).toBeLessThan(BOUND);
});

it('probabilities of a machine that is calibrated by cross-validation leave the turns, too', async () => {
  const rows = data(1500, 20);
  const model = new KernelSVM({ ...common, solver: smo(), loss: hinge, l2: 1e-4, outputDim: 512 });
  await model.fit(rows.x, rows.labels);
  const { longest, why } = await onSlowCore(() => model.predictProba(rows.x));
  model.dispose();
  expect(longest, why).toBeLessThan(BOUND);
});

it('standard deviations leave the event loop its turns', async () => {
  const rows = data(3000, 20);
  const model = new KernelRidge({ ...common, outputDim: 1024, l2: 1e-4 });
  await model.fit(rows.x, rows.y);
  const asked = () => model.predict(rows.x, { returnStd: true });
  const { longest, why } = await onSlowCore(asked);
  model.dispose();
  expect(longest, why).toBeLessThan(BOUND);
});

const searches: [string, (rows: ReturnType<typeof data>) => Promise<{ best: KernelModel }>][] = [
  [
    'ridgeSearch',
    ({ x, y }) => {
      const ridge = new KernelRidge({ ...common, outputDim: 700 });
      return ridgeSearch(ridge, [1e-6, 1e-4, 1e-2], x, y);
    },
  ],
  [
    'gridSearch of ridge regression',
    ({ x, y }) => {
      const ridge = new KernelRidge({ ...common, outputDim: 700 });
      return gridSearch(ridge, { l2: [1e-6, 1e-3] }, x, y, { folds: 3 });
    },
  ],
  [
    'gridSearch of newton',
    ({ x, labels }) => {
      const logistic = new KernelLogisticRegression({ ...common, outputDim: 256 });
      return gridSearch(logistic, { l2: [1e-3, 1e-2] }, x, labels, { folds: 2 });
    },
  ],
];

it.each(searches)('%s leaves the event loop its turns', async (_, search) => {
  const rows = data(1500, 20, 3);
  const held = await onSlowCore(async () => (await search(rows)).best.dispose());
  expect(held.longest, held.why).toBeLessThan(BOUND);
});
