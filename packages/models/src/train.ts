import type { Loss } from '@kernel-methods/losses';
import type { Random } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { correctRows } from './accuracy.ts';
import { forEachBlock } from './blocks.ts';

/** What happened in one epoch. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean loss over the rows as they were trained on, while the weights moved (as Keras counts). */
  readonly loss: number;
  /** Share of rows classified rightly, counted likewise; absent in a regression. */
  readonly accuracy?: number;
  /** Mean loss over the validation rows after the epoch. */
  readonly valLoss?: number;
  readonly valAccuracy?: number;
  /** Wall-clock seconds of the epoch, its validation included. */
  readonly seconds: number;
}

/** Where the training stands, told after a step. */
export interface FitProgress {
  readonly phase: 'train' | 'validate';
  readonly epoch: number;
  readonly epochs: number;
  /** From 1, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Running means over the epoch so far. */
  readonly loss: number;
  readonly accuracy?: number;
}

export interface Rows {
  readonly x: tf.Tensor;
  /** Targets in the loss's coding, `[rows, units]`. */
  readonly y: tf.Tensor2D;
}

export interface TrainOptions {
  readonly train: Rows;
  readonly validation?: Rows;
  readonly loss: Loss;
  readonly l2: number;
  readonly optimizer: tf.Optimizer;
  readonly epochs: number;
  readonly batchSize: number;
  readonly random: Random;
  readonly classify: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
  readonly onEpochEnd?: (record: EpochRecord) => void;
}

export interface TrainResult {
  readonly history: EpochRecord[];
  readonly seconds: { train: number; validate: number };
}

/** How long the event loop may wait for us: a frame and a half. */
const YIELD_MILLISECONDS = 25;

/**
 * Mini-batch descent on mean loss + (l2/2)‖W‖², with batches in an order of our own that repeats
 * from the seed. The event loop gets a turn every few milliseconds, so that a page stays alive and
 * a signal is heard; the training stops at the step at which it is.
 *
 * @throws the signal's reason when aborted, and an Error when the loss is no longer finite. The
 * model keeps the weights it has by then.
 */
export async function train(model: tfl.LayersModel, options: TrainOptions): Promise<TrainResult> {
  const { epochs, validation, signal, random } = options;
  const history: EpochRecord[] = [];
  const seconds = { train: 0, validate: 0 };
  for (let epoch = 1; epoch <= epochs; epoch++) {
    signal?.throwIfAborted();
    const start = performance.now();
    const trained = await trainEpoch(model, options, epoch, random.stream(`epoch ${epoch}`));
    const middle = performance.now();
    const validated = validation && (await validate(model, options, validation, epoch));
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
    options.onEpochEnd?.(record);
  }
  await requireFiniteWeights(model, epochs);
  return { history, seconds };
}

interface Means {
  readonly loss: number;
  readonly accuracy?: number;
}

async function trainEpoch(
  model: tfl.LayersModel,
  options: TrainOptions,
  epoch: number,
  random: Random,
): Promise<Means> {
  const { train, batchSize, epochs, signal, onProgress } = options;
  const rows = train.x.shape[0];
  const steps = Math.ceil(rows / batchSize);
  const order = random.permutation(rows);
  const sums = new RunningMeans(options.classify);
  try {
    const yieldTurn = turnTaker();
    for (let step = 1; step <= steps; step++) {
      const batch = order.subarray((step - 1) * batchSize, step * batchSize);
      sums.add(trainStep(model, options, batch), batch.length);
      if (yieldTurn.isDue() || step === steps) {
        const means = await sums.read();
        if (!Number.isFinite(means.loss)) throw diverged(epoch, step);
        onProgress?.({ phase: 'train', epoch, epochs, step, steps, ...means });
        await yieldTurn.take();
        signal?.throwIfAborted();
      }
    }
    return await sums.read();
  } finally {
    sums.dispose();
  }
}

/** One step of the optimizer. Returns [sum of losses, rows classified rightly], owned by the caller. */
function trainStep(model: tfl.LayersModel, options: TrainOptions, batch: Uint32Array): tf.Tensor1D {
  const { train, loss, l2, optimizer, classify } = options;
  return tf.tidy(() => {
    const index = tf.tensor1d(Int32Array.from(batch), 'int32');
    const x = tf.gather(train.x, index);
    const y = tf.gather(train.y, index);
    let counted: tf.Tensor1D | undefined;
    const objective = () => {
      const scores = model.apply(x, { training: true }) as tf.Tensor2D;
      const losses = loss(y, scores) as tf.Tensor1D;
      counted = tf.keep(count(losses, y, scores, classify));
      return tf.add(tf.mean(losses), penalty(model, l2)) as tf.Scalar;
    };
    optimizer.minimize(objective, false, trainableVariables(model));
    return counted as tf.Tensor1D;
  });
}

