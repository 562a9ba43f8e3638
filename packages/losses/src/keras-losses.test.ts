import { readFileSync } from 'node:fs';
import { describeOnBackends, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { lossByName } from './index.ts';

interface Golden {
  loss: string;
  yTrue: number[][];
  yPred: number[][];
  perSample: number[];
  mean: number;
  grad: number[][];
  sampleWeight: number[];
  weighted: number;
}

const goldens: Golden[] = JSON.parse(
  readFileSync(new URL('fixtures/losses.json', import.meta.url), 'utf8'),
);

const ourNames: Record<string, string> = {
  categoricalCrossentropyFromLogits: 'softmaxCrossEntropy',
  binaryCrossentropyFromLogits: 'logistic',
};

const nameOf = (golden: Golden) => ourNames[golden.loss] ?? golden.loss;

it('the reference values cover seven losses', () => {
  expect(goldens).toHaveLength(25);
  expect(new Set(goldens.map(nameOf)).size).toBe(7);
});

describeOnBackends('Keras reference values', () => {
  it.each(goldens)('$loss, case %#', (golden) => {
    const loss = lossByName(nameOf(golden));
    tf.tidy(() => {
      const yTrue = tf.tensor2d(golden.yTrue);
      const yPred = tf.tensor2d(golden.yPred);
      const perSample = loss(yTrue, yPred);
      expect(maxAbsDifference(perSample.dataSync(), golden.perSample)).toBeLessThan(1e-5);
      expect(Math.abs(tf.mean(perSample).dataSync()[0] - golden.mean)).toBeLessThan(1e-5);
      const gradient = tf.grad((p) => tf.mean(loss(yTrue, p)))(yPred);
      expect(maxAbsDifference(gradient.dataSync(), golden.grad.flat())).toBeLessThan(1e-5);
      const weighted = tf.mean(tf.mul(perSample, tf.tensor1d(golden.sampleWeight)));
      expect(Math.abs(weighted.dataSync()[0] - golden.weighted)).toBeLessThan(1e-5);
    });
  });
});

it.each(goldens)('closed forms of $loss, case %#', (golden) => {
  const loss = lossByName(nameOf(golden));
  const rows = golden.yTrue.length;
  // What the tensor form does with 0/1 labels is left to the caller of the closed forms.
  const sign = loss.coding === 'sign' && golden.yTrue.flat().every((y) => y === 0 || y === 1);
  const batch = {
    targets: golden.yTrue.flat().map((y) => (sign ? 2 * y - 1 : y)),
    predictions: golden.yPred.flat(),
    units: golden.yTrue[0].length,
  };
  const values = loss.values(batch, new Float64Array(rows));
  expect(maxAbsDifference(values, golden.perSample)).toBeLessThan(1e-5);
  const gradient = loss.gradient(batch, new Float64Array(batch.predictions.length));
  const ofMean = gradient.map((g) => g / rows);
  expect(maxAbsDifference(ofMean, golden.grad.flat())).toBeLessThan(1e-5);
});
