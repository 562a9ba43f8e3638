import { createRandom } from '@kernel-methods/random';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { adam } from '../network/keras-adam.ts';
import { drawnHead, mapOf, readHead, writeHead } from '../network/network.ts';
import { networkLearner } from '../network/network-learner.ts';
import { train } from '../network/train.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Solution } from '../solvers/solver.ts';
import { epochsFor, type FitRun } from './fit-head.ts';
import type { Prepared } from './prepare.ts';

/** Trains the network as a whole, end to end, by tfjs operations, on mini-batches. */
export async function fitNetwork(
  network: tfl.LayersModel,
  { training, validation }: { readonly training: Prepared; readonly validation?: Prepared },
  { solver, optimizer, loss, l2 = 0, task, seed, ...options }: ResolvedOptions,
  { epochs = options.epochs, batchSize, signal, monitor, ...start }: FitRun,
): Promise<Solution> {
  const classify = task === 'classification';
  // The monitor knows heads alone; here the map moves as well.
  const best: { weights?: Float32Array[] } = {};
  writeHead(network, start.head ?? drawnHead(mapOf(network).width, start.bias, seed));
  const objective = { training, validation, loss, l2, classify };
  const learner = networkLearner(network, objective, optimizer?.() ?? optimizerOf(solver));
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
          best.weights = network.getWeights().map((weight) => weight.dataSync<'float32'>().slice());
          return readHead(network);
        }),
    });
    if (best.weights !== undefined) restore(network, best.weights);
    return { ...trained, l2 };
  } finally {
    learner.finish();
  }
}

/** @throws RangeError where the solver has no steps that a whole network could take. */
function optimizerOf({ name, config }: ResolvedOptions['solver']): tf.Optimizer {
  const { learningRate = name === 'adam' ? 1e-3 : 1e-2, momentum = 0 } = config as Record<
    string,
    number
  >;
  if (name === 'adam') return adam(learningRate);
  if (name === 'sgd') {
    return momentum > 0 ? tf.train.momentum(learningRate, momentum) : tf.train.sgd(learningRate);
  }
  throw new RangeError(
    `\`solver\` must be 'adam' or 'sgd' where the feature map is trained with the head; set \`trainable: false\` on its layers to freeze it. Received: ${name}.`,
  );
}

function restore(network: tfl.LayersModel, weights: readonly Float32Array[]): void {
  tf.tidy(() => {
    const shapes = network.getWeights().map(({ shape }) => shape);
    network.setWeights(weights.map((values, i) => tf.tensor(values, shapes[i])));
  });
}
