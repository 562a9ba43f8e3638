import * as tf from '@tensorflow/tfjs-core';
import type { RowSource } from '../data/row-source.ts';
import type { Fitted } from '../fit/fitted.ts';
import { mapOf } from '../network/network.ts';
import { BLOCK_ROWS } from '../network/score-blocks.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import { RidgePosterior } from '../ridge/posterior.ts';

/**
 * The standard deviations of the predictions for rows, row-major `rows × outputs`.
 *
 * @throws Error if the model does not have the sums over its training rows.
 */
export async function predictiveStd(fitted: Fitted, rows: RowSource): Promise<Float32Array> {
  const { state, network, l2 } = fitted;
  if (!(state instanceof RidgeAccumulator)) {
    throw new Error(
      "`returnStd` needs a fit by the solver 'direct' in this process: a saved model does not hold the sums over its training rows, and other solvers do not compute them.",
    );
  }
  const posterior = new RidgePosterior(state, { l2 });
  try {
    const map = mapOf(network);
    const out = new Float32Array(rows.rows * state.units);
    for (let from = 0; from < rows.rows; from += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rows.rows - from);
      const features = tf.tidy(() => map.apply(rows.take({ from, count })));
      try {
        out.set(posterior.std(await features.data<'float32'>()), from * state.units);
      } finally {
        features.dispose();
      }
    }
    return out;
  } finally {
    posterior.dispose();
  }
}
