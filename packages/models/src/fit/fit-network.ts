import { kindOf } from '@kernel-methods/check';
import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { checkLargeRows } from '../network/finite-features.ts';
import { drawnHead, mapOf, readHead, writeHead } from '../network/network.ts';
import { networkLearner } from '../network/network-learner.ts';
import { seedNoise } from '../network/seed-noise.ts';
import { train } from '../network/train.ts';
import type { ResolvedOptions } from '../options.ts';
import { inPlace } from '../runtime/in-place.ts';
import type { Solution, Solver } from '../solvers/solver.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { epochsFor, type FitRun } from './fit-head.ts';
import type { DatasetSplit } from './prepare.ts';

/** Trains the network as a whole, end to end, by tfjs operations, on mini-batches. */
export async function fitNetwork(
  network: tfl.LayersModel,
  { training, validation, validationName = '' }: Omit<DatasetSplit, 'dispose'>,
  { solver, optimizer, loss, l2 = 0, task, seed, ...options }: ResolvedOptions,
  { epochs = options.epochs, batchSize, signal, monitor, ...start }: FitRun,
): Promise<Solution> {
  const classify = taskFor(task).reportsAccuracy;
  // The monitor only keeps heads, but here the map changes too.
  const best: { weights?: Float32Array[] } = {};
  writeHead(network, start.head ?? drawnHead(mapOf(network).width, start.bias, seed));
  const objective = { training, validation, loss, l2, classify };
  await checkLargeRows(mapOf(network), training.x, signal);
  if (validation !== undefined) {
    const check = () => checkLargeRows(mapOf(network), validation.x, signal);
    await inPlace(validationName, check, signal);
  }
  seedNoise(network, seed);
  const learner = networkLearner(network, objective, ownOptimizer(optimizer, solver));
  try {
    const { rows } = training.x;
    const trained = await train(learner, {
      rows,
      validationRows: validation?.x.rows ?? 0,
      epochs: epochs ?? epochsFor(rows, batchSize),
      batchSize,
      random: createRandom(seed).stream('batches'),
      classify,
      signal,
      onProgress: (progress) => {
        monitor.hasLearned = true;
        monitor.onProgress(progress);
      },
      onEpochEnd: (record) =>
        monitor.onEpochEnd(record, async () => {
          const weights = network.getWeights().map((weight) => weight.data<'float32'>());
          best.weights = (await Promise.all(weights)).map((values) => values.slice());
          return readHead(network);
        }),
    });
    if (best.weights !== undefined) restore(network, best.weights);
    return { ...trained, l2 };
  } finally {
    learner.finish();
  }
}

/** The optimizers that were used already; a training disposes of them at its end. */
const used = new WeakSet<tf.Optimizer>();

/**
 * @throws TypeError if the function does not make an optimizer, RangeError if it returns one that
 * was used before.
 */
function ownOptimizer(make: (() => tf.Optimizer) | undefined, solver: Solver): tf.Optimizer {
  if (make === undefined) return networkOptimizer(solver);
  const optimizer = make();
  if (typeof optimizer?.minimize !== 'function') {
    throw new TypeError(
      `\`optimizer\` must make a tfjs optimizer, as () => tf.train.sgd(0.1) does. Received: ${kindOf(optimizer)}.`,
    );
  }
  if (used.has(optimizer)) {
    throw new RangeError(
      '`optimizer` must make a new one at each call, since a training disposes of it. Received: one that was used before.',
    );
  }
  used.add(optimizer);
  return optimizer;
}

/** @throws RangeError if the solver cannot train a whole network. */
function networkOptimizer(solver: Solver): tf.Optimizer {
  if (solver.networkOptimizer !== undefined) return solver.networkOptimizer();
  throw new RangeError(
    `\`solver\` must be 'adam' or 'sgd' if the feature map is trained with the head; set \`trainable: false\` on its layers to freeze it. Received: ${solver.name}.`,
  );
}

function restore(network: tfl.LayersModel, weights: readonly Float32Array[]): void {
  tf.tidy(() => {
    const shapes = network.getWeights().map(({ shape }) => shape);
    network.setWeights(weights.map((values, i) => tf.tensor(values, shapes[i])));
  });
}
