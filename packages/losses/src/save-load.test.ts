import { describeOnBackends, expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import {
  epsilonInsensitive,
  hinge,
  huber,
  type Loss,
  loadModel,
  marginAccuracy,
  saveModel,
  softmaxCrossEntropy,
  squaredHinge,
} from './index.ts';

type Compile = tfl.ModelCompileArgs;

/** A handler that keeps what is saved, as JSON and bytes: what any storage can keep. */
function memory() {
  const store: { json: string; weightData?: tf.io.WeightData } = { json: '{}' };
  return {
    store,
    parsed: () => JSON.parse(store.json) as tf.io.ModelArtifacts,
    save: async ({ weightData, ...rest }: tf.io.ModelArtifacts) => {
      Object.assign(store, { json: JSON.stringify(rest), weightData });
      const modelArtifactsInfo = { dateSaved: new Date(), modelTopologyType: 'JSON' as const };
      return { modelArtifactsInfo };
    },
    load: async () => ({ ...JSON.parse(store.json), weightData: store.weightData }),
  };
}

const rows = 12;
const numbers = (length: number, frequency: number) =>
  Array.from({ length }, (_, i) => Math.sin(frequency * (i + 1)));

function buildModel(units = 2): tfl.LayersModel {
  const model = tfl.sequential({ layers: [tfl.layers.dense({ units, inputShape: [3] })] });
  tf.tidy(() => {
    model.setWeights([tf.tensor2d(numbers(3 * units, 3), [3, units]), tf.zeros([units])]);
  });
  return model;
}

const data = (units = 2) => ({
  x: tf.tensor2d(numbers(rows * 3, 7), [rows, 3]),
  y: tf.tensor2d(
    numbers(rows * units, 5).map((v) => (v > 0 ? 1 : 0)),
    [rows, units],
  ),
});

const weightsOf = (model: tfl.LayersModel) =>
  model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));

const fit = (model: tfl.LayersModel, { x, y }: ReturnType<typeof data>, epochs: number) =>
  model.fit(x, y, { epochs, batchSize: 5, shuffle: false, verbose: 0 });

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.8),
  nesterov: () => tf.train.momentum(0.02, 0.8, true),
  adam: () => tf.train.adam(0.03, 0.8, 0.99),
  adamax: () => tf.train.adamax(0.03, 0.8, 0.99, 1e-7, 0.1),
  adagrad: () => tf.train.adagrad(0.05, 0.2),
  adadelta: () => tf.train.adadelta(0.5, 0.9),
  rmsprop: () => tf.train.rmsprop(0.01, 0.8, 0.5),
  // tfjs takes epsilon off the variance before the root: where both are near 0 it gives NaN.
  'centered rmsprop': () => tf.train.rmsprop(0.01, 0.8, 0.5, 1e-12, true),
};

/** Also what tfjs's own `dispose` of an optimizer leaves behind. */
const disposeAll = (optimizer: tf.Optimizer) =>
  tf.dispose(optimizer as unknown as tf.TensorContainer);

describeOnBackends('training goes on after save and load', () => {
  it.each(Object.entries(optimizers))('with %s: 2 epochs and 2 more are 4', async (_, create) => {
    await expectNoLeak(async () => {
      const sets = data();
      const trained = async (epochs: number) => {
        const model = buildModel();
        model.compile({
          optimizer: create(),
          loss: squaredHinge,
          metrics: ['accuracy', marginAccuracy],
        });
        await fit(model, sets, epochs);
        return model;
      };
      const whole = await trained(4);
      const half = await trained(2);
      const before = weightsOf(half);
      const handler = memory();
      await expectNoLeak(() => saveModel(half, handler));
      const loaded = await loadModel(handler);
      expect(weightsOf(loaded)).toEqual(before);
      const config = half.optimizer.getConfig();
      expect(loaded.optimizer.getConfig()).toEqual(config);
      expect(loaded.loss).toBe(squaredHinge);
      const { history } = await fit(loaded, sets, 2);
      expect(Object.keys(history)).toEqual(['loss', 'acc', 'marginAccuracy']);
      const moved = maxAbsDifference(weightsOf(loaded), before);
      expect(moved).toBeGreaterThan(1e-3);
      expect(maxAbsDifference(weightsOf(loaded), weightsOf(whole))).toBeLessThan(
        1e-6 + moved * 1e-5,
      );

      for (const model of [whole, half]) {
        model.dispose();
        disposeAll(model.optimizer);
      }
      loaded.dispose(); // its optimizer too
      tf.dispose([sets.x, sets.y]);
    });
  });

  it('forgets the state of the optimizer when asked, but not its settings', async () => {
    await expectNoLeak(async () => {
      const model = buildModel();
      model.compile({ optimizer: tf.train.adam(0.03), loss: hinge });
      const sets = data();
      await fit(model, sets, 1);
      const handler = memory();
      await saveModel(model, handler, { includeOptimizer: false });
      expect(handler.parsed().weightSpecs).toHaveLength(2);
      const loaded = await loadModel(handler);
      expect(loaded.optimizer.iterations).toBe(0);
      expect(loaded.optimizer.getConfig()).toMatchObject({ learningRate: 0.03 });
      model.dispose();
      disposeAll(model.optimizer);
      loaded.dispose();
      tf.dispose([sets.x, sets.y]);
    });
  });
});

