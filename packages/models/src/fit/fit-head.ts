import { bytesPerFeature } from '@kernel-methods/simd';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Dataset } from '../data/dataset.ts';
import type { Examples } from '../data/examples.ts';
import type { Head } from '../data/head.ts';
import { drawnHead, mapOf, writeHead } from '../network/network.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import type { ResolvedOptions } from '../options.ts';
import { defaultMemoryBudget } from '../runtime/memory-budget.ts';
import type { SharedWork } from '../solvers/shared-work.ts';
import type { Solution, SolverState } from '../solvers/solver.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { featureExamples } from './feature-examples.ts';
import type { Monitor } from './monitor.ts';
import type { OwnedExamples } from './owned-examples.ts';
import type { DatasetSplit } from './prepare.ts';

/** What both ways of training need. */
export interface FitRun {
  readonly epochs?: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  readonly monitor: Monitor<Head>;
  /** The initial head, if it is given; otherwise it is drawn from the seed. */
  readonly head?: Head;
  readonly bias: Float32Array;
  /** The solver's state of an earlier fit, to continue from. */
  readonly state?: SolverState;
  /** Results that are shared with fits of other settings to the same rows. */
  readonly sharedWork?: SharedWork;
}

/** The default number of epochs: 20 as in Keras, or more if there are few rows. */
export const epochsFor = (rows: number, batchSize: number): number =>
  Math.max(20, Math.ceil(2000 / Math.ceil(rows / batchSize)));

/**
 * Finds the head by the solver, over features that are computed once. The solution, or the best
 * head until the solver threw, goes into the network.
 */
export async function fitHead(
  network: tfl.LayersModel,
  data: Omit<DatasetSplit, 'dispose'>,
  options: ResolvedOptions,
  run: FitRun,
): Promise<Solution> {
  const { training, validation, validationName } = data;
  const { solver, memoryBudget = defaultMemoryBudget() } = options;
  const { monitor, signal } = run;
  const map = mapOf(network);
  const numerics = numericsFor();
  const owned: OwnedExamples[] = [];
  const rows = training.x.rows + (validation?.x.rows ?? 0);
  let done = 0;
  const examplesOf = (prepared: Dataset, budget: number, name?: string) => {
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
    const { featureType } = solver;
    const common = { numerics, signal, featureType, name };
    const examples = featureExamples(map, prepared, { ...common, budget, onRows });
    owned.push(examples);
    return examples;
  };
  try {
    // If there is only one pass, nothing needs to be kept.
    const keep = solver.passes === 'one' ? 0 : memoryBudget;
    const examples = examplesOf(training, keep);
    const bytes = bytesPerFeature(solver.featureType ?? 'float32');
    const left = examples.kept ? keep - bytes * examples.rows * examples.width : keep;
    const test = validation && examplesOf(validation, left, validationName);
    return await solveFor(network, examples, test, options, run, numerics);
  } finally {
    for (const examples of owned) examples.dispose();
  }
}

/** Runs the solver, and puts the head into the network whatever happens. */
export async function solveFor(
  network: tfl.LayersModel,
  training: Examples,
  validation: Examples | undefined,
  options: ResolvedOptions,
  run: FitRun,
  numerics: Numerics,
): Promise<Solution> {
  const head = run.head ?? startingHead(options, training.width, run.bias);
  try {
    return await solveHead(head, training, validation, options, run, numerics);
  } finally {
    writeHead(network, head);
  }
}

/** The initial head: zeros, or weights drawn from the seed, depending on the solver. */
export const startingHead = (
  { solver, seed }: ResolvedOptions,
  width: number,
  bias: Float32Array,
): Head =>
  solver.start === 'zeros'
    ? { weights: new Float32Array(width * bias.length), bias: bias.slice() }
    : drawnHead(width, bias, seed);

/**
 * Runs the solver from `head`, which then holds the solution, or the best head until the solver
 * threw.
 */
export async function solveHead(
  head: Head,
  training: Examples,
  validation: Examples | undefined,
  { solver, loss, l2, task, seed, ...options }: ResolvedOptions,
  { monitor, signal, batchSize, ...run }: FitRun,
  numerics: Numerics,
): Promise<Solution> {
  const epochs = run.epochs ?? options.epochs ?? epochsFor(training.rows, batchSize);
  const start = { weights: head.weights.slice(), bias: head.bias.slice() };
  const problem = {
    ...{ training, validation, loss, l2, head },
    classify: taskFor(task).reportsAccuracy,
    state: run.state,
  };
  const { onProgress, onEpochEnd } = monitor;
  const { sharedWork } = run;
  const context = {
    ...{ numerics, seed, epochs, batchSize, signal, sharedWork },
    ...{ onProgress, onEpochEnd },
  };
  try {
    const solution = await solver.solve(problem, context);
    if (monitor.best === undefined) return solution;
    head.weights.set(monitor.best.weights);
    head.bias.set(monitor.best.bias);
    const ownHead = solution.ownHead?.around?.(monitor.best) ?? solution.ownHead;
    return { ...solution, ...(ownHead && { ownHead }) };
  } finally {
    if (hasMoved(start, head)) monitor.hasLearned = true;
  }
}

const hasMoved = (start: Head, head: Head): boolean =>
  (['weights', 'bias'] as const).some((part) =>
    head[part].some((value, i) => value !== start[part][i]),
  );
