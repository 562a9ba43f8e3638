import { inTurns } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import type { RowSource } from '../data/row-source.ts';
import type { Fitted } from '../fit/fitted.ts';
import { mapOf } from '../network/network.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { RidgePosterior } from '../ridge/posterior.ts';
import { eventLoopYielder } from '../runtime/event-loop-yielder.ts';

/**
 * The standard deviations of the predictions for rows, row-major `rows × outputs`.
 *
 * @throws Error if the model does not have the sums over its training rows.
 */
export async function predictiveStd(fitted: Fitted, rows: RowSource): Promise<Float32Array> {
  const { state, network, settings } = fitted;
  if (!(state instanceof RidgeAccumulator)) {
    throw new Error(
      "`returnStd` needs the sums over the training rows, of a fit by the solver 'direct', or of a model that was saved with `includeState: true`. Other solvers do not compute them.",
    );
  }
  const posterior = await inTurns(RidgePosterior.steps(state, { l2: settings.l2 }));
  try {
    const map = mapOf(network);
    const out = new Float32Array(rows.rows * state.units);
    const turns = eventLoopYielder();
    for (let from = 0; from < rows.rows; from += map.together) {
      const count = Math.min(map.together, rows.rows - from);
      const features = tf.tidy(() => map.apply(rows.take({ from, count })));
      try {
        const std = await inTurns(posterior.std(await features.data<'float32'>()));
        out.set(std, from * state.units);
      } finally {
        features.dispose();
      }
      if (turns.isDue()) await turns.take();
    }
    return out;
  } finally {
    posterior.dispose();
  }
}