async function validate(
  model: tfl.LayersModel,
  { loss, classify, signal, epochs, onProgress }: TrainOptions,
  { x, y }: Rows,
  epoch: number,
): Promise<Means> {
  const sums = new RunningMeans(classify);
  try {
    const yieldTurn = turnTaker();
    const rows = x.shape[0];
    await forEachBlock(model, x, async (scores, start) => {
      const size = scores.shape[0];
      sums.add(
        tf.tidy(() => {
          const targets = tf.slice(y, [start, 0], [size, -1]);
          return count(loss(targets, scores) as tf.Tensor1D, targets, scores, classify);
        }),
        size,
      );
      if (yieldTurn.isDue()) {
        const means = await sums.read();
        onProgress?.({
          phase: 'validate',
          epoch,
          epochs,
          step: start + size,
          steps: rows,
          ...means,
        });
        await yieldTurn.take();
        signal?.throwIfAborted();
      }
    });
    return await sums.read();
  } finally {
    sums.dispose();
  }
}

function count(
  losses: tf.Tensor1D,
  y: tf.Tensor2D,
  scores: tf.Tensor2D,
  classify: boolean,
): tf.Tensor1D {
  const correct = classify ? correctRows(y, scores) : tf.scalar(0);
  return tf.stack([tf.sum(losses), tf.cast(correct, 'float32')]) as tf.Tensor1D;
}

function penalty(model: tfl.LayersModel, l2: number): tf.Scalar {
  if (l2 === 0) return tf.scalar(0);
  const [kernel] = model.layers[model.layers.length - 1].trainableWeights;
  return tf.mul(l2 / 2, tf.sum(tf.square(kernel.read())));
}

const trainableVariables = (model: tfl.LayersModel) =>
  model.trainableWeights.map((weight) => weight.read() as tf.Variable);

/** A step's loss is that of the weights before it, so the last step shows in the weights alone. */
async function requireFiniteWeights(model: tfl.LayersModel, epoch: number): Promise<void> {
  const finite = tf.tidy(() =>
    tf.all(tf.stack(model.trainableWeights.map((w) => tf.all(tf.isFinite(w.read()))))),
  );
  const [holds] = await finite.data();
  finite.dispose();
  if (!holds) throw diverged(epoch);
}

const diverged = (epoch: number, step?: number) =>
  new Error(
    `The training diverged: the loss is no longer finite in epoch ${epoch}, ${step === undefined ? 'after the last step' : `step ${step}`}. Use a smaller \`learningRate\`, or standardize the rows.`,
  );

/**
 * Sums that stay on the device and are read rarely, since a read waits for a GPU. They are added
 * one by one in float64, so the means do not depend on when they were read.
 */
class RunningMeans {
  readonly #classify: boolean;
  #pending: tf.Tensor1D[] = [];
  #loss = 0;
  #correct = 0;
  #rows = 0;

  constructor(classify: boolean) {
    this.#classify = classify;
  }

  /** Takes over `sums`. */
  add(sums: tf.Tensor1D, rows: number): void {
    this.#pending.push(sums);
    this.#rows += rows;
  }

  async read(): Promise<Means> {
    if (this.#pending.length > 0) {
      const together = tf.stack(this.#pending);
      this.dispose();
      const sums = await together.data();
      together.dispose();
      for (let i = 0; i < sums.length; i += 2) {
        this.#loss += sums[i];
        this.#correct += sums[i + 1];
      }
    }
    const loss = this.#loss / this.#rows;
    return this.#classify ? { loss, accuracy: this.#correct / this.#rows } : { loss };
  }

  dispose(): void {
    tf.dispose(this.#pending);
    this.#pending = [];
  }
}

function turnTaker() {
  let last = performance.now();
  return {
    isDue: () => performance.now() - last >= YIELD_MILLISECONDS,
    async take() {
      await new Promise((resolve) => setTimeout(resolve));
      last = performance.now();
    },
  };
}
