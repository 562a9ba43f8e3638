import * as models from '@kernel-methods/models';
import { splitRows } from '../options/complete.ts';
import type { Config } from '../options/options.ts';
import { type Backend, backends } from '../parts/backends.ts';
import { type MapEntry, maps } from '../parts/maps.ts';
import { digitsIn, solverOf, type TaskEntry, tasks } from '../parts/tasks.ts';
import { mostRows } from '../parts/variants.ts';
import { type Sizes, sum, times, type Work } from '../parts/work.ts';
import { type MachineSpeed, secondsOf } from './machine.ts';

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
  const backend: Backend = backends[config.backend];
  const row = featuresOfRow(config, sizes, backend);
  const work = sum(
    loadWork(config, sizes),
    prepareWork(config, sizes, backend),
    solverOf(config).work({ settings: config, sizes, row, backend, models }),
    times(sizes.test, sum(row, { script: 500 })),
  );
  return { seconds: secondsOf(work, machine), memory: memoryOf(config, sizes) };
}

const pixels = 784;
const testRows = 10_000;

function sizesOf(config: Config, memory: number): Sizes {
  const { rows, filters, grid, map, outputDim, task, normal } = config;
  const { unused }: TaskEntry = tasks[task];
  const validationSplit = unused.includes('validationSplit') ? 0 : config.validationSplit;
  // There are about as many images of each digit.
  const all = Math.round((mostRows * (digitsIn(normal)?.length ?? 10)) / 10);
  const { train, validation } = splitRows(rows === 'all' ? all : rows, validationSplit);
  const inputs = filters === 0 ? pixels : grid ** 2 * filters;
  const width = maps[map].sized ? outputDim : inputs;
  const kept = solverOf(config).keeps && 4 * train * width <= models.workload.memoryBudget(memory);
  return { train, validation, test: testRows, inputs, width, kept };
}

// The factors were fitted to measured runs: bench/estimates.ts holds them to a factor of 2.

/** The start of a process, and its data. */
function loadWork({ dataset, deskew }: Config, { train, validation, test }: Sizes): Work {
  const rows = train + validation + test;
  const start = 5e8;
  const read = dataset === 'synthetic' ? 3e4 * rows : 2.5e8;
  return { script: start + read + rows * (deskew === 'yes' ? 1e4 : 5e3) };
}

/** The features of a row, patches included. */
function featuresOfRow(config: Config, { inputs, width }: Sizes, backend: Backend): Work {
  const { map: name, kernel } = config;
  const map = maps[name];
  const work = sum(
    patchesOfRow(config, backend),
    backend.features(map.rowWork({ inputs, width, kernel })),
  );
  if (!map.hadamard) return sum(work, { script: backend.cosine * width });
  const block = 2 ** Math.ceil(Math.log2(inputs));
  return sum(work, { script: backend.hadamard * block * Math.ceil(width / block) });
}

function patchesOfRow({ filters, patchSize }: Config, backend: Backend): Work {
  if (filters === 0) return {};
  const features = 4.6 * (patchSize * (31 - patchSize)) ** 2 * filters;
  return backend.features({ features: backend.patches * features });
}

/** What is done before the first row: drawing, and learning from some rows. */
function prepareWork(config: Config, { inputs, width }: Sizes, backend: Backend): Work {
  const { map, kernel } = config;
  const entry: MapEntry = maps[map];
  const { backend: onBackend = {}, host = {} } = entry.prepareWork({ inputs, width, kernel });
  // Filters learn from so many rows.
  return sum(times(4096, patchesOfRow(config, backend)), host, backend.features(onBackend));
}

function memoryOf(config: Config, sizes: Sizes): number {
  const { dataset, map } = config;
  const { train, validation, test, width, inputs, kept } = sizes;
  const rows = train + validation + test;
  const bytes = dataset === 'synthetic' ? pixels * rows : 55e6;
  const chunk = 4 * models.workload.chunkRows * (inputs + 3 * width) + 4 * inputs * width;
  const features = kept ? 4 * (train + validation) * width : 0;
  const squares = solverOf(config).squares.memory + maps[map].squares.memory;
  return 205e6 + bytes + 4 * pixels * rows + chunk + features + 8 * squares * width * width;
}
