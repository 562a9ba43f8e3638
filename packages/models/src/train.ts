import type { Random } from '@kernel-methods/random';
import type { Learner } from './network-learner.ts';
import type { EpochRecord, FitProgress } from './progress.ts';
import { turnTaker } from './turn-taker.ts';

export interface TrainOptions {
  readonly rows: number;
  readonly validationRows: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly random: Random;
  readonly classify: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
  /** A reason ends the training. */
  readonly onEpochEnd?: (record: EpochRecord) => Promise<string | undefined>;
}

export interface TrainResult {
  readonly history: EpochRecord[];
  readonly stopped: string;
  readonly seconds: { train: number; validate: number };
}

/**
 * Lets a learner learn: batches in an order of our own that repeats from the seed, epoch after
 * epoch. The event loop gets a turn every few milliseconds, so that a page stays alive and a signal
 * is heard; the training stops at the step at which it is.
 *
 * @throws the signal's reason when aborted, and an Error when the loss is no longer finite. What was
 * learned by then is in the learner.
 */
export async function train(learner: Learner, options: TrainOptions): Promise<TrainResult> {
  const { epochs, validationRows, signal, random } = options;
  const history: EpochRecord[] = [];
  const seconds = { train: 0, validate: 0 };
  let stopped = 'epochs';
  for (let epoch = 1; epoch <= epochs; epoch++) {
    signal?.throwIfAborted();
    const start = performance.now();
    const trained = await trainEpoch(learner, options, epoch, random.stream(`epoch ${epoch}`));
    const middle = performance.now();
    const validated = validationRows > 0 ? await validate(learner, options, epoch) : undefined;
    const end = performance.now();
    seconds.train += (middle - start) / 1000;
    seconds.validate += (end - middle) / 1000;
    const record: EpochRecord = {
      epoch,
      ...trained,
      ...(validated && { valLoss: validated.loss }),
      ...(validated?.accuracy !== undefined && { valAccuracy: validated.accuracy }),
      seconds: (end - start) / 1000,
    };
    history.push(record);
    const reason = await options.onEpochEnd?.(record);
    if (reason !== undefined) {
      stopped = reason;
      break;
    }
  }
  // A step's loss is that of the weights before it, so the last step shows in the weights alone.
  if (!(await learner.isFinite())) throw diverged(epochs);
  return { history, stopped, seconds };
}

async function trainEpoch(
  learner: Learner,
  options: TrainOptions,
  epoch: number,
  random: Random,
): Promise<Means> {
  const { rows, batchSize, epochs, signal, onProgress } = options;
  const steps = Math.ceil(rows / batchSize);
  const order = Int32Array.from(random.permutation(rows));
  const means = new RunningMeans(options.classify);
  const yieldTurn = turnTaker();
  for (let step = 1; step <= steps; step++) {
    const end = Math.min(step * batchSize, rows);
    learner.step(order.subarray((step - 1) * batchSize, end));
    if (!yieldTurn.isDue() && step < steps) continue;
    means.add(await learner.sums(), end);
    if (!Number.isFinite(means.values.loss)) throw diverged(epoch, step);
    onProgress?.({ phase: 'train', epoch, epochs, step, steps, ...means.values });
    await yieldTurn.take();
    signal?.throwIfAborted();
  }
  return means.values;
}

async function validate(learner: Learner, options: TrainOptions, epoch: number): Promise<Means> {
  const { validationRows, epochs, classify, signal, onProgress } = options;
  const means = new RunningMeans(classify);
  const yieldTurn = turnTaker();
  let done = 0;
  for await (const { rows, sums } of learner.validate()) {
    done += rows;
    means.add(sums, done);
    if (!yieldTurn.isDue()) continue;
    const steps = validationRows;
    onProgress?.({ phase: 'validate', epoch, epochs, step: done, steps, ...means.values });
    await yieldTurn.take();
    signal?.throwIfAborted();
  }
  return means.values;
}

const diverged = (epoch: number, step?: number) =>
  new Error(
    `The training diverged: the loss is no longer finite in epoch ${epoch}, ${step === undefined ? 'after the last step' : `step ${step}`}. Use a smaller \`learningRate\`, or standardize the rows.`,
  );

interface Means {
  readonly loss: number;
  readonly accuracy?: number;
}

/** Sums are added one by one in float64, so the means do not depend on when they were asked for. */
class RunningMeans {
  readonly #classify: boolean;
  #loss = 0;
  #correct = 0;
  #rows = 0;

  constructor(classify: boolean) {
    this.#classify = classify;
  }

  /** Pairs of sums of losses and rows that were right, up to `rows` rows in all. */
  add(sums: ArrayLike<number>, rows: number): void {
    for (let i = 0; i < sums.length; i += 2) {
      this.#loss += sums[i];
      this.#correct += sums[i + 1];
    }
    this.#rows = rows;
  }

  get values(): Means {
    const loss = this.#loss / this.#rows;
    return this.#classify ? { loss, accuracy: this.#correct / this.#rows } : { loss };
  }
}
