import * as tf from '@tensorflow/tfjs-core';
import type { layers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectNoLeak } from './leaks.ts';

type Layer = layers.Layer;

/** What the suite needs from a map that learns from data. */
interface FittableLayer extends Layer {
  fit(x: tf.Tensor, options?: { signal?: AbortSignal; seed?: number }): Promise<void>;
  readonly isFitted: boolean;
}

export const isFittable = (layer: Layer): layer is FittableLayer => 'isFitted' in layer;

export interface FittedMapContract {
  create(config: { seed?: number }): Layer;
  sampleShape: number[];
  /** The rows to learn from; the caller owns them. */
  training(): tf.Tensor;
  /** Whether `fit` draws random numbers. */
  fitIsRandom: boolean;
}

/** Tests that every map that learns from data must pass, besides those for all maps. */
export function describeFittedMap(name: string, contract: FittedMapContract): void {
  const { create, sampleShape, training, fitIsRandom } = contract;
  const weightsOf = (layer: Layer) =>
    layer.weights.map((weight) => weight.read().dataSync().slice());
  const features = (layer: Layer, x: tf.Tensor) =>
    tf.tidy(() => (layer.apply(x) as tf.Tensor).dataSync().slice());

  describe(`${name} keeps the contract of maps that learn from data`, () => {
    beforeAll(async () => {
      tf.enableProdMode();
      await tf.setBackend('cpu');
    });
    const make = (config: { seed?: number } = {}) => create(config) as FittableLayer;
    const use = async <T>(action: (x: tf.Tensor) => Promise<T>): Promise<T> => {
      const x = training();
      try {
        return await expectNoLeak(() => action(x));
      } finally {
        x.dispose();
      }
    };

    it('says that it must be fitted before it is used', () =>
      use(async (x) => {
        const layer = make();
        expect(layer.isFitted).toBe(false);
        expect(() => layer.apply(x)).toThrow(/must be fitted before it is used/);
        expect(layer.isFitted).toBe(false);
        await layer.fit(x);
        expect(layer.isFitted).toBe(true);
        layer.dispose();
      }));

    it('learns the same from the same rows, and nothing else changes its weights', () =>
      use(async (x) => {
        const layer = make({ seed: 3 });
        await layer.fit(x);
        const weights = weightsOf(layer);
        tf.dispose(layer.apply(x) as tf.Tensor);
        await layer.fit(x, { seed: 4 });
        if (fitIsRandom) expect(weightsOf(layer)).not.toEqual(weights);
        await layer.fit(x);
        expect(weightsOf(layer)).toEqual(weights);
        layer.dispose();
      }));

    it('is fitted by setWeights', () =>
      use(async (x) => {
        const [layer, other] = [make(), make()];
        await layer.fit(x);
        expect(() => other.apply(x)).toThrow(/must be fitted/);
        other.setWeights(layer.getWeights());
        expect(other.isFitted).toBe(true);
        expect(features(other, x)).toEqual(features(layer, x));
        layer.dispose();
        other.dispose();
      }));

    it('stops when it is told to, and keeps what it had', () =>
      use(async (x) => {
        const layer = make();
        const stopped = { signal: AbortSignal.abort(new Error('stopped')) };
        await expect(layer.fit(x, stopped)).rejects.toThrow('stopped');
        expect(layer.isFitted).toBe(false);
        await layer.fit(x);
        const weights = weightsOf(layer);
        await expect(layer.fit(x, stopped)).rejects.toThrow('stopped');
        expect(weightsOf(layer)).toEqual(weights);
        layer.dispose();
      }));

    it('refuses rows that it cannot learn from', () =>
      use(async (x) => {
        const layer = make();
        const none = tf.zeros([0, ...sampleShape]);
        await expect(layer.fit(none)).rejects.toThrow(/^`x` must have one row or more/);
        const odd = tf.tidy(() => tf.div(tf.onesLike(x), 0));
        await expect(layer.fit(odd)).rejects.toThrow(/^`x` must hold finite numbers/);
        await expect(layer.fit([[1]] as unknown as tf.Tensor)).rejects.toThrow('`x` must be a');
        await expect(layer.fit(x, { seed: -1 })).rejects.toThrow(/^`seed` must/);
        expect(layer.isFitted).toBe(false);
        layer.dispose();
        tf.dispose([none, odd]);
      }));
  });
}
