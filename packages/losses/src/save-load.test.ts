import { describeOnBackends, expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { buildModel, memory, weightsOf } from './fixtures/models.ts';
import {
  epsilonInsensitive,
  hinge,
  huber,
  type Loss,
  loadModel,
  marginAccuracy,
  saveModel,
  softmaxCrossEntropy,
} from './index.ts';

type Compile = tfl.ModelCompileArgs;

describeOnBackends('saveModel and loadModel', () => {
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

  it('read over HTTP', async () => {
    await roundTrip({ loss: huber.with({ delta: 7 }) }, async (_, { store, parsed }) => {
      const { weightSpecs, ...rest } = parsed();
      const manifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      const json = JSON.stringify({ ...rest, weightsManifest: manifest });
      const files: Record<string, () => Response> = {
        'https://models.test/digits/model.json': () => new Response(json),
        'https://models.test/digits/weights.bin': () =>
          new Response(store.weightData as ArrayBuffer),
      };
      const fetchFunc = (async (url: string) => files[url]()) as typeof fetch;
      const loaded = await loadModel('https://models.test/digits/model.json', { fetchFunc });
      expect((loaded.loss as unknown as Loss).config).toEqual({ delta: 7 });
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
}, ['cpu']);
