import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { withGivenWeights } from './given-weights.ts';
import { randomFourierFeatures } from './random-fourier-features.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const layer = () => randomFourierFeatures({ outputDim: 8, seed: 1, inputShape: [3] });
const valuesOf = (one: ReturnType<typeof layer>) =>
  one.getWeights().map((weight) => Array.from(weight.dataSync()));

describe('withGivenWeights', () => {
  it('builds layers whose fixed weights are zeros until they are given', () => {
    const [drawn, given, after] = [layer(), layer(), layer()];
    drawn.build([null, 3]);
    withGivenWeights(() => given.build([null, 3]));
    after.build([null, 3]);
    const [scale, ...fixed] = valuesOf(given);
    expect(scale).toEqual(valuesOf(drawn)[0]);
    expect(fixed.flat().every((value) => value === 0)).toBe(true);
    expect(
      valuesOf(drawn)
        .slice(1)
        .flat()
        .some((value) => value === 0),
    ).toBe(false);
    given.setWeights(drawn.getWeights());
    expect(valuesOf(given)).toEqual(valuesOf(drawn));
    expect(valuesOf(after)).toEqual(valuesOf(drawn));
    for (const one of [drawn, given, after]) tf.dispose(one.weights.map((weight) => weight.read()));
  });

  it('ends when an error is thrown', () => {
    const one = layer();
    const failing = () =>
      withGivenWeights(() => {
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    one.build([null, 3]);
    expect(valuesOf(one)[1].some((value) => value !== 0)).toBe(true);
    tf.dispose(one.weights.map((weight) => weight.read()));
  });
});
