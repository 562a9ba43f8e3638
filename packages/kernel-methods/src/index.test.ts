import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as all from './index.ts';

// Types leave no trace at run time: their names are read from the source.
const source = readFileSync(new URL('index.ts', import.meta.url), 'utf8');
const lists = [...source.matchAll(/export (?:type )?\{([^}]*)\} from '@kernel-methods\/([^']+)'/g)];
const exports = lists.flatMap(([, list, from]) =>
  list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => {
      const [own, as = own] = entry.split(' as ');
      return { own, as, from };
    }),
);
const names = exports.map(({ as }) => as);

// What a package exports and the umbrella leaves out, for those that it takes whole.
const leftOut: Record<string, string[]> = {
  'backend-simd': ['simdKernels'],
  // Names of tfjs operations, for authors of backends.
  features: [
    'cosineFeaturesOp',
    'manhattanDistancesOp',
    'patchResponsesOp',
    'sparseMatMulOp',
    'structuredFeaturesOp',
    'walshHadamardOp',
  ],
};
const whole = ['backend-simd', 'datasets', 'features', 'losses', 'models', 'random', 'tables'];

it.each(whole)('exports every value of %s', async (name) => {
  const own: Record<string, unknown> = await import(`@kernel-methods/${name}`);
  expect(Object.keys(own).length).toBeGreaterThan(0);
  const here = exports.filter(({ from }) => from === name);
  for (const key of Object.keys(own)) {
    if (leftOut[name]?.includes(key)) continue;
    const listed = here.find((entry) => entry.own === key);
    expect(listed, `${key} of ${name}`).toBeDefined();
    expect(all).toHaveProperty(listed!.as, own[key]);
  }
});

it('lists every name, and none twice', () => {
  expect(source).not.toMatch(/export \*/);
  expect(names.length).toBeGreaterThan(100);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(Object.keys(all)));
});

it('has no name of a browser’s or JavaScript’s own', () => {
  const browser = ['ImageData', 'Range', 'Option', 'Image', 'Event', 'Node', 'Text', 'Selection'];
  const taken = new Set([...browser, ...Object.getOwnPropertyNames(globalThis)]);
  expect(names.filter((name) => taken.has(name))).toEqual([]);
});

it('has nothing that works on addresses', () => {
  expect(names.filter((name) => /(At|Arguments)$/.test(name))).toEqual([]);
});

it('has no name that says something else than it is', () => {
  const misleading = ['kernels', 'KernelName', 'sum', 'product', 'uniform', 'Split', 'Matrix'];
  expect(names.filter((name) => misleading.includes(name))).toEqual([]);
});

it('registers the backend: a newcomer trains without another import', async () => {
  const { KernelSVM, trainTestSplit, moons } = all;
  const { train, test } = trainTestSplit(moons({ rows: 400, noise: 0.15, seed: 0 }));
  const svm = new KernelSVM({ outputDim: 256, scale: 0.5, learningRate: 0.01, batchSize: 32 });
  await svm.fit(train.x, train.y);
  expect(tf.getBackend()).toBe('simd');
  expect(await svm.score(test.x, test.y)).toBeGreaterThan(0.93);
  svm.dispose();
});
