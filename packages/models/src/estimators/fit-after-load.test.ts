import '@tensorflow/tfjs-backend-cpu';
import {
  gaussian,
  matern,
  nystroem,
  pca,
  randomFourierFeatures,
  standardize,
  tensorSketch,
} from '@kernel-methods/features';
import { numberEncoder, ordinalEncoder, Table, tableEncoder } from '@kernel-methods/tables';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { savedBy } from '../fixtures/saved-by.ts';
import { type KernelModel, type KernelModelOptions, KernelRidge } from '../index.ts';
import { fingerprint } from './fingerprint.ts';
import { SavedModelError } from './saved-model-error.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

/** Rows whose columns differ a hundredfold in spread. */
const rowsOf = (width: number, count = 30) =>
  Array.from({ length: count }, (_, i) =>
    Array.from({ length: width }, (_, c) => (c === 0 ? 100 : 1) * Math.sin(1.3 * i + c * c)),
  );
const targetsOf = (rows: number[][]) => rows.map(([a, b]) => a / 100 + b);

async function scoresAfter(model: KernelModel, x: number[][]) {
  await model.fit(x, targetsOf(x));
  return (await model.decisionFunction(x)).data;
}

const frozen = { kernelInitializer: initializers.glorotUniform({ seed: 4 }), trainable: false };
const cases: [string, () => KernelModelOptions][] = [
  ['the defaults', () => ({})],
  ['a kernel by name', () => ({ features: 'laplacian', outputDim: 16, seed: 3 })],
  ['a kernel', () => ({ features: matern({ nu: 1.5 }), outputDim: 16, standardize: false })],
  ['a scale', () => ({ outputDim: 16, scale: 2, standardize: true })],
  ['a list of kernels', () => ({ features: [gaussian({ scale: 2 }), 'gaussian'], outputDim: 16 })],
  ['a layer', () => ({ features: randomFourierFeatures({ outputDim: 16 }) })],
  ['maps that learn', () => ({ features: [standardize(), pca({ outputDim: 2 }), 'gaussian'] })],
  ['landmarks', () => ({ features: nystroem({ outputDim: 8 }) })],
  ['a map of powers', () => ({ features: tensorSketch({ outputDim: 16 }) })],
  ['a dense layer', () => ({ features: [layers.dense({ units: 4, ...frozen }), 'gaussian'] })],
];

describe('a loaded model fits as the original does', () => {
  it.each(cases)('%s', (_, options) =>
    expectNoLeak(async () => {
      const [model, loadedFrom] = [new KernelRidge(options()), rowsOf(3)];
      await model.fit(loadedFrom, targetsOf(loadedFrom));
      const handler = await savedBy(model);
      const loaded = await KernelRidge.load(handler);
      const clone = loaded.clone();
      for (const width of [3, 2, 5]) {
        const x = rowsOf(width);
        const expected = await scoresAfter(model, x);
        for (const one of [loaded, clone]) expect(await scoresAfter(one, x)).toEqual(expected);
      }
      // Saved again, it is still the same model.
      const again = await KernelRidge.load(await savedBy(clone));
      expect(await scoresAfter(again, loadedFrom)).toEqual(await scoresAfter(model, loadedFrom));
      for (const one of [model, loaded, clone, again]) one.dispose();
    }),
  );

  it('maps that were learned before keep what they know', () =>
    expectNoLeak(async () => {
      const rows = tf.tensor2d(rowsOf(3, 12));
      const learned = standardize();
      await learned.fit(rows);
      const dense = layers.dense({ units: 4, ...frozen });
      tf.tidy(() => void dense.apply(rows));
      const features = [learned, dense, 'gaussian'] as const;
      const model = new KernelRidge({ features, outputDim: 16 });
      const x = rowsOf(3);
      const expected = await scoresAfter(model, x);
      const loaded = await KernelRidge.load(await savedBy(model));
      expect(await scoresAfter(loaded, x)).toEqual(expected);
      // They are for rows of this width alone, and say so.
      const narrow = new KernelRidge({ features: [dense, 'gaussian'] });
      for (const one of [narrow, narrow.clone()]) {
        await expect(one.fit(rowsOf(2), targetsOf(rowsOf(2)))).rejects.toThrow(
          /^`features` must hold layers that are made for these rows, or not built yet: the weights of 'dense_.*' have the shapes \[3,4\], \[4\]. Received: rows of \[2\]\.$/,
        );
      }
      for (const one of [model, loaded]) one.dispose();
      rows.dispose();
      for (const layer of [learned, dense]) for (const weight of layer.weights) weight.dispose();
    }));

  it('with the encoder that was given, and the column that was predicted', () =>
    expectNoLeak(async () => {
      const rows = Table.fromRows(
        Array.from({ length: 40 }, (_, i) => ({
          age: Math.exp(Math.sin(i)),
          size: ['S', 'M', 'L'][i % 3],
          pay: Math.cos(i) + (i % 3),
        })),
      );
      const encoder = tableEncoder({
        columns: { size: ordinalEncoder({ levels: ['S', 'M', 'L'] }) },
        numbers: numberEncoder({ transform: 'quantile' }),
      });
      const model = new KernelRidge({ outputDim: 16, encoder });
      await model.fit(rows.slice(0, 20), 'pay');
      const loaded = await KernelRidge.load(await savedBy(model));
      const clone = loaded.clone();
      await model.fit(rows, 'pay');
      const { data } = await model.decisionFunction(rows);
      for (const one of [loaded, clone]) {
        await one.fit(rows, 'pay');
        expect((await one.decisionFunction(rows)).data).toEqual(data);
        expect(one.encoder?.featureNames).toEqual(['age', 'size']);
      }
      // The option is kept also where the fit was to numbers.
      const x = rowsOf(2);
      await model.fit(x, targetsOf(x));
      const numeric = await KernelRidge.load(await savedBy(model));
      await numeric.fit(rows, 'pay');
      expect((await numeric.decisionFunction(rows)).data).toEqual(data);
      const svm = new KernelRidge({ outputDim: 8, solver: 'adam', epochs: 1, encoder });
      await svm.fit(rows, 'pay');
      const learner = await KernelRidge.load(await savedBy(svm));
      await expect(learner.partialFit(rows, 'age')).rejects.toThrow("`y` must name 'pay'");
      for (const one of [model, loaded, clone, numeric, svm, learner]) one.dispose();
    }));
});

