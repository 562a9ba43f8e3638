import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { allScores } from './blocks.ts';
import { unitsOf } from './network.ts';
import type { ResolvedOptions } from './options.ts';
import type { Prepared } from './prepare.ts';
import { fitInverseTemperature } from './probabilities.ts';

/** As many rows tell one number well enough. */
const CALIBRATION_ROWS = 2000;

/** The sharpness of a classifier's probabilities; 1 where the loss has probabilities of its own. */
export async function calibrate(
  network: tfl.LayersModel,
  rows: Prepared,
  { loss }: ResolvedOptions,
): Promise<number> {
  if (rows.indices === undefined || loss.link !== undefined) return 1;
  const { indices } = rows;
  // From all over, since rows may come sorted by class.
  const step = Math.max(1, indices.length / CALIBRATION_ROWS);
  const count = Math.min(CALIBRATION_ROWS, indices.length);
  const picked = Int32Array.from({ length: count }, (_, i) => Math.floor(i * step));
  const some = tf.tidy(() => tf.gather(rows.x, tf.tensor1d(picked, 'int32')));
  try {
    const scores = await allScores(network, some);
    const classes = picked.map((row) => indices[row]);
    return fitInverseTemperature(scores, unitsOf(network), classes);
  } finally {
    some.dispose();
  }
}
