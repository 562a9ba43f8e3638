import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { savedBy } from '../fixtures/saved-by.ts';
import { KernelModel, KernelRidge, KernelSVM, SavedModelError } from '../index.ts';
import { fingerprint } from './fingerprint.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

// biome-ignore lint/suspicious/noExplicitAny: what is damaged has no type
type Any = any;
const record = (a: Any) => a.userDefinedMetadata.kernelModel;
const layersOf = (a: Any) => (a.modelTopology.model_config ?? a.modelTopology).config.layers;

const within = (name: string | null) => ({
  name: 'pairwise',
  config: { base: name && { name, config: {} } },
});

async function damaged(edit: (artifacts: Any) => void) {
  const { x, labels } = rings(30);
  const svm = new KernelSVM({ outputDim: 8, scale: 1, epochs: 1 });
  await svm.fit(x, labels);
  const artifacts = structuredClone(await ((await savedBy(svm)) as Any).load());
  svm.dispose();
  edit(artifacts);
  return { load: async () => artifacts };
}

it.each<[string, (artifacts: Any) => void]>([
  ['no temperature', (a) => delete record(a).inverseTemperature],
  ['a temperature as text', (a) => (record(a).inverseTemperature = '1')],
  ['a negative temperature', (a) => (record(a).inverseTemperature = -1)],
  ['a class too few', (a) => record(a).classes.pop()],
  ['a class twice', (a) => (record(a).classes[0] = record(a).classes[1])],
  ['a solver of Object.prototype', (a) => (record(a).solver.name = 'toString')],
  ['no loss', (a) => delete record(a).loss],
  ['no options', (a) => delete record(a).options],
  ['solver null', (a) => (record(a).solver = null)],
  ['an option too many', (a) => (record(a).options.toString = 1)],
  ['a missing layer', (a) => (layersOf(a)[1].inbound_nodes[0][0][0] = 'nobody')],
  ['rows of int32', (a) => (layersOf(a)[0].config.dtype = 'int32')],
  ['a weight twice', (a) => (a.weightSpecs[1].name = a.weightSpecs[0].name)],
  ['junk in quantization', (a) => (a.weightSpecs[0].quantization = { x: 1 })],
  ['too many bytes', (a) => (a.weightData = new ArrayBuffer(a.weightData.byteLength + 4))],
  [
    'NaN',
    (a) => (a.weightData = new Float32Array(a.weightData.byteLength / 4).fill(Number.NaN).buffer),
  ],
  [
    'deep nesting',
    (a) => {
      let deep: Any = {};
      for (let i = 0; i < 1e5; i++) deep = { deep };
      a.modelTopology.deep = deep;
    },
  ],
])('refuses a saved model with %s, by one error, without a leak', (_, edit) =>
  expectNoLeak(async () => {
    const handler = await damaged(edit);
    await expect(KernelSVM.load(handler)).rejects.toThrow(SavedModelError);
  }),
);

it('is loaded by the class that saved it, or by KernelModel', () =>
  expectNoLeak(async () => {
    const handler = await damaged(() => {});
    await expect(KernelRidge.load(handler)).rejects.toThrow(
      'The saved model must be one of KernelRidge; `KernelModel.load` loads any. Received: one of KernelSVM.',
    );
    const { x } = rings(30);
    const [svm, model] = [await KernelSVM.load(handler), await KernelModel.load(handler)];
    expect(await model.predict(x)).toEqual(await svm.predict(x));
    for (const one of [svm, model]) one.dispose();
  }));

/** A file whose fingerprint is that of what it says: as another program may write it. */
async function forged(edit: (artifacts: Any) => void) {
  const handler = await damaged(edit);
  const artifacts = await handler.load();
  const { fingerprint: _, ...kernelModel } = record(artifacts);
  record(artifacts).fingerprint = fingerprint(
    [artifacts.modelTopology, artifacts.weightSpecs, kernelModel],
    artifacts.weightData,
  );
  return handler;
}

it('is refused where it was changed, though all of it could be', () =>
  expectNoLeak(async () => {
    const edit = (a: Any) => (record(a).inverseTemperature *= 2);
    await expect(KernelSVM.load(await damaged(edit))).rejects.toThrow(
      'The saved model must be as it was written',
    );
    (await KernelSVM.load(await forged(edit))).dispose();
  }));

it.each<[string, (artifacts: Any) => void]>([
  ['a loss that nobody knows', (a) => (record(a).loss.name = 'hinges')],
  ['a parameter of another loss', (a) => (record(a).loss.config = { delta: 1 })],
  ['an option out of its range', (a) => (record(a).options.batchSize = -1)],
  ['a seed that is none', (a) => (record(a).options.seed = 0.5)],
  ['a solver with an option out of its range', (a) => (record(a).solver.config.learningRate = -1)],
  ['a solver of Object.prototype within another', (a) => (record(a).solver = within('toString'))],
  ['a solver within another that is null', (a) => (record(a).solver = within(null))],
  ['a task that nobody knows', (a) => (record(a).task = 'ranking')],
  ['a layer that nobody knows', (a) => (layersOf(a)[1].class_name = 'Nobody')],
  ['a head of other units', (a) => (layersOf(a)[2].config.units = 5)],
  ['a head with another activation', (a) => (layersOf(a)[2].config.activation = 'nobody')],
  ['a map of another width', (a) => (layersOf(a)[1].config.output_dim = 9)],
  ['a weight of another name', (a) => (a.weightSpecs[0].name = 'nobody')],
])('refuses a file that another program wrote with %s, without a leak', (_, edit) =>
  expectNoLeak(async () => {
    await expect(KernelSVM.load(await forged(edit))).rejects.toThrow(SavedModelError);
  }),
);
