import { describeOnBackends } from '@kernel-methods/test-utils';
import { expect, it } from 'vitest';
import { crossValidate } from './cross-validate.ts';
import { cases, x } from './fixtures/models.ts';
import { expectNothingLeft } from './fixtures/nothing-left.ts';
import { gridSearch } from './grid-search.ts';

describeOnBackends('a fold', () => {
  const half = x.map((_, row) => row).filter((row) => row % 2 === 0);
  const rest = x.map((_, row) => row).filter((row) => row % 2 === 1);
  const folds = [
    { train: half, test: rest },
    { train: rest, test: half },
  ];
  const sampleWeight = x.map((_, row) => row % 2);
  const refusal = '`sampleWeight` must leave a row with a weight above 0. Received: none.';

  it.each(cases)('whose rows have no weight is refused by that name: %s', async (_, make, y) => {
    const options = { folds, fitOptions: { sampleWeight } };
    await expect(
      expectNothingLeft(() => crossValidate(make(), x, y as number[], options)),
    ).rejects.toThrow(refusal);
    await expect(
      expectNothingLeft(() => gridSearch(make(), { l2: [1e-3, 1e-2] }, x, y as number[], options)),
    ).rejects.toThrow(refusal);
  });
}, ['cpu', 'simd']);
