import * as tf from '@tensorflow/tfjs-core';
import { layers as layerMakers, type layers, models, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeOnBackends } from './backends.ts';
import { maxAbsDifference, maxRelativeDifference } from './closeness.ts';
import { finiteDifference } from './finite-differences.ts';
import { expectNoLeak } from './leaks.ts';
import { pointsFor } from './points.ts';
import { saveAndLoad } from './save-and-load.ts';

type Layer = layers.Layer;

export interface FeatureMapContract {
  /** The map under test with its other settings fixed. */
  create(config: { inputShape?: number[]; seed?: number; trainable?: boolean }): Layer;
  inputDim: number;
  outputDim: number;
  /** The map's definition: one row through the weights, in float64, loops only. */
  oracle(weights: Float64Array[], row: Float64Array): Float64Array;
  /** Largest difference from the oracle. */
  tolerance?: number;
  /** Largest relative difference of the input's gradient from the oracle's. */
  gradientTolerance?: number;
  /** Whether some weight can be trained; its gradient is then checked too. Default: true. */
  hasTrainableWeight?: boolean;
}

/** What every feature map must do, whatever it computes. */
export function describeFeatureMap(name: string, contract: FeatureMapContract): void {
  const { create, inputDim, outputDim, oracle } = contract;
  const { tolerance = 1e-5, gradientTolerance = 1e-4, hasTrainableWeight = true } = contract;
  const rows = pointsFor(7, inputDim, 1);
  const input = (n = 7) => tf.tensor2d(rows.slice(0, n * inputDim), [n, inputDim]);

  const data = (tensor: tf.Tensor) => tensor.dataSync() as Float32Array;
  const weightsOf = (layer: Layer) => layer.weights.map((weight) => data(weight.read()).slice());
  /** Applies the map to tensors that it disposes of, and hands out plain numbers. */
  const features = (layer: Layer, x: tf.Tensor) =>
    tf.tidy(() => data(layer.apply(x) as tf.Tensor).slice());
  const withLayer = <T>(config: Parameters<typeof create>[0], use: (layer: Layer) => T): T => {
    const layer = create(config);
    const x = input();
    (layer.apply(x) as tf.Tensor).dispose();
    x.dispose();
    try {
      return use(layer);
    } finally {
      layer.dispose();
    }
  };
  const model = (config: Parameters<typeof create>[0] = {}) =>
    sequential({ layers: [create({ inputShape: [inputDim], ...config })] });

  describeOnBackends(`${name} keeps the contract of feature maps`, () => {
    it('agrees with its definition in float64', () => {
      withLayer({ seed: 3 }, (layer) => {
        const x = input();
        const weights = weightsOf(layer).map((weight) => Float64Array.from(weight));
        const expected = Array.from({ length: 7 }, (_, i) => [
          ...oracle(weights, Float64Array.from(rows.subarray(i * inputDim, (i + 1) * inputDim))),
        ]).flat();
        const actual = features(layer, x);
        x.dispose();
        expect(actual.every(Number.isFinite)).toBe(true);
        expect(maxAbsDifference(actual, expected)).toBeLessThan(tolerance);
        expect(Math.max(...actual) - Math.min(...actual)).toBeGreaterThan(100 * tolerance);
      });
    });

    it('repeats from its seed, and differs for another', () => {
      const weights = (seed: number) => withLayer({ seed }, weightsOf);
      expect(weights(5)).toEqual(weights(5));
      expect(weights(5)).not.toEqual(weights(6));
      const output = (seed: number) =>
        withLayer({ seed }, (layer) => tf.tidy(() => features(layer, input())));
      expect(output(5)).toEqual(output(5));
    });

    it('maps the last axis, of rank 2 and above', () => {
      withLayer({}, (layer) => {
        expect(layer.computeOutputShape([null, inputDim])).toEqual([null, outputDim]);
        expect(layer.computeOutputShape([null, 3, inputDim])).toEqual([null, 3, outputDim]);
        tf.tidy(() => {
          const flat = layer.apply(input(6)) as tf.Tensor;
          const deep = layer.apply(tf.reshape(input(6), [2, 3, inputDim])) as tf.Tensor;
          expect(flat.shape).toEqual([6, outputDim]);
          expect(deep.shape).toEqual([2, 3, outputDim]);
          expect(data(deep)).toEqual(data(flat));
        });
      });
    });

    it('maps a row alike whatever stands beside it', () => {
      withLayer({}, (layer) => {
        tf.tidy(() => {
          const together = features(layer, input());
          const alone = Array.from({ length: 7 }, (_, i) => [
            ...features(layer, tf.slice(input(), [i, 0], [1, inputDim])),
          ]).flat();
          expect(Float32Array.from(alone)).toEqual(together);
          const backwards = features(layer, tf.reverse(input(), 0));
          expect(backwards.slice(0, outputDim)).toEqual(together.slice(-outputDim));
        });
      });
    });

    it('predicts the same bits after toJSON, and after save and load', async () => {
      const original = model({ seed: 9 });
      const x = input();
      const predict = (m: typeof original) =>
        tf.tidy(() => data(m.predict(x) as tf.Tensor).slice());
      const expected = predict(original);
      const fromJson = await models.modelFromJSON(JSON.parse(original.toJSON() as string));
      expect(predict(fromJson as typeof original)).toEqual(expected);
      const loaded = await saveAndLoad(original);
      expect(predict(loaded as typeof original)).toEqual(expected);
      tf.dispose(x);
      for (const m of [original, fromJson, loaded]) m.dispose();
    });

    it('has the gradient of its definition with respect to the input', () => {
      withLayer({ seed: 3 }, (layer) => {
        const weights = weightsOf(layer).map((weight) => Float64Array.from(weight));
        const row = Float64Array.from(rows.subarray(0, inputDim));
        const factors = pointsFor(outputDim, 1, 8);
        const expected = finiteDifference(
          (at) => oracle(weights, at).reduce((sum, value, i) => sum + value * factors[i], 0),
          row,
        );
        const actual = tf.tidy(() => {
          const score = (x: tf.Tensor) =>
            tf.sum(tf.mul(layer.apply(x) as tf.Tensor, tf.tensor1d(factors)));
          return data(tf.grad(score)(input(1))).slice();
        });
        expect(maxRelativeDifference(actual, expected)).toBeLessThan(gradientTolerance);
      });
    });

    it('leaves no tensor behind, and frees its weights', async () => {
      await expectNoLeak(async () => {
        withLayer({}, () => {});
        const x = input();
        const layer = create({});
        (layer.apply(x) as tf.Tensor).dispose();
        await expectNoLeak(() => (layer.apply(x) as tf.Tensor).dispose());
        await expectNoLeak(() =>
          tf
            .grad((at) => tf.sum(layer.apply(at) as tf.Tensor))(x)
            .dispose(),
        );
        layer.dispose();
        x.dispose();
      });
    });

    it.each(hasTrainableWeight ? [false, true] : [false])(
      'works inside model.fit, trainable %s',
      async (trainable) => {
        await expectNoLeak(async () => {
          const map = create({ inputShape: [inputDim], trainable });
          const trained = sequential({
            layers: [map, layerMakers.dense({ units: 1, kernelInitializer: 'zeros' })],
          });
          const optimizer = tf.train.adam(0.02);
          trained.compile({ optimizer, loss: 'meanSquaredError' });
          const before = weightsOf(map);
          const [x, y] = [input(), tf.tensor2d(pointsFor(7, 1, 5), [7, 1])];
          const { history } = await trained.fit(x, y, { epochs: 12, shuffle: false, verbose: 0 });
          const losses = history.loss as number[];
          expect(losses.every(Number.isFinite)).toBe(true);
          expect(losses.at(-1)).toBeLessThan(losses[0]);
          const changed = weightsOf(map).map((after, i) => maxAbsDifference(after, before[i]) > 0);
          expect(changed.filter(Boolean).length > 0).toBe(trainable);
          expect(map.trainableWeights.length).toBe(changed.filter(Boolean).length);
          trained.dispose();
          optimizer.dispose();
          tf.dispose([x, y]);
        });
      },
    );

    it('refuses an input it cannot map, and leaves nothing behind', async () => {
      await expectNoLeak(() => {
        const flat = tf.zeros([3]);
        expect(() => create({}).apply(flat)).toThrow(/^`input` must.*Received shape/);
        flat.dispose();
        const unknown = create({ inputShape: [null as unknown as number] });
        expect(() => sequential({ layers: [unknown] })).toThrow(/^`input` must/);
        withLayer({}, (layer) => {
          const wide = tf.zeros([2, inputDim + 1]);
          expect(() => layer.apply(wide)).toThrow(/^`input` must.*Received shape/);
          wide.dispose();
        });
      });
    });
  });

  describe(`${name} keeps the contract of feature maps`, () => {
    beforeAll(() => tf.enableProdMode());

    it('has the same weights on every backend', async () => {
      const weights = [];
      for (const backend of ['cpu', 'wasm']) {
        await tf.setBackend(backend);
        weights.push(withLayer({ seed: 2 }, weightsOf));
      }
      expect(weights[1]).toEqual(weights[0]);
    });

    it('has a configuration that is JSON, makes the same layer, and is not changed by use', () => {
      const layer = create({ seed: 4 });
      const before = layer.getConfig();
      const x = input();
      (layer.apply(x) as tf.Tensor).dispose();
      x.dispose();
      expect(layer.getConfig()).toEqual(before);
      expect(JSON.parse(JSON.stringify(before))).toEqual(before);
      const { classNameMap } = tf.serialization.SerializationMap.getMap();
      const [cls, fromConfig] = classNameMap[layer.getClassName()];
      const again = fromConfig(cls, before) as Layer;
      expect(again.getConfig()).toEqual(before);
      layer.dispose();
    });
  });
}
