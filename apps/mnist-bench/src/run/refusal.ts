import { splitRows } from '../options/complete.ts';
import type { Config } from '../options/options.ts';
import { maps } from '../parts/maps.ts';
import { solvers } from '../parts/solvers.ts';
import { type TaskEntry, tasks } from '../parts/tasks.ts';
import { mostRows } from '../parts/variants.ts';
import { createModel } from './model.ts';

/** Why the configuration cannot run, in the words of whatever refuses it; undefined where it can run. */
export function refusalOf(config: Config): string | undefined {
  return laterRefusal(config) ?? modelRefusal(config);
}

/** What the library would refuse too, but only when it has the data. */
function laterRefusal(config: Config): string | undefined {
  const { map, outputDim, rows, validationSplit, task } = config;
  const { worksLike: solver = config.solver }: TaskEntry = tasks[task];
  const { train } = splitRows(rows === 'all' ? mostRows : rows, validationSplit);
  if (maps[map].landmarks && outputDim > train) {
    return `${map} takes its landmarks from the training rows: ${outputDim} of ${train} cannot be had`;
  }
  if (!maps[map].sized) return undefined;
  const [ofMap, ofSolver] = [maps[map].squares.wasm, solvers[solver].squares.wasm];
  const most = Math.floor(Math.sqrt(squaresMemory / 8 / Math.max(ofMap, ofSolver)));
  return outputDim > most
    ? `${ofMap > ofSolver ? map : solver} needs squares of the number of features: WebAssembly's 4 GiB hold those of ${most}`
    : undefined;
}

/** Of WebAssembly's 4 GiB; the rest is for features. */
const squaresMemory = 3.75 * 2 ** 30;

/** A model is made, which costs next to nothing before it sees data. */
function modelRefusal(config: Config): string | undefined {
  try {
    const model = createModel(config);
    try {
      if (config.machines === undefined) return undefined;
      if (!model.far) return 'this task takes no --machines: its rows must be here';
      model.far.check();
      return undefined;
    } finally {
      model.dispose();
    }
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}
