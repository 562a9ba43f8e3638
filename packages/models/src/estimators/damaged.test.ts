import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import { savedBy } from '../fixtures/saved-by.ts';
import { KernelSVM, SavedModelError } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

// biome-ignore lint/suspicious/noExplicitAny: what is damaged has no type
type Any = any;
const record = (a: Any) => a.userDefinedMetadata.kernelModel;
const layersOf = (a: Any) => (a.modelTopology.model_config ?? a.modelTopology).config.layers;

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
