import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSimd } from '@kernel-methods/simd';
import { expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileSystem, KernelRidge, KernelSVM } from '../index.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  // The first use allocates memory that is kept.
  const first = new KernelRidge(options);
  await first.fit(x, y);
  await first.predict(x, { returnStd: true });
  first.dispose();
});

const x = Array.from({ length: 90 }, (_, i) => [Math.sin(i), Math.cos(1.7 * i)]);
const y = x.map(([a, b], i) => 100 + a - b * b + Math.sin(i * i) / 5);
const options = { outputDim: 48, scale: 1 };
const folder = async () => fileSystem(await mkdtemp(join(tmpdir(), 'state-')));

describe('a model that is saved with its state', () => {
  it.each([[y.length], [20]])(
    'knows its deviations and goes on, fitted to %d rows',
    async (rows) => {
      const before = getSimd().memory().blocks;
      await expectNoLeak(async () => {
        const model = new KernelRidge(options);
        await model.fit(x.slice(0, rows), y.slice(0, rows));
        const handler = await folder();
        await model.save(handler, { includeState: true });
        const loaded = await KernelRidge.load<KernelRidge>(handler);
        const [expected, found] = [
          await model.predict(x, { returnStd: true }),
          await loaded.predict(x, { returnStd: true }),
        ];
        expect(found.mean).toEqual(expected.mean);
        expect(maxAbsDifference(found.std, expected.std)).toBeLessThan(1e-5);
        expect(Math.max(...found.std)).toBeGreaterThan(0.05);
        for (const one of [model, loaded]) await one.partialFit(x.slice(0, 9), y.slice(9, 18));
        const both = [await model.predict(x), await loaded.predict(x)];
        expect(maxAbsDifference(both[0], both[1])).toBeLessThan(1e-3);
        expect(maxAbsDifference(both[0], expected.mean)).toBeGreaterThan(1e-2);
        for (const one of [model, loaded]) one.dispose();
      });
      expect(getSimd().memory().blocks).toBe(before);
    },
  );

  it('is a layers model as any other, and tells nothing where it was not asked to', async () => {
    const model = new KernelRidge<number[]>(options);
    const two = x.map(([a, b]) => [a, b]);
    await model.fit(x, two);
    const handler = await folder();
    await model.save(handler, { includeState: true });
    const network = await tfl.loadLayersModel(handler);
    const scores = network.predict(tf.tensor2d(x)) as tf.Tensor;
    expect(maxAbsDifference(await scores.data(), (await model.predict(x)).flat())).toBeLessThan(
      1e-5,
    );
    const loaded = await KernelRidge.load<KernelRidge<number[]>>(handler);
    const { std } = await loaded.predict(x, { returnStd: true });
    expect(std[0]).toHaveLength(2);
    // Saved again without, or with.
    await loaded.save(handler);
    const plain = await KernelRidge.load<KernelRidge>(handler);
    await expect(plain.predict(x, { returnStd: true })).rejects.toThrow('`includeState: true`');
    await expect(plain.save(handler, { includeState: true })).rejects.toThrow(
      '`includeState` needs the sums over the training rows',
    );
    for (const one of [model, loaded, plain, network]) one.dispose();
  });

  it('is refused where a byte changed, or the solver keeps none', async () => {
    const model = new KernelRidge(options);
    await model.fit(x, y);
    let artifacts: tf.io.ModelArtifacts = {};
    const save = tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    });
    await model.save(save, { includeState: true });
    const bytes = new Uint8Array(tf.io.CompositeArrayBuffer.join(artifacts.weightData)).slice();
    bytes[bytes.length - 100] ^= 1;
    const damaged = { load: async () => ({ ...artifacts, weightData: bytes.buffer }) };
    await expect(expectNoLeak(() => KernelRidge.load(damaged))).rejects.toThrow('it is damaged');
    const svm = new KernelSVM(options);
    await svm.fit(
      x,
      y.map((v) => v > 100),
    );
    await expect(svm.save(save, { includeState: true })).rejects.toThrow("fitted by 'smo'");
    for (const one of [model, svm]) one.dispose();
  });
});