// biome-ignore lint/suspicious/noExplicitAny: what is damaged has no type
type Any = any;
const record = (artifacts: Any) => artifacts.userDefinedMetadata.kernelModel;

describe('a file that another program wrote', () => {
  const edits: [string, (a: Any) => void][] = [
    ['no columns', (a) => (record(a).encoder.columns = [])],
    ['a column of null', (a) => (record(a).encoder.columns[0] = null)],
    ['a state of null', (a) => (record(a).encoder.columns[0].state = null)],
    ['a mean as text', (a) => (record(a).encoder.columns[0].state.mean = '0')],
    ['a deviation below 0', (a) => (record(a).encoder.columns[0].state.deviation = -1)],
    ['levels of numbers', (a) => (record(a).encoder.columns[1].state.levels = [1, 2, 3])],
    ['levels less one', (a) => record(a).encoder.columns[1].state.levels.pop()],
    ['a kind that nobody knows', (a) => (record(a).encoder.columns[1].kind = 'toString')],
    ['no remarks', (a) => delete record(a).encoder.remarks],
    ['options that are none', (a) => (record(a).encoder.options = { numbers: 3 })],
    ['an option that is none', (a) => (record(a).encoderOption = { format: 1 })],
    ['a target that is none', (a) => (record(a).target = 3)],
    ['no steps', (a) => (record(a).features.steps = [])],
    [
      'steps too many',
      (a) =>
        (record(a).features = {
          isList: true,
          steps: [1, 2, 3].map(() => ({ keepsWeights: true })),
        }),
    ],
    ['a step that is none', (a) => (record(a).features.steps[0] = null)],
    ['a kernel that nobody knows', (a) => (record(a).features.steps[0] = { kernel: 'toString' })],
    ['a way to standardize that is none', (a) => (record(a).standardize = 'x')],
  ];
  it.each(edits)('is refused with %s, without a leak', (_, edit) =>
    expectNoLeak(async () => {
      const table = Table.fromRows(
        Array.from({ length: 30 }, (_, i) => ({ age: Math.sin(i), size: 'SML'[i % 3], pay: i })),
      );
      const model = new KernelRidge({ outputDim: 8, encoder: tableEncoder() });
      await model.fit(table, 'pay');
      const artifacts = structuredClone(await ((await savedBy(model)) as Any).load());
      model.dispose();
      edit(artifacts);
      const { fingerprint: _, ...rest } = record(artifacts);
      const parts = [artifacts.modelTopology, artifacts.weightSpecs, rest];
      record(artifacts).fingerprint = fingerprint(parts, artifacts.weightData);
      await expect(KernelRidge.load({ load: async () => artifacts })).rejects.toThrow(
        SavedModelError,
      );
    }),
  );
});
