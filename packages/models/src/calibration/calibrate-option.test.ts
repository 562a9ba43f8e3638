import '@tensorflow/tfjs-backend-cpu';
import { identity } from '@kernel-methods/features';
import { createRandom } from '@kernel-methods/random';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { savedBy } from '../fixtures/saved-by.ts';
import {
  crossValidate,
  KernelLogisticRegression,
  type KernelModelOptions,
  KernelRidge,
  KernelSVM,
  multilabel,
} from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const random = createRandom(3).stream('rows');
const normal = () => random.normal();
/** One row in so many is of the class, and noise hides it. */
const rows = (count: number, every = 5) => {
  const y = Array.from({ length: count }, (_, i) => (i % every === 0 ? 'rare' : 'usual'));
  return { y, x: y.map((label) => [normal() + (label === 'rare' ? 1.5 : 0), normal()]) };
};
const train = rows(400);
const even = rows(400, 2);
const test = rows(1000);
const options: KernelModelOptions = { features: identity(), l2: 1e-3 };
const ways = ['sigmoid', 'isotonic', 'temperature'] as const;

/** The mean of −log p of the true class, and whether the most probable class is the predicted one. */
async function measure(model: KernelSVM<string>) {
  const { data } = await model.predictProba(test.x);
  const predicted = await model.predict(test.x);
  const classes = model.classes as string[];
  let [loss, agreements] = [0, 0];
  test.y.forEach((label, row) => {
    const p = data[2 * row + classes.indexOf(label)];
    loss -= Math.log(Math.max(p, 1e-6)) / test.y.length;
    const most = classes[data[2 * row + 1] > data[2 * row] ? 1 : 0];
    if (most === predicted[row]) agreements++;
  });
  return { loss, agreements: agreements / test.y.length };
}

it.each(ways)(
  '%s says how likely a class is, and the most likely is predicted',
  async (calibrate) => {
    await expectNoLeak(async () => {
      const plain = new KernelSVM<string>({ ...options, loss: 'hinge' });
      const model = new KernelSVM<string>({ ...options, loss: 'hinge', calibrate });
      // Weights let the machine take rare rows for as many as the others, which they are not.
      const classWeight = 'balanced';
      for (const one of [plain, model]) await one.fit(train.x, train.y, { classWeight });
      const [before, after] = [await measure(plain), await measure(model)];
      expect(after.agreements).toBe(1);
      // One sharpness has ½ where a score is 0.
      if (calibrate === 'temperature') expect(after.loss).toBe(before.loss);
      else expect(after.loss).toBeLessThan(before.loss - 0.05);
      const { accuracy } = await model.evaluate(test.x, test.y);
      const right = (await model.predict(test.x)).filter((label, row) => label === test.y[row]);
      expect(accuracy).toBe(right.length / test.y.length);
      for (const one of [plain, model]) one.dispose();
    });
  },
);

it.each(ways)('%s is saved and loaded, with the option', async (calibrate) => {
  const model = new KernelSVM<string>({ ...options, calibrate });
  await model.fit(train.x, train.y);
  const loaded = await KernelSVM.load<KernelSVM<string>>(await savedBy(model));
  expect(await loaded.predictProba(test.x)).toEqual(await model.predictProba(test.x));
  expect(await loaded.predict(test.x)).toEqual(await model.predict(test.x));
  expect(loaded.options.calibrate).toBe(calibrate);
  const again = await KernelSVM.load<KernelSVM<string>>(await savedBy(loaded));
  expect(await again.predictProba(test.x)).toEqual(await model.predictProba(test.x));
  for (const one of [model, loaded, again]) one.dispose();
});

it.each(ways)(
  '%s takes the probabilities of a loss that has some, and several labels',
  async (calibrate) => {
    const logistic = new KernelLogisticRegression<string>({ ...options, l2: 1, calibrate });
    await logistic.fit(even.x, even.y);
    const own = new KernelLogisticRegression<string>({ ...options, l2: 1 });
    await own.fit(even.x, even.y);
    // So large a penalty draws all probabilities to the mean; calibrated, they are not.
    const spread = async (model: KernelLogisticRegression<string>) => {
      const p = (await model.predictProba(test.x)).data.filter((_, i) => i % 2 === 0);
      return Math.max(...p) - Math.min(...p);
    };
    expect(await spread(logistic)).toBeGreaterThan((await spread(own)) + 0.05);
    const tags = train.x.map(([a, b]) => [...(a > 1 ? ['right'] : []), ...(b > 0 ? ['high'] : [])]);
    const several = new KernelRidge<string[]>({ ...options, task: multilabel(), calibrate });
    await several.fit(train.x, tags);
    const { data } = await several.predictProba(train.x);
    const predicted = await several.predict(train.x);
    const expected = train.x.map((_, row) =>
      ['high', 'right'].filter((_, k) => data[2 * row + k] > 0.5),
    );
    expect(predicted).toEqual(expected);
    expect(await several.score(train.x, tags)).toBeGreaterThan(0.8);
    for (const one of [logistic, own, several]) one.dispose();
  },
);

it('scores folds by the classes that probabilities decide for', async () => {
  const calibrate = 'sigmoid' as const;
  for (const model of [
    new KernelRidge<string>({ ...options, task: 'classification', calibrate }),
    new KernelSVM<string>({ ...options, loss: 'squaredHinge', calibrate }),
  ]) {
    const { mean, predictions } = await crossValidate(model, train.x, train.y, {
      ...{ folds: 3, returnPredictions: true },
    });
    const right = predictions?.filter((label, row) => label === train.y[row]).length ?? 0;
    expect(mean).toBeCloseTo(right / 400, 2);
    model.dispose();
  }
});

it('is refused where there are no probabilities, and by a name that there is not', () => {
  expect(() => new KernelRidge({ calibrate: 'sigmoid' })).toThrow(
    '`calibrate` must be left out in a regression, which has no probabilities. Received: sigmoid.',
  );
  expect(() => new KernelSVM({ calibrate: 'platt' as never })).toThrow(
    "`calibrate` must be 'sigmoid' or 'isotonic' or 'temperature'. Received: 'platt'.",
  );
});
