import type { Config } from '../options/options.ts';
import { featuresOfRow, prepareWork } from './feature-work.ts';
import type { MachineSpeed } from './machine.ts';
import { pixels, type Sizes, sizesOf } from './sizes.ts';
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
