import { splitRows } from '../options/complete.ts';
import type { Config } from '../options/options.ts';
import { mostRows } from '../parts/choices.ts';
import { featuresOfRow, prepareWork } from './feature-work.ts';
import type { MachineSpeed } from './machine.ts';
import { solverWork } from './solver-work.ts';
import { secondsOf, sum, times, type Work } from './work.ts';

/** What a run will take. */
export interface Estimate {
  /** Of the whole process. */
  readonly seconds: number;
  /** Bytes at most. */
  readonly memory: number;
}

/** What a run will take on a machine, within a factor of 2 on MNIST. */
export function estimate(config: Config, machine: MachineSpeed): Estimate {
  const sizes = sizesOf(config, machine.memory);
  const work = sum(
    loadWork(config, sizes),
    prepareWork(config, sizes),
    solverWork(config, sizes),
    times(sizes.test, sum(featuresOfRow(config, sizes), { script: 500 })),
  );
  return { seconds: secondsOf(work, machine), memory: memoryOf(config, sizes) };
}

/** The start of a process, and its data. */
function loadWork({ dataset, deskew }: Config, { train, validation, test }: Sizes): Work {
  const rows = train + validation + test;
  const start = 5e8;
  const read = dataset === 'synthetic' ? 3e4 * rows : 2.5e8;
  return { script: start + read + rows * (deskew === 'yes' ? 1e4 : 5e3) };
}

function memoryOf({ dataset, solver, map }: Config, sizes: Sizes): number {
  const { train, validation, test, width, inputs, kept } = sizes;
  const rows = train + validation + test;
  const bytes = dataset === 'synthetic' ? pixels * rows : 55e6;
  const chunk = 4 * 832 * (inputs + 3 * width) + 4 * inputs * width;
  const features = kept ? 4 * (train + validation) * width : 0;
  // Squares in float64: the Gram matrix and its factor; that of the landmarks, and what makes the map.
  const squares = (solver === 'direct' ? 2.5 : 0) + (map === 'nystroem' ? 3.5 : 0);
  return 205e6 + bytes + 4 * pixels * rows + chunk + features + 8 * squares * width * width;
}

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
