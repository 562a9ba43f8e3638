import * as tf from '@tensorflow/tfjs-core';
import { layers as layerMakers, type layers, models, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeOnBackends } from './backends.ts';
import { maxAbsDifference, maxRelativeDifference } from './closeness.ts';
import { finiteDifference } from './finite-differences.ts';
import { describeFittedMap, isFittable } from './fitted-map-contract.ts';
import { expectNoLeak } from './leaks.ts';
import { pointsFor } from './points.ts';
import { saveAndLoad } from './save-and-load.ts';

type Layer = layers.Layer;

export interface FeatureMapContract {
  /** The map under test with its other settings fixed. */
  create(config: { inputShape?: number[]; seed?: number; trainable?: boolean }): Layer;
  /** The number of values of a sample. */
  inputDim: number;
  outputDim: number;
  /** The shape of a sample, if it is more than the last axis: that of an image, for example. */
  sampleShape?: number[];
  /**
   * Turns normal numbers into samples, for a map that accepts only some numbers: non-negative ones,
   * for example.
   */
  samples?(points: Float32Array): Float32Array;
  /** Whether the map draws random numbers. Default: true. */
  hasSeed?: boolean;
  /** Whether `fit` draws random numbers. Default: the same as `hasSeed`. */
  fitIsRandom?: boolean;
  /** The map's definition: one row through the weights, in float64, loops only. */
  oracle(weights: Float64Array[], row: Float64Array): Float64Array;
  /** Largest difference from the oracle. */
  tolerance?: number;
  /**
   * Largest difference between a row's features and those that it has among other rows. Default: 0.
   */
  rowTolerance?: number;
  /** Largest relative difference of the input's gradient from the oracle's. */
  gradientTolerance?: number;
  /** Whether some weight can be trained; its gradient is then checked too. Default: true. */
  hasTrainableWeight?: boolean;
}

