import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildModel, data, fit, memory } from './fixtures/models.ts';
import { hinge, loadModel, saveModel } from './index.ts';

type Artifacts = tf.io.ModelArtifacts & {
  userDefinedMetadata: { kernelMethodsTraining: Record<string, unknown> };
};

let json: string;
let weightData: tf.io.WeightData | undefined;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  const model = buildModel();
  model.compile({ optimizer: 'adam', loss: hinge, metrics: ['accuracy'] });
  const sets = data();
  await fit(model, sets, 1);
  const handler = memory();
  await saveModel(model, handler);
  ({ json, weightData } = handler.store);
  model.optimizer.dispose();
  model.dispose();
  tf.dispose([sets.x, sets.y]);
});

const load = async (change: (artifacts: Artifacts) => void) => {
  const artifacts = { ...JSON.parse(json), weightData } as Artifacts;
  change(artifacts);
  return loadModel({ load: async () => artifacts });
};

/** What a value says of itself in the specs of the optimizer's state. */
const bytesBefore = (artifacts: Artifacts, name: RegExp) => {
  let at = 0;
  for (const spec of artifacts.weightSpecs!) {
    if (spec.group === 'optimizer' && name.test(spec.name)) return at;
    at += 4 * tf.util.sizeFromShape(spec.shape);
  }
  throw new Error('No such weight.');
};

const rewritten = (artifacts: Artifacts, name: RegExp, write: (view: DataView) => void) => {
  const bytes = (weightData as ArrayBuffer).slice(0);
  write(new DataView(bytes, bytesBefore(artifacts, name)));
  artifacts.weightData = bytes;
};

describe('loadModel and damaged files', () => {
  it('takes the file as it is', async () => {
    await expectNoLeak(async () => (await load(() => {})).dispose());
  });

  const records: [string, unknown, RegExp][] = [
    ['null', null, /`kernelMethodsTraining` of the saved model must be an object\. Received: null/],
    ['a text', 'x', /must be an object\. Received: 'x'/],
    ['nothing', {}, /`kernelMethodsTraining.version` of the saved model must be 1/],
    ['no loss', { loss: null }, /`kernelMethodsTraining.loss` .* must name a loss/],
    [
      "a method of objects as tfjs's loss",
      { loss: 'toString' },
      /Received: toString \(from tfjs\)/,
    ],
    [
      'a method of functions',
      { loss: { from: 'constructor', name: 'assign' } },
      /`loss` of the saved model must name a function by/,
    ],
    ['a loss without a config', { loss: { from: 'loss', name: 'huber' } }, /must name a function/],
    [
      'a parameter that is inherited',
      { loss: { from: 'loss', name: 'huber', config: { toString: 1 } } },
      /`config` of huber must hold delta\. Received: toString/,
    ],
    [
      'a parameter that is no number',
      { loss: { from: 'loss', name: 'huber', config: { delta: null } } },
      /must name a function/,
    ],
    ['a metric of every object', { metrics: ['valueOf'] }, /`metrics` .* Received: valueOf/],
    ['metrics of null', { metrics: [null] }, /Received: null/],
    ['no optimizer', { optimizer: null }, /must have a `className` and a `config`/],
    ['a layer', { optimizer: { className: 'Dense', config: { units: 1 } } }, /Received: Dense/],
    [
      'a method as a class',
      { optimizer: { className: 'constructor', config: {} } },
      /Received: constructor/,
    ],
    [
      'no learning rate',
      { optimizer: { className: 'Adam', config: {} } },
      /must hold the settings of Adam\. Received: undefined as learningRate/,
    ],
    [
      'a learning rate that is a text',
      { optimizer: { className: 'SGD', config: { learningRate: '0.1' } } },
      /must hold the settings of SGD\. Received: '0\.1' as learningRate/,
    ],
  ];
  it.each(records)('refuses %s', async (_, change, message) => {
    await expectNoLeak(() =>
      expect(
        load(({ userDefinedMetadata }) => {
          const record = userDefinedMetadata.kernelMethodsTraining;
          const isPart = typeof change === 'object' && change && Object.keys(change).length > 0;
          userDefinedMetadata.kernelMethodsTraining = (
            isPart ? { ...record, ...change } : change
          ) as never;
        }),
      ).rejects.toThrow(message),
    );
  });

  it('refuses losses nested without an end', async () => {
    let deep: unknown = 'hinge';
    for (let i = 0; i < 1e5; i++) deep = [deep];
    await expect(
      load(({ userDefinedMetadata }) => {
        userDefinedMetadata.kernelMethodsTraining.loss = deep;
      }),
    ).rejects.toThrow('Losses and metrics must be names or functions');
  });

  const states: [string, (artifacts: Artifacts) => void, RegExp][] = [
    [
      'NaN',
      (artifacts) => rewritten(artifacts, /\/m$/, (view) => view.setFloat32(0, Number.NaN, true)),
      /must hold finite numbers only/,
    ],
    [
      'a negative number of steps',
      (artifacts) => rewritten(artifacts, /iter/, (view) => view.setInt32(0, -5, true)),
      /must begin with a number of steps\. Received: -5/,
    ],
    [
      'half of its slots',
      (artifacts) => {
        artifacts.weightSpecs = artifacts.weightSpecs!.filter(({ name }) => !name.endsWith('/v'));
      },
      /must fit the model's trainable weights, 2 tensors for each\. Received: 2 tensors for 2/,
    ],
    [
      'slots of another shape',
      (artifacts) => {
        for (const spec of artifacts.weightSpecs!) {
          if (spec.group === 'optimizer' && spec.shape.length === 2) spec.shape.reverse();
        }
      },
      /must fit the model's trainable weights/,
    ],
  ];
  it.each(states)("refuses an optimizer's state with %s", async (_, change, message) => {
    await expectNoLeak(() => expect(load(change)).rejects.toThrow(message));
  });

  it('loads or refuses any change of a record in one typed error, and leaves nothing behind', async () => {
    const paths = ['version', 'loss', 'metrics', 'optimizer', 'optimizer.className'];
    const configs = ['learningRate', 'beta1', 'epsilon'].map((name) => `optimizer.config.${name}`);
    const property = fc.asyncProperty(
      fc.constantFrom(...paths, ...configs, 'loss.from', 'loss.name', 'loss.config'),
      fc.jsonValue({ maxDepth: 2 }),
      async (path, value) => {
        await expectNoLeak(async () => {
          const loaded = await load(({ userDefinedMetadata }) => {
            const keys = path.split('.');
            const last = keys.pop()!;
            const holder = keys.reduce(
              (part, key) => part[key] as Record<string, unknown>,
              userDefinedMetadata.kernelMethodsTraining,
            );
            holder[last] = value;
          }).catch((error: unknown) => {
            expect(error).toBeInstanceOf(Error);
            // Not "Cannot read properties of undefined" and the like.
            expect(error).not.toBeInstanceOf(TypeError);
            return undefined;
          });
          loaded?.dispose();
        });
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});
