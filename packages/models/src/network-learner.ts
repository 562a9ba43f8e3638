import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { correctRows } from './accuracy.ts';
import { blocksOf } from './blocks.ts';
import type { Learner, Objective } from './learner.ts';

/** Trains all that is trainable in a network, by tfjs operations, on any backend. */
export function networkLearner(
  network: tfl.LayersModel,
  { training, validation, loss, l2, classify }: Objective,
  optimizer: tf.Optimizer,
): Learner {
  // They stay on the device and are read rarely, since a read waits for a GPU.
  let pending: tf.Tensor1D[] = [];
  return {
    step(rows) {
      const counted = tf.tidy(() => {
        const index = tf.tensor1d(rows, 'int32');
        const x = tf.gather(training.x, index);
        const y = tf.gather(training.y, index);
        let counts: tf.Tensor1D | undefined;
        const objective = () => {
          const scores = network.apply(x, { training: true }) as tf.Tensor2D;
          const losses = loss(y, scores) as tf.Tensor1D;
          counts = tf.keep(count(losses, y, scores, classify));
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
      const { x, y } = validation!;
      for (const { scores, start } of blocksOf(network, x)) {
        const rows = scores.shape[0];
        const counted = tf.tidy(() => {
          const targets = tf.slice(y, [start, 0], [rows, -1]);
          return count(loss(targets, scores) as tf.Tensor1D, targets, scores, classify);
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
      optimizer.dispose();
    },
  };
}

/** [sum of losses, rows classified rightly]. */
function count(
  losses: tf.Tensor1D,
  y: tf.Tensor2D,
  scores: tf.Tensor2D,
  classify: boolean,
): tf.Tensor1D {
  const correct = classify ? correctRows(y, scores) : tf.scalar(0);
  return tf.stack([tf.sum(losses), tf.cast(correct, 'float32')]) as tf.Tensor1D;
}

function penalty(network: tfl.LayersModel, l2: number): tf.Scalar {
  if (l2 === 0) return tf.scalar(0);
  const [kernel] = network.layers[network.layers.length - 1].trainableWeights;
  return tf.mul(l2 / 2, tf.sum(tf.square(kernel.read())));
}

const trainableVariables = (network: tfl.LayersModel) =>
  network.trainableWeights.map((weight) => weight.read() as tf.Variable);