describe('saveModel and loadModel', () => {
  const roundTrip = async (
    compile: Omit<Compile, 'optimizer'> | undefined,
    check: (loaded: tfl.LayersModel, handler: ReturnType<typeof memory>) => void | Promise<void>,
    { units = 2, ...options }: { units?: number } & Parameters<typeof saveModel>[2] = {},
  ) => {
    await expectNoLeak(async () => {
      const model = buildModel(units);
      const handler = memory();
      let loaded: tfl.LayersModel | undefined;
      try {
        if (compile) model.compile({ optimizer: 'sgd', ...compile });
        model.setUserDefinedMetadata({ mine: { kept: [1, 2] } });
        await saveModel(model, handler, options);
        expect(model.getUserDefinedMetadata()).toEqual({ mine: { kept: [1, 2] } });
        loaded = await loadModel(handler, { customFunctions: options.customFunctions });
        expect(loaded.getUserDefinedMetadata()).toEqual({ mine: { kept: [1, 2] } });
        await check(loaded, handler);
      } finally {
        model.dispose();
        loaded?.dispose();
      }
    });
  };

  const parametrized: Loss[] = [
    huber.with({ delta: 2.5 }),
    epsilonInsensitive.with({ epsilon: 0 }),
    hinge,
  ];
  it.each(parametrized)('keep $name with its parameters', async (loss) => {
    await roundTrip({ loss }, (loaded) => {
      const found = loaded.loss as unknown as Loss;
      expect([found.name, found.config]).toEqual([loss.name, loss.config]);
    });
  });

  it("keep tfjs's own losses by tfjs's names", async () => {
    await roundTrip({ loss: 'hinge', metrics: 'mse' }, (loaded) => {
      expect([loaded.loss, loaded.metrics]).toEqual(['hinge', 'mse']);
    });
  });

  it('keep metrics of every kind', async () => {
    const custom = (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.sub(yPred, yTrue);
    const metrics = [
      'accuracy',
      tfl.metrics.meanAbsoluteError,
      marginAccuracy,
      huber.with({ delta: 3 }),
      custom,
    ];
    const customFunctions = { 'signed error': custom };
    const check = (loaded: tfl.LayersModel) => {
      const found = loaded.metrics as unknown[];
      expect(found.slice(0, 3)).toEqual(metrics.slice(0, 3));
      expect((found[3] as Loss).config).toEqual({ delta: 3 });
      expect(found[4]).toBe(custom);
      expect(loaded.metricsNames).toContain('marginAccuracy');
    };
    await roundTrip({ loss: hinge, metrics }, check, { customFunctions });
  });

  it('keep a loss for each output', async () => {
    await expectNoLeak(async () => {
      const input = tfl.input({ shape: [3] });
      const outputs = ['from', 'price'].map(
        (name) => tfl.layers.dense({ units: 1, name }).apply(input) as tfl.SymbolicTensor,
      );
      const model = tfl.model({ inputs: input, outputs });
      const metrics = { from: [marginAccuracy, 'mse'] };
      const loss = { from: hinge, price: huber };
      model.compile({ optimizer: 'sgd', loss, metrics: metrics as unknown as Compile['metrics'] });
      const handler = memory();
      await saveModel(model, handler);
      const loaded = await loadModel(handler);
      const losses = loaded.loss as unknown as Record<string, Loss>;
      expect(losses.from).toBe(hinge);
      expect(losses.price.config).toEqual({ delta: 1 });
      expect(loaded.metrics).toEqual(metrics);
      model.dispose();
      loaded.dispose();
    });
  });

  it('name a function that has no name to be saved under, before anything is written', async () => {
    function mystery(_: tf.Tensor, yPred: tf.Tensor) {
      return yPred;
    }
    const handler = memory();
    for (const compile of [{ loss: mystery }, { loss: hinge, metrics: [mystery] }] as Compile[]) {
      const model = buildModel();
      model.compile({ ...compile, optimizer: 'sgd' });
      const argument = compile.metrics ? 'metrics' : 'loss';
      await expectNoLeak(() =>
        expect(saveModel(model, handler)).rejects.toThrow(
          `\`${argument}\` must hold names, losses of this package, functions of tf.metrics, or ` +
            'functions that `customFunctions` names. Received: mystery.',
        ),
      );
      model.dispose();
    }
    expect(handler.parsed()).toEqual({});
  });

  it('do not take a function called hinge for the loss hinge', async () => {
    const impostor = { hinge: (_: tf.Tensor, yPred: tf.Tensor) => tf.mean(yPred, -1) }.hinge;
    await expect(roundTrip({ loss: impostor }, () => {})).rejects.toThrow('Received: hinge.');
    const check = (loaded: tfl.LayersModel) => expect(loaded.loss).toBe(impostor);
    await roundTrip({ loss: impostor }, check, { customFunctions: { hinge: impostor } });
  });

  it('ask for the functions that a model was saved with', async () => {
    const custom = (_: tf.Tensor, yPred: tf.Tensor) => tf.mean(yPred, -1);
    await roundTrip(
      { loss: custom },
      (_, handler) =>
        expectNoLeak(() =>
          expect(loadModel(handler)).rejects.toThrow(
            '`loss` of the saved model must be known here; `customFunctions` must hold it. ' +
              'Received: steering (from custom).',
          ),
        ),
      { customFunctions: { steering: custom } },
    );
  });

  it('leave a model without compile as it is', async () => {
    await roundTrip(undefined, (loaded, handler) => {
      expect(loaded.optimizer).toBeUndefined();
      expect(handler.parsed().userDefinedMetadata).toEqual({ mine: { kept: [1, 2] } });
    });
  });

  it('load what a plain save wrote, as tfjs does', async () => {
    await expectNoLeak(async () => {
      const model = buildModel();
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      const handler = memory();
      await model.save(handler);
      const plain = await loadModel(handler);
      expect(plain.optimizer).toBeUndefined();
      expect(weightsOf(plain)).toEqual(weightsOf(model));
      model.dispose();
      plain.dispose();
    });
  });

  it('write what tf.loadLayersModel reads', async () => {
    await roundTrip({ loss: hinge }, async (loaded, handler) => {
      const plain = await tfl.loadLayersModel(handler);
      expect(weightsOf(plain)).toEqual(weightsOf(loaded));
      const { kernelMethodsTraining: record } = plain.getUserDefinedMetadata() as {
        kernelMethodsTraining: object;
      };
      expect(record).toEqual({
        version: 1,
        loss: { from: 'loss', name: 'hinge', config: {} },
        optimizer: { className: 'SGD', config: { learningRate: 0.01 } },
      });
      plain.dispose();
    });
  });

  it('save a loaded model again', async () => {
    await roundTrip({ loss: huber.with({ delta: 4 }) }, async (loaded) => {
      const again = memory();
      await saveModel(loaded, again);
      const twice = await loadModel(again);
      expect((twice.loss as unknown as Loss).config).toEqual({ delta: 4 });
      twice.dispose();
    });
  });

  it('take URLs that tfjs has a handler for', async () => {
    const handler = memory();
    const router = (url: string | string[]) =>
      url === 'losses-test://model' ? (handler as tf.io.IOHandler) : null;
    tf.io.registerSaveRouter(router as never);
    tf.io.registerLoadRouter(router as never);
    await expectNoLeak(async () => {
      const model = buildModel();
      model.compile({ optimizer: 'adam', loss: softmaxCrossEntropy });
      await saveModel(model, 'losses-test://model');
      const loaded = await loadModel('losses-test://model');
      expect(loaded.loss).toBe(softmaxCrossEntropy);
      await expect(saveModel(model, 'nowhere://model')).rejects.toThrow(
        'or be a URL with one save handler. Received: nowhere://model.',
      );
      await expect(loadModel({})).rejects.toThrow('`handlerOrUrl` must have a `load` method');
      model.dispose();
      loaded.dispose();
    });
  });

  it.each([
    [{ version: 2 }, '`kernelMethodsTraining.version` of the saved model must be 1. Received: 2.'],
    [{ loss: { from: 'loss', name: 'nope', config: {} } }, 'Received: nope.'],
    [{ optimizer: { className: 'Nope', config: {} } }, 'Received: Nope.'],
    [{ loss: 'nope' }, 'Unknown loss nope'],
  ])('refuse a record with %j, and leave nothing behind', async (change, message) => {
    await roundTrip({ loss: hinge }, async (_, handler) => {
      const artifacts = await handler.load();
      Object.assign(artifacts.userDefinedMetadata.kernelMethodsTraining, change);
      await expectNoLeak(() =>
        expect(loadModel({ load: async () => artifacts })).rejects.toThrow(message),
      );
    });
  });
});
