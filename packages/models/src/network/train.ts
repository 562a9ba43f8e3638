import type { Random } from '@kernel-methods/random';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';
import { diverged, runEpochs } from '../solvers/epochs.ts';
import type { EpochRecord, FitProgress } from '../solvers/progress.ts';
import { type Means, RunningMeans } from '../solvers/running-means.ts';
import type { Solution } from '../solvers/solver.ts';
import type { Learner } from './network-learner.ts';

export interface TrainOptions {
  readonly rows: number;
  readonly validationRows: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly random: Random;
  readonly classify: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
  /** A returned reason ends the training. */
  readonly onEpochEnd: (record: EpochRecord) => Promise<string | undefined>;
}

type Turns = ReturnType<typeof eventLoopYielder>;

/**
 * Trains a learner, epoch after epoch, on batches in an order that is repeatable from the seed. The
 * event loop gets a turn every few milliseconds, so that a page stays responsive and a signal takes
 * effect. An aborted training stops at the current step.
 *
 * @throws the signal's reason when aborted, and an Error when the loss is no longer finite. The
 * learner keeps the progress so far.
 */
export async function train(
  learner: Learner,
  options: TrainOptions,
): Promise<Omit<Solution, 'l2'>> {
  const { epochs, validationRows, signal, random, onEpochEnd } = options;
  // One yielder serves all epochs: epochs with few rows are shorter than the interval between
  // turns.
  const turns = eventLoopYielder();
  const run = await runEpochs({
    epochs,
    signal,
    train: (epoch) => trainEpoch(learner, options, turns, epoch, random),
    validate: async (epoch) =>
      validationRows > 0 ? validate(learner, options, turns, epoch) : undefined,
    onEpochEnd,
  });
  // The loss of a step is that of the weights before it, so only the weights show the result of the
  // last step.
  if (!(await learner.isFinite())) throw diverged(epochs);
  return run;
}

async function trainEpoch(
  learner: Learner,
  options: TrainOptions,
  turns: Turns,
  epoch: number,
  random: Random,
): Promise<Means> {
  const { rows, batchSize, epochs, signal, onProgress } = options;
  const steps = Math.ceil(rows / batchSize);
  const order = Int32Array.from(random.stream(`epoch ${epoch}`).permutation(rows));
  const counted = new RunningMeans(options.classify);
  for (let step = 1; step <= steps; step++) {
    learner.step(order.subarray((step - 1) * batchSize, Math.min(step * batchSize, rows)));
    const isDue = turns.isDue();
    if (!isDue && step < steps) continue;
    countAll(counted, await learner.sums());
    if (!counted.isFinite) throw diverged(epoch, step);
    onProgress?.({ phase: 'train', epoch, epochs, step, steps, ...counted.means });
    if (isDue) await turns.take();
    signal.throwIfAborted();
  }
  return counted.means;
}

async function validate(
  learner: Learner,
  options: TrainOptions,
  turns: Turns,
  epoch: number,
): Promise<Means> {
  const { validationRows, epochs, classify, signal, onProgress } = options;
  const counted = new RunningMeans(classify);
  let done = 0;
  for await (const { rows, sums } of learner.validate()) {
    done += rows;
    countAll(counted, sums);
    if (!turns.isDue()) continue;
    const steps = validationRows;
    onProgress?.({ phase: 'validate', epoch, epochs, step: done, steps, ...counted.means });
    await turns.take();
    signal.throwIfAborted();
  }
  return counted.means;
}

/** Sums are added one by one, so the means do not depend on when they are read. */
function countAll(counted: RunningMeans, sums: ArrayLike<number>): void {
  for (let i = 0; i < sums.length; i += 3) counted.count(sums[i], sums[i + 1], sums[i + 2]);
}
