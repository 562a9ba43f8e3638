import { rangeError } from '@kernel-methods/check';
import { losses } from '@kernel-methods/losses';
import { inTurns } from '@kernel-methods/simd';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Dataset } from '../data/dataset.ts';
import type { Examples } from '../data/examples.ts';
import type { RowsLike } from '../data/rows.ts';
import { isTableRows } from '../data/tables.ts';
import { requireWeight } from '../data/weights.ts';
import { fitData, type KernelModel } from '../estimators/kernel-model.ts';
import { featureExamples } from '../fit/feature-examples.ts';
import { type FitRun, solveFor } from '../fit/fit-head.ts';
import type { FitOptions, FitResult } from '../fit/fit-options.ts';
import { prepare, VALIDATION_DATA } from '../fit/prepare.ts';
import { codeTable } from '../fit/table-data.ts';
import type { TrainingData } from '../fit/training-data.ts';
import { mapOf } from '../network/network.ts';
import type { Numerics } from '../numerics/numerics.ts';
import { numericsFor } from '../numerics/numerics-for.ts';
import type { ResolvedOptions } from '../options.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { chooseL2Steps } from '../ridge/choose-l2.ts';
import { RowSample } from '../ridge/row-sample.ts';
import { defaultMemoryBudget } from '../runtime/memory-budget.ts';
import { sampleRows } from '../solvers/direct.ts';
import type { FarPasses } from '../solvers/far-passes.ts';
import { newton } from '../solvers/newton/newton.ts';
import type { Solution, Solver } from '../solvers/solver.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import type { DrawnRows } from './drawn-rows.ts';
import { farModelBytes } from './far-model.ts';
import { type FarTask, farTask } from './far-task.ts';

/** Rows that are elsewhere, and what can be computed over them. */
export interface FarRows {
  /** Reads all shards once. */
  draw(task: FarTask, signal: AbortSignal): Promise<DrawnRows>;
  /** The sums over all rows under a model, as bytes of `RidgeAccumulator.serialize`. */
  sums(model: Uint8Array, signal: AbortSignal, onRows: (rows: number) => void): Promise<Uint8Array>;
  /** The passes of Newton's method over all rows under a model. */
  passes(model: Uint8Array, signal: AbortSignal): FarPasses;
}

/** What a fit to rows that are elsewhere takes. */
export type FarFitOptions = Pick<
  FitOptions,
  'signal' | 'validationData' | 'onProgress' | 'onEpochEnd' | 'callbacks' | 'verbose'
> & {
  /** The column to predict, if the rows are tables. */
  readonly target?: string;
};

/**
 * Fits a model to rows that are elsewhere. Its map learns from the rows that are drawn, and is then
 * fixed.
 *
 * @throws RangeError if the solver needs the rows themselves, or the map is trained, before any work.
 */
export async function fitFar(
  model: KernelModel,
  far: FarRows,
  { target, ...fitOptions }: FarFitOptions,
): Promise<FitResult> {
  const options = farOptions(model.options);
  return fitData(model, fitOptions, options, (signal) =>
    farData(far, options, { ...fitOptions, target }, signal),
  );
}

/** @throws RangeError unless the rows may be elsewhere. */
export function farOptions(options: Readonly<ResolvedOptions>): ResolvedOptions {
  const { task, loss, wholeNetwork, choosesSolver } = options;
  const second = newton();
  const isNewton = choosesSolver && second.refuses?.(loss) === undefined;
  const solver = isNewton ? second : options.solver;
  if (wholeNetwork || !(isOneSum(solver) || solver.solveByRounds)) {
    throw rangeError('solver', "be 'direct' or 'newton' for rows on other machines", solver.name);
  }
  farTask(task);
  if (solver.solveByRounds && !loss.hessianProduct) {
    const others = losses.filter(({ hessianProduct }) => hessianProduct).map((one) => one.name);
    const rule = `have a second derivative for rows on other machines, as ${others.join(', ')} have: take one of these, or fit to rows here`;
    throw rangeError('loss', rule, loss.name);
  }
  return { ...options, solver, choosesSolver: false };
}

/** Whether the head follows from sums over the rows, in one pass. */
const isOneSum = ({ ridge, passes }: Solver) => ridge !== undefined && passes === 'one';

