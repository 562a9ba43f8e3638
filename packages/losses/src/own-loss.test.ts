import { describeLoss } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { expectile } from './fixtures/expectile.ts';
import { logCosh } from './fixtures/log-cosh.ts';
import { buildModel, memory } from './fixtures/models.ts';
import {
  defineLoss,
  hinge,
  huber,
  isLoss,
  loadModel,
  lossByName,
  losses,
  lossNames,
  meanSquaredError,
  outputwise,
  registerLoss,
  saveModel,
} from './index.ts';

// Losses that are defined outside of the package do all that ours do: CONTRIBUTING's walk.
registerLoss(logCosh);
registerLoss(expectile);
const suite = { byName: lossByName, save: saveModel, load: loadModel };
describeLoss({ ...suite, loss: logCosh, kinks: [] });
describeLoss({
  ...suite,
  loss: expectile.with({ tau: 0.9 }),
  kinks: [{ targets: [1, 2], predictions: [1, 2], gradient: [0, 0] }],
});

const definition = {
  coding: 'real',
  tensor: (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.mean(tf.sub(yPred, yTrue), -1),
  closed: outputwise(
    (t, p) => p - t,
    () => 1,
  ),
} as const;

describe('registerLoss', () => {
  it('makes a loss known by name, beside those of the package', () => {
    expect(lossNames()).toEqual(expect.arrayContaining(['logCosh', 'expectile', 'hinge']));
    expect(losses).toHaveLength(9);
    expect(lossByName('logCosh')).toBe(logCosh);
    expect(lossByName('expectile', { tau: 0.25 }).config).toEqual({ tau: 0.25 });
    expect(() => lossByName('expectil')).toThrow('(did you mean expectile?). Received: expectil.');
  });

  it('takes a loss again, with other parameters too, but no other of its name', () => {
    registerLoss(expectile.with({ tau: 0.1 }));
    expect(lossByName('expectile').config).toEqual({ tau: 0.5 });
    const impostor = defineLoss({ ...definition, name: 'hinge' });
    expect(() => registerLoss(impostor)).toThrow(
      "`loss` must have a name that no other loss has. Received: 'hinge'.",
    );
    expect(() => registerLoss(((_: tf.Tensor, y: tf.Tensor) => y) as never)).toThrow(
      '`loss` must be made by `defineLoss`. Received: function.',
    );
  });

  it('is asked for before a model with such a loss is saved', async () => {
    for (const name of ['hinge', 'unheardOf']) {
      const model = buildModel();
      model.compile({ optimizer: 'sgd', loss: defineLoss({ ...definition, name }) });
      await expect(saveModel(model, memory())).rejects.toThrow(
        `Received: ${name}. Register a loss of your own with \`registerLoss\`.`,
      );
      model.dispose();
    }
  });
});

it('a loss says what it is', () => {
  expect(meanSquaredError.leastSquares).toBe(true);
  for (const loss of losses) expect(loss.leastSquares ?? false).toBe(loss === meanSquaredError);
  for (const loss of losses) expect(loss.maximumMargin ?? false).toBe(loss === hinge);
  const halved = defineLoss({ ...definition, name: 'halved', leastSquares: true });
  expect(halved.leastSquares).toBe(true);
  expect(isLoss(huber.with({ delta: 2 }))).toBe(true);
  expect(isLoss({ ...hinge })).toBe(false);
  expect(() => defineLoss({ ...definition, name: 'my loss' })).toThrow(
    "`name` must be camelCase letters and digits. Received: 'my loss'.",
  );
  expect(() => huber.with({ dleta: 2 } as object)).toThrow(
    "`config` of huber must hold delta. Received: dleta. Did you mean 'delta'?",
  );
});