/** Tests that every feature map must pass, whatever it computes. */
export function describeFeatureMap(name: string, contract: FeatureMapContract): void {
  const { create, inputDim, outputDim, oracle } = contract;
  const { tolerance = 1e-5, gradientTolerance = 1e-4, hasTrainableWeight = true } = contract;
  const {
    sampleShape = [inputDim],
    samples = (points) => points,
    hasSeed = true,
    rowTolerance = 0,
  } = contract;
  const rows = samples(pointsFor(7, inputDim, 1));
  const input = (n = 7) => tf.tensor(rows.slice(0, n * inputDim), [n, ...sampleShape]);
  const training = () => tf.tensor(samples(pointsFor(40, inputDim, 11)), [40, ...sampleShape]);
  /** Fits a map that learns from data to these rows before it is used. */
  const fit = async (layer: Layer) => {
    if (!isFittable(layer)) return;
    const x = training();
    await layer.fit(x);
    x.dispose();
  };

  const data = (tensor: tf.Tensor) => tensor.dataSync() as Float32Array;
  const weightsOf = (layer: Layer) => layer.weights.map((weight) => data(weight.read()).slice());
  /** Applies the map to tensors, disposes of them, and returns plain numbers. */
  const features = (layer: Layer, x: tf.Tensor) =>
    tf.tidy(() => data(layer.apply(x) as tf.Tensor).slice());
  const withLayer = async <T>(
    config: Parameters<typeof create>[0],
    use: (layer: Layer) => T,
  ): Promise<T> => {
    const layer = create(config);
    await fit(layer);
    const x = input();
    (layer.apply(x) as tf.Tensor).dispose();
    x.dispose();
    try {
      return use(layer);
    } finally {
      layer.dispose();
    }
  };
  const model = async (config: Parameters<typeof create>[0] = {}) => {
    const layer = create({ inputShape: sampleShape, ...config });
    const made = sequential({ layers: [layer] });
    await fit(layer);
    return made;
  };

  describeOnBackends(`${name} keeps the contract of feature maps`, () => {
    it('agrees with its definition in float64', async () => {
      await withLayer({ seed: 3 }, (layer) => {
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

    it('repeats from its seed, and differs for another', async () => {
      const weights = (seed: number) => withLayer({ seed }, weightsOf);
      const five = await weights(5);
      expect(await weights(5)).toEqual(five);
      if (hasSeed) expect(await weights(6)).not.toEqual(five);
      const output = (seed: number) =>
        withLayer({ seed }, (layer) => tf.tidy(() => features(layer, input())));
      expect(await output(5)).toEqual(await output(5));
    });

    it('maps the last axis, of rank 2 and above', async () => {
      await withLayer({}, (layer) => {
        const deepShape = [null, 3, ...sampleShape];
        expect(layer.computeOutputShape([null, ...sampleShape])).toEqual([null, outputDim]);
        expect(layer.computeOutputShape(deepShape)).toEqual([null, 3, outputDim]);
        tf.tidy(() => {
          const flat = layer.apply(input(6)) as tf.Tensor;
          const deep = layer.apply(tf.reshape(input(6), [2, 3, ...sampleShape])) as tf.Tensor;
          expect(flat.shape).toEqual([6, outputDim]);
          expect(deep.shape).toEqual([2, 3, outputDim]);
          expect(data(deep)).toEqual(data(flat));
        });
      });
    });

    it('maps a row alike whatever stands beside it', async () => {
      await withLayer({}, (layer) => {
        tf.tidy(() => {
          const together = features(layer, input());
          const alone = Array.from({ length: 7 }, (_, i) => [
            ...features(layer, tf.slice(input(), [i], [1])),
          ]).flat();
          expect(maxAbsDifference(alone, together)).toBeLessThanOrEqual(rowTolerance);
          const backwards = features(layer, tf.reverse(input(), 0));
          const [last, first] = [together.slice(-outputDim), backwards.slice(0, outputDim)];
          expect(maxAbsDifference(first, last)).toBeLessThanOrEqual(rowTolerance);
        });
      });
    });

    it('predicts the same bits after toJSON, and after save and load', async () => {
      const original = await model({ seed: 9 });
      const x = input();
      const predict = (m: typeof original) =>
        tf.tidy(() => data(m.predict(x) as tf.Tensor).slice());
      const expected = predict(original);
      const fromJson = await models.modelFromJSON(JSON.parse(original.toJSON() as string));
      await fit(fromJson.layers.at(-1) as Layer);
      expect(predict(fromJson as typeof original)).toEqual(expected);
      const loaded = await saveAndLoad(original);
      expect(predict(loaded as typeof original)).toEqual(expected);
      tf.dispose(x);
      for (const m of [original, fromJson, loaded]) m.dispose();
    });

    it('has the gradient of its definition with respect to the input', async () => {
      await withLayer({ seed: 3 }, (layer) => {
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
        await withLayer({}, () => {});
        const x = input();
        const layer = create({});
        await fit(layer);
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
          const map = create({ inputShape: sampleShape, trainable });
          const trained = sequential({
            layers: [map, layerMakers.dense({ units: 1, kernelInitializer: 'zeros' })],
          });
          await fit(map);
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
      await expectNoLeak(async () => {
        const flat = tf.zeros([3]);
        expect(() => create({}).apply(flat)).toThrow(/^`input` must.*Received shape/);
        flat.dispose();
        const unknown = create({ inputShape: sampleShape.map(() => null as unknown as number) });
        expect(() => sequential({ layers: [unknown] })).toThrow(/^`input` must/);
        await withLayer({}, (layer) => {
          const wide = tf.zeros([2, ...sampleShape.slice(0, -1), sampleShape.at(-1)! + 1]);
          expect(() => layer.apply(wide)).toThrow(/^`input` must.*Received shape/);
          wide.dispose();
        });
      });
    });
  });

  describe(`${name} keeps the contract of feature maps`, () => {
    beforeAll(() => tf.enableProdMode());

    it('has the same weights on every backend', async () => {
      const weights: Float32Array[][] = [];
      for (const backend of ['cpu', 'wasm']) {
        await tf.setBackend(backend);
        weights.push(await withLayer({ seed: 2 }, weightsOf));
      }
      // Random weights are the same to the bit; weights that are fitted with a backend's sums are
      // not.
      if (!isFittable(create({}))) expect(weights[1]).toEqual(weights[0]);
      weights[1].forEach((weight, i) => {
        expect(maxAbsDifference(weight, weights[0][i])).toBeLessThan(tolerance);
      });
    });

    it('has a configuration that is JSON, makes the same layer, and is not changed by use', async () => {
      const layer = create({ seed: 4 });
      const before = layer.getConfig();
      await fit(layer);
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

  const fitIsRandom = contract.fitIsRandom ?? hasSeed;
  if (isFittable(create({})))
    describeFittedMap(name, { create, sampleShape, training, fitIsRandom });
}