async function farData(
  far: FarRows,
  options: ResolvedOptions,
  { target, validationData: given }: FarFitOptions,
  signal: AbortSignal,
): Promise<TrainingData> {
  const drawn = await far.draw(farTask(options.task), signal);
  const { rows, weight } = drawn;
  if (rows === 0) throw new RangeError('`shards` must hold at least one row. Received: none.');
  if (weight === 0) requireWeight(new Float32Array(1));
  const classes = await drawn.classes();
  const { x, y, sampleWeight } = await drawn.sample();
  const coded = isTableRows(x)
    ? await codeTable(x, target, { validationData: given }, options)
    : { x: x as RowsLike, y, fitOptions: { validationData: given }, encoder: undefined };
  const { encoder } = coded;
  const validationData = coded.fitOptions.validationData;
  const owned: Dataset[] = [];
  const dispose = () => {
    for (const data of owned) data.x.dispose();
  };
  try {
    // The targets of a table are those that were drawn with its rows.
    const sample: Dataset = {
      ...(await prepare(coded.x, y, options, classes && { classes })),
      weights: sampleWeight,
    };
    owned.push(sample);
    const { units, x: source } = sample;
    const known = { classes, units, rowShape: source.rowShape };
    const validation =
      validationData &&
      (await prepare(...(validationData as readonly [RowsLike, typeof y]), options, known, {
        x: 'validationData[0]',
        y: 'validationData[1]',
      }));
    if (validation) owned.push(validation);
    return {
      ...{ sample: source, classes, encoder, target, dispose },
      bias: taskFor(options.task).startingBias(sample, someWeights(sample)),
      validates: validation !== undefined,
      calibration: validation ?? sample,
      async solve(network, resolved, run) {
        if (mapOf(network).isTrainable) {
          throw new RangeError(
            '`features` must be frozen for rows on other machines. Received: layers that are trained.',
          );
        }
        const bytes = await farModelBytes(network, resolved, { classes, encoder, target });
        const size = { rows, weight };
        const work = { network, sample, validation, size, bytes, far };
        return isOneSum(resolved.solver)
          ? solveBySums(work, resolved, run)
          : solveByRounds(work, resolved, run);
      },
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

interface Work {
  readonly network: tfl.LayersModel;
  readonly sample: Dataset;
  readonly validation?: Dataset;
  readonly size: { readonly rows: number; readonly weight: number };
  /** The model with its map fixed. */
  readonly bytes: Uint8Array;
  readonly far: FarRows;
}

async function solveBySums(work: Work, options: ResolvedOptions, run: FitRun): Promise<Solution> {
  const { network, size, bytes, far } = work;
  const { signal, monitor } = run;
  const numerics = numericsFor();
  let step = 0;
  const onRows = (rows: number) => {
    step = rows;
    monitor.onProgress({ phase: 'train', epoch: 1, epochs: 1, step, steps: size.rows });
  };
  const sums = (await far.sums(bytes, signal, onRows)) as Uint8Array<ArrayBuffer>;
  const state = RidgeAccumulator.adopt(exactBuffer(sums), numerics);
  const examples = examplesOf(work, options, run, numerics);
  try {
    const given = options.solver.ridge?.l2 ?? options.l2;
    const l2 = given ?? (await chosenL2(examples.sample, state, options.seed, numerics, signal));
    const none: Examples = { ...examples.sample, rows: 0, weight: 0, async *chunks() {} };
    const all = { ...run, state };
    const settings = { ...options, l2 };
    return await solveFor(network, none, examples.validation, settings, all, numerics);
  } finally {
    examples.dispose();
    state.dispose();
  }
}

async function solveByRounds(work: Work, options: ResolvedOptions, run: FitRun): Promise<Solution> {
  const { network, size, bytes, far } = work;
  const { signal } = run;
  const numerics = numericsFor();
  const passes = far.passes(bytes, signal);
  const examples = examplesOf(work, options, run, numerics);
  const { solveByRounds: solve } = options.solver as Required<Solver>;
  const solver: Solver = {
    ...options.solver,
    solve: (problem, context) => solve(problem, context, { ...size, passes }),
  };
  try {
    const { sample, validation } = examples;
    return await solveFor(network, sample, validation, { ...options, solver }, run, numerics);
  } finally {
    examples.dispose();
  }
}

/** The features of the rows that are here. */
function examplesOf(
  { network, sample, validation }: Work,
  { memoryBudget = defaultMemoryBudget() }: ResolvedOptions,
  { signal }: FitRun,
  numerics: Numerics,
) {
  const map = mapOf(network);
  const common = { numerics, signal, budget: memoryBudget };
  const own = featureExamples(map, sample, common);
  const test = validation && featureExamples(map, validation, { ...common, name: VALIDATION_DATA });
  return {
    sample: own,
    validation: test,
    dispose() {
      own.dispose();
      test?.dispose();
    },
  };
}

/** The penalty that 'direct' would choose, if the rows that were drawn were all. */
async function chosenL2(
  sample: Examples,
  { weight }: RidgeAccumulator,
  seed: number,
  numerics: Numerics,
  signal: AbortSignal,
): Promise<number> {
  const rows = new RowSample(numerics, sample, sampleRows(sample), seed);
  for await (const chunk of sample.chunks()) {
    signal.throwIfAborted();
    await rows.take(chunk);
  }
  return inTurns(chooseL2Steps(rows.rows, weight), signal);
}

const someWeights = ({ weights }: Dataset) =>
  weights?.some((weight) => weight > 0) ? weights : undefined;

const exactBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>) =>
  byteOffset === 0 && byteLength === buffer.byteLength
    ? buffer
    : buffer.slice(byteOffset, byteOffset + byteLength);
