import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import { tellLane } from '@kernel-methods/test-utils/lanes';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { rings } from '../fixtures/rings.ts';
import {
  type FitOptions,
  gridSearch,
  KernelModel,
  type KernelModelOptions,
  KernelSVM,
} from '../index.ts';
import { solverNames } from '../solvers/solver-by-name.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const { x, labels } = rings(40);
const base = { outputDim: 8, scale: 1, epochs: 3, batchSize: 10 };
const solvers: Record<string, KernelModelOptions> = {
  adam: { ...base, loss: 'hinge' },
  sgd: { ...base, loss: 'hinge', solver: 'sgd' },
  'a whole network': { ...base, loss: 'hinge', solver: 'fit' },
  eigenpro: { ...base, loss: 'meanSquaredError', solver: 'eigenpro' },
  direct: { ...base, loss: 'meanSquaredError', solver: 'direct' },
  newton: { ...base, loss: 'logistic', solver: 'newton' },
  smo: { ...base, loss: 'hinge', solver: 'smo' },
  dual: { ...base, loss: 'hinge', solver: 'dual' },
  pairwise: { ...base, loss: 'softmaxCrossEntropy', solver: 'pairwise' },
};
const mine = new Error('mine');

/** Hooks that count their calls, and do something at one of them. */
function hooksWith(act: (call: number) => unknown) {
  let calls = 0;
  const tell = () => act(++calls);
  const callback = { onFitBegin: tell, onProgress: tell, onEpochEnd: tell, onFitEnd: tell };
  const fitOptions: FitOptions = {
    onProgress: tell,
    onEpochEnd: tell,
    callbacks: [callback as NonNullable<FitOptions['callbacks']>[number]],
  };
  return { fitOptions, calls: () => calls };
}

const acts = {
  throws: () => {
    throw mine;
  },
  rejects: () => Promise.reject(mine),
  'rejects later': () => new Promise((_, reject) => setTimeout(reject, 1, mine)),
} as const;

it('tries every solver', () => {
  expect(Object.keys(solvers)).toEqual(expect.arrayContaining(solverNames));
});

describe.each(Object.entries(solvers))('%s', (name, options) => {
  const fitted = async () => {
    const model = new KernelModel(options);
    await model.fit(x, labels, { epochs: 1 });
    return { model, before: (await model.decisionFunction(x)).data };
  };

  it.each(Object.entries(acts))('leaves the model as it was where any hook %s', (way, fails) =>
    expectNoLeak(async () => {
      const { model, before } = await fitted();
      const plain = hooksWith(() => undefined);
      await model.fit(x.slice(0, 30), labels.slice(0, 30), plain.fitOptions);
      model.dispose();
      const again = await fitted();
      expect(plain.calls()).toBeGreaterThan(4);
      let tried = 0;
      for (let at = 1; at <= plain.calls(); at++) {
        const { fitOptions, calls } = hooksWith((call) => (call === at ? fails() : undefined));
        const fit = again.model.fit(x.slice(0, 30), labels.slice(0, 30), fitOptions);
        // How often progress is told depends on the time.
        const outcome = await fit.then(
          () => 'fitted',
          (error) => error,
        );
        if (calls() < at) {
          again.model.dispose();
          await again.model.fit(x, labels, { epochs: 1 });
          continue;
        }
        expect(outcome).toBe(mine);
        expect((await again.model.decisionFunction(x)).data).toEqual(before);
        tried++;
      }
      again.model.dispose();
      tellLane(`hooks of ${name}`, { [`calls where one ${way}`]: tried });
      expect(tried).toBeGreaterThan(4);
    }),
  );

  it('stops at any hook that aborts or disposes', () =>
    expectNoLeak(async () => {
      for (const act of ['abort', 'dispose', 'abort and hang'] as const) {
        for (let at = 1; ; at++) {
          const { model } = await fitted();
          const controller = new AbortController();
          const { fitOptions, calls } = hooksWith((call) => {
            if (call !== at) return undefined;
            if (act === 'dispose') return model.dispose();
            controller.abort(mine);
            return act === 'abort' ? undefined : new Promise(() => {});
          });
          const { signal } = controller;
          const outcome = await model.fit(x, labels, { ...fitOptions, signal }).then(
            () => 'fitted',
            (error) => error,
          );
          const isOver = calls() < at;
          if (isOver) expect(outcome).toBe('fitted');
          else if (act === 'dispose') {
            expect(outcome.message).toContain('was disposed of while it was being fitted');
            await expect(model.predict(x)).rejects.toThrow('is not fitted yet');
          } else {
            expect(outcome).toBe(mine);
            expect((await model.decisionFunction(x)).data.every(Number.isFinite)).toBe(true);
          }
          model.dispose();
          if (isOver) {
            tellLane(`hooks of ${name}`, { [`calls that ${act}`]: at - 1 });
            expect(at).toBeGreaterThan(4);
            break;
          }
        }
      }
    }));
});

it('waits for the hooks of onProgress before the fit ends', async () => {
  let open = 0;
  const onProgress = async () => {
    open++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    open--;
  };
  const model = new KernelModel(solvers.adam);
  await model.fit(x, labels, { onProgress });
  expect(open).toBe(0);
  model.dispose();
});

it.each([
  { callbacks: [{ onEpochEnd: 5 }] },
  { callbacks: [{}, { onFitEnd: 'later' }] },
  { callbacks: [{ onProgress: null }] },
])('refuses a hook that is no function before any work: %o', async (fitOptions) => {
  const svm = new KernelSVM(base);
  await expect(svm.fit(x, labels, fitOptions as unknown as FitOptions)).rejects.toThrow(
    /`callbacks\[\d\]\.on\w+` must be a function/,
  );
});

describe('in a selection', () => {
  const none = {};
  it.each<[string, object]>([
    ['onProgress throws', { onProgress: acts.throws }],
    ['onProgress rejects', { onProgress: acts.rejects }],
    ['onEpochEnd throws', { fitOptions: { onEpochEnd: acts.throws } }],
    ['onEpochEnd rejects', { fitOptions: { onEpochEnd: acts.rejects } }],
    ['onFitBegin throws', { fitOptions: { callbacks: [none, { onFitBegin: acts.throws }] } }],
    ['onFitEnd rejects', { fitOptions: { callbacks: [{ onFitEnd: acts.rejects }] } }],
    ['progress rejects', { fitOptions: { callbacks: [{ onProgress: acts.rejects }] } }],
  ])('the error is the user’s own where %s', (_, options) =>
    expectNoLeak(async () => {
      for (const solver of ['adam', 'fit'] as const) {
        const svm = new KernelSVM({ ...base, solver });
        const search = gridSearch(svm, { l2: [0, 1e-3] }, x, labels, { folds: 2, ...options });
        await expect(search).rejects.toBe(mine);
      }
    }),
  );
});
