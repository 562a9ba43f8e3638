import { mostRows } from '../options/choices.ts';
import type { Config } from '../options/options.ts';
import { splitRows } from '../options/split-rows.ts';

/** The sizes that time and memory go by. */
export interface Sizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Numbers a row that the random features are made of. */
  readonly inputs: number;
  /** Numbers a row that the head is trained on. */
  readonly width: number;
  /** Whether features are computed once and kept. */
  readonly kept: boolean;
}

export const pixels = 784;
export const classes = 10;
const testRows = 10_000;

export function sizesOf(
  { rows, validationSplit, filters, grid, map, outputDim, solver }: Config,
  memory: number,
): Sizes {
  const { train, validation } = splitRows(rows === 'all' ? mostRows : rows, validationSplit);
  const inputs = filters === 0 ? pixels : grid ** 2 * filters;
  const width = map === 'identity' ? inputs : outputDim;
  // What models keep where nothing is said: at most half of the memory, and at most 2 GiB.
  const budget = Math.min(2 ** 31, memory / 2);
  const kept = solver !== 'direct' && solver !== 'fit' && 4 * train * width <= budget;
  return { train, validation, test: testRows, inputs, width, kept };
}
