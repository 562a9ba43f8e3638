import { randomFourierFeatures } from '@kernel-methods/features';
import { losses } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { getSimd, SimdMemoryError } from '@kernel-methods/simd';
import { describeOnBackends, expectNoLeak, maxAbsDifference } from '@kernel-methods/test-utils';
import { afterEach, expect, it, vi } from 'vitest';
import { KernelModel, type KernelModelOptions } from './index.ts';

const { normal } = createRandom(5).stream('rows');
const labels = Array.from({ length: 75 }, (_, i) => i % 3);
const x = labels.map((label) => [2 * label + 0.5 * normal(), 0.5 * normal(), normal()]);
const features = randomFourierFeatures({ outputDim: 48, scale: 2, seed: 1 });
const quick = { features, epochs: 4, batchSize: 16, learningRate: 0.02, l2: 1e-3 };

async function run(options: KernelModelOptions) {
  const model = new KernelModel(options);
  const { history } = await model.fit(x, labels, { validationSplit: 0.2 });
  const { data } = await model.decisionFunction(x);
  model.dispose();
  const records = history.map(({ seconds, ...record }) => Object.values(record));
  return { figures: records.flat(), data };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describeOnBackends('a head that learns from kept features', () => {
  it.each(losses.map((loss) => [loss.name, loss] as const))(
    'follows the whole network step by step: %s',
    async (_, loss) => {
      const before = getSimd().memory().bytesInUse;
      const [kept, whole] = await expectNoLeak(async () => [
        await run({ ...quick, loss, solver: 'adam' }),
        await run({ ...quick, loss, solver: 'fit' }),
      ]);
      expect(maxAbsDifference(kept.figures, whole.figures)).toBeLessThan(1e-3);
      expect(maxAbsDifference(kept.data, whole.data)).toBeLessThan(1e-3);
      // Not the very same arithmetic, so that this compares two ways.
      expect(kept.data).not.toEqual(whole.data);
      expect(getSimd().memory().bytesInUse).toBeLessThanOrEqual(before + 2 ** 20);
    },
  );

  it('gives way to the whole network where the features do not fit', async () => {
    const whole = await run({ ...quick, solver: 'fit' });
    const simd = getSimd();
    const { alloc } = simd;
    const kept = 4 * 60 * 48;
    vi.spyOn(simd, 'alloc').mockImplementation((bytes) => {
      if (bytes === kept) throw new SimdMemoryError('full');
      return alloc.call(simd, bytes);
    });
    const { data } = await expectNoLeak(() => run(quick));
    expect(maxAbsDifference(data, whole.data)).toBeLessThan(1e-6);
  });

  it('hears a signal while it computes the features, and the model stays as it was', async () => {
    const model = new KernelModel(quick);
    await model.fit(x, labels);
    const { data } = await model.decisionFunction(x);
    const controller = new AbortController();
    const reason = new Error('enough');
    const before = getSimd().memory().bytesInUse;
    await expectNoLeak(async () => {
      const fit = model.fit(x, labels, { signal: controller.signal });
      controller.abort(reason);
      await expect(fit).rejects.toBe(reason);
    });
    expect((await model.decisionFunction(x)).data).toEqual(data);
    expect(getSimd().memory().bytesInUse).toBeLessThanOrEqual(before + 2 ** 20);
    model.dispose();
  });
});
