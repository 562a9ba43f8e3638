import { categoricalHinge, hinge, meanSquaredError } from '@kernel-methods/losses';
import { expect, it } from 'vitest';
import { type KernelModelOptions, resolve } from '../options.ts';
import { withChosenMap } from './choose-map.ts';
import type { FitOptions } from './fit-options.ts';

const few = { rows: 500, weight: 500, units: 3 };

it('leaves the map to the rows where all are there and a solver starts from zeros', () => {
  const isOpen = (
    options: KernelModelOptions,
    size: typeof few | undefined = few,
    fitOptions: FitOptions = {},
  ) => withChosenMap(resolve(options, hinge), fitOptions, size).choosesFeatures;
  expect(isOpen({})).toBe(true);
  expect(isOpen({ loss: meanSquaredError, l2: 1 })).toBe(true);
  expect(isOpen({ standardize: true, seed: 1 })).toBe(true);
  // What says something of the map, or of the steps on it.
  expect(isOpen({ features: 'gaussian' })).toBe(false);
  expect(isOpen({ outputDim: 2048 })).toBe(false);
  expect(isOpen({ scale: 1 })).toBe(false);
  expect(isOpen({ solver: 'newton', loss: 'squaredHinge' })).toBe(false);
  expect(isOpen({ epochs: 3 })).toBe(false);
  expect(isOpen({}, few, { epochs: 3 })).toBe(false);
  // By mini-batches: for the loss, and for the number of rows.
  expect(isOpen({ loss: categoricalHinge })).toBe(false);
  expect(isOpen({}, { rows: 60_000, weight: 60_000, units: 10 })).toBe(false);
  expect(isOpen({ loss: meanSquaredError }, { rows: 60_000, weight: 60_000, units: 10 })).toBe(
    true,
  );
  const stream = withChosenMap(resolve({ loss: meanSquaredError }, hinge), {}, undefined);
  expect(stream.choosesFeatures).toBe(false);
});
