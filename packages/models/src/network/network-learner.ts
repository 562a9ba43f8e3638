import type { Loss } from '@kernel-methods/losses';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Dataset } from '../data/dataset.ts';
import { type RowSource, tensorSource } from '../data/row-source.ts';
import { valuesOf } from '../numerics/picked.ts';
import { isOnGpu } from '../runtime/backend.ts';
import { correctRows } from './accuracy.ts';
import { blocksOf } from './score-blocks.ts';

/** The data and the objective of a network's training. */
export interface Objective {
  readonly training: Dataset;
  readonly validation?: Dataset;
  readonly loss: Loss;
  readonly l2: number;
  /** Whether correctly classified rows are counted. */
  readonly classify: boolean;
}

/** The trained object: it takes steps, and counts results as it goes. */
export interface Learner {
  /** One step on these rows of the training set. */
  step(rows: Int32Array): void;
  /**
   * For each step since the last call, in order: Σ s, Σ s·loss, and Σ s of the correctly classified
   * rows.
   */
  sums(): Promise<ArrayLike<number>>;
  /** The same three sums over the validation rows, block by block. */
  validate(): AsyncIterable<{ readonly rows: number; readonly sums: ArrayLike<number> }>;
  /** Whether all weights are finite. */
  isFinite(): Promise<boolean>;
  /** Frees the memory that was needed for training. */
  finish(): void;
}

/** Trains all trainable weights of a network, by tfjs operations, on any backend. */
export function networkLearner(
  network: tfl.LayersModel,
  { training, validation, loss, l2, classify }: Objective,
  optimizer: tf.Optimizer,
): Learner {
  const { targets, units } = training;
  const weights = meanOne(training.weights);
  // The sums stay on the device and are read rarely, since a read waits for the GPU.
  let pending: tf.Tensor1D[] = [];
  const onDevice: RowSource | undefined = isOnGpu() ? tensorSource(all(training.x)) : undefined;
  const rowsOf = onDevice ?? training.x;
  return {
    step(rows) {
      const counted = tf.tidy(() => {
        const x = rowsOf.take(rows);
        const y = tf.tensor2d(valuesOf(targets, rows, units), [rows.length, units]);
        const s = weights && tf.tensor1d(valuesOf(weights, rows, 1));
        let counts: tf.Tensor1D | undefined;
        const objective = () => {
          const scores = network.apply(x, { training: true }) as tf.Tensor2D;
          const plain = loss(y, scores) as tf.Tensor1D;
          const losses = s === undefined ? plain : tf.mul<tf.Tensor1D>(plain, s);
          counts = tf.keep(count(losses, s, y, scores, classify));
          return tf.add(tf.mean(losses), penalty(network, l2)) as tf.Scalar;
        };
        optimizer.minimize(objective, false, trainableVariables(network));
        return counts as tf.Tensor1D;
      });
      pending.push(counted);
    },
    async sums() {
      if (pending.length === 0) return [];
      const together = tf.stack(pending);
      tf.dispose(pending);
      pending = [];
      try {
        return await together.data();
      } finally {
        together.dispose();
      }
    },
    async *validate() {
      const { x, targets } = validation!;
      for await (const { scores, start } of blocksOf(network, x, true)) {
        const rows = scores.shape[0];
        const counted = tf.tidy(() => {
          const block = valuesOf(targets, { from: start, count: rows }, units);
          const y = tf.tensor2d(block, [rows, units]);
          return count(loss(y, scores) as tf.Tensor1D, undefined, y, scores, classify);
        });
        try {
          yield { rows, sums: await counted.data() };
        } finally {
          counted.dispose();
        }
      }
    },
    async isFinite() {
      const finite = tf.tidy(() =>
        tf.all(tf.stack(network.trainableWeights.map((w) => tf.all(tf.isFinite(w.read()))))),
      );
      try {
        return (await finite.data())[0] !== 0;
      } finally {
        finite.dispose();
      }
    },
    finish() {
      tf.dispose(pending);
      onDevice?.dispose();
      optimizer.dispose();
    },
  };
}

const all = (x: RowSource) => x.take({ from: 0, count: x.rows });

/** Weights whose mean is 1, so that a batch's mean loss needs no other divisor. */
function meanOne(weights: Float32Array | undefined): Float32Array | undefined {
  if (weights === undefined) return undefined;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

/** [Σ s, Σ s·loss, Σ s of the rows classified correctly], of weighted losses. */
function count(
  losses: tf.Tensor1D,
  s: tf.Tensor1D | undefined,
  y: tf.Tensor2D,
  scores: tf.Tensor2D,
  classify: boolean,
): tf.Tensor1D {
  const weights = s ?? tf.onesLike(losses);
  const right = classify ? tf.sum(tf.mul(weights, correctRows(y, scores))) : tf.scalar(0);
  return tf.stack([tf.sum(weights), tf.sum(losses), right]) as tf.Tensor1D;
}

function penalty(network: tfl.LayersModel, l2: number): tf.Scalar {
  if (l2 === 0) return tf.scalar(0);
  const [kernel] = network.layers[network.layers.length - 1].trainableWeights;
  return tf.mul(l2 / 2, tf.sum(tf.square(kernel.read())));
}

const trainableVariables = (network: tfl.LayersModel) =>
  network.trainableWeights.map((weight) => weight.read() as tf.Variable);
