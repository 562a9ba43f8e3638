import type * as tfl from '@tensorflow/tfjs-layers';
import type { Examples } from './examples.ts';
import { featureExamples, type OwnedExamples } from './feature-examples.ts';
import { defaultMemoryBudget } from './memory-budget.ts';
import type { Monitor } from './monitor.ts';
import { drawnWeights, mapOf, writeHead } from './network.ts';
import { numericsFor } from './numerics/numerics-for.ts';
import type { ResolvedOptions } from './options.ts';
import type { Prepared } from './prepare.ts';
import type { Head, Solution, SolverState } from './solvers/solver.ts';

/** What the two ways of training need alike. */
export interface FitRun {
  readonly epochs?: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  readonly monitor: Monitor<Head>;
  /** Where the head starts: given, or drawn from the seed. */
  readonly head?: Head;
  readonly bias: Float32Array;
  /** What the solver left the last time, to go on from. */
  readonly state?: SolverState;
}

/** Passes where nothing is said: Keras's 20, or as many as few rows need to be learned. */
export const epochsFor = (rows: number, batchSize: number): number =>
  Math.max(20, Math.ceil(2000 / Math.ceil(rows / batchSize)));

/**
 * Finds the head by the solver, over features that are computed once; the answer, or what was
 * found until the solver threw, goes into the network.
 */
export async function fitHead(
  network: tfl.LayersModel,
  data: { readonly training: Prepared; readonly validation?: Prepared },
  options: ResolvedOptions,
  run: FitRun,
): Promise<Solution> {
  const { training, validation } = data;
  const { solver, memoryBudget = defaultMemoryBudget() } = options;
  const { monitor, signal } = run;
  const map = mapOf(network);
  const numerics = numericsFor();
  const owned: OwnedExamples[] = [];
  const rows = training.x.rows + (validation?.x.rows ?? 0);
  let done = 0;
  const examplesOf = (prepared: Prepared, budget: number) => {
    const before = done;
    done += prepared.x.rows;
    const onRows = (row: number) =>
      monitor.onProgress({
        phase: 'features',
        epoch: 1,
        epochs: 1,
        step: before + row,
        steps: rows,
      });
    const examples = featureExamples(map, prepared, { numerics, signal, budget, onRows });
    owned.push(examples);
    return examples;
  };
  try {
    // One pass needs nothing kept.
    const keep = solver.passes === 'one' ? 0 : memoryBudget;
    const examples = examplesOf(training, keep);
    const left = examples.kept ? keep - 4 * examples.rows * examples.width : keep;
    const test = validation && examplesOf(validation, left);
    return await solveFor(network, examples, test, options, run, numerics);
  } finally {
    for (const examples of owned) examples.dispose();
  }
}

/** Lets the solver solve, and brings the head into the network whatever happens. */
export async function solveFor(
  network: tfl.LayersModel,
  training: Examples,
  validation: Examples | undefined,
  { solver, loss, l2, task, seed, ...options }: ResolvedOptions,
  { monitor, signal, batchSize, bias, ...run }: FitRun,
  numerics: ReturnType<typeof numericsFor>,
): Promise<Solution> {
  const { width } = training;
  const head = run.head ?? {
    weights:
      solver.start === 'zeros'
        ? new Float32Array(width * bias.length)
        : drawnWeights(width, bias.length, seed),
    bias: bias.slice(),
  };
  const epochs = run.epochs ?? options.epochs ?? epochsFor(training.rows, batchSize);
  try {
    const solution = await solver.solve(
      {
        training,
        validation,
        loss,
        l2,
        head,
        classify: task === 'classification',
        state: run.state,
      },
      {
        numerics,
        seed,
        epochs,
        batchSize,
        signal,
        onProgress: monitor.onProgress,
        onEpochEnd: monitor.onEpochEnd,
      },
    );
    if (monitor.best !== undefined && solution.stopped !== 'callback') {
      head.weights.set(monitor.best.weights);
      head.bias.set(monitor.best.bias);
    }
    return solution;
  } finally {
    writeHead(network, head);
  }
}
