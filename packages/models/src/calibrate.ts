import type * as tfl from '@tensorflow/tfjs-layers';
import { allScores } from './blocks.ts';
import { unitsOf } from './network.ts';
import type { ResolvedOptions } from './options.ts';
import type { Prepared } from './prepare.ts';
import { fitInverseTemperature } from './probabilities.ts';
import { someRows } from './row-source.ts';

/** As many rows tell one number well enough. */
const CALIBRATION_ROWS = 2000;

/** The sharpness of a classifier's probabilities; 1 where the loss has probabilities of its own. */
export async function calibrate(
  network: tfl.LayersModel,
  { x, indices }: Prepared,
  { loss }: Pick<ResolvedOptions, 'loss'>,
): Promise<number> {
  if (indices === undefined || loss.link !== undefined) return 1;
  const picked = calibrationRows(indices.length);
  const scores = await allScores(network, someRows(x, picked));
  const classes = picked.map((row) => indices[row]);
  return fitInverseTemperature(scores, unitsOf(network), classes);
}

/** From all over, since rows may come sorted by class. */
export function calibrationRows(rows: number): Int32Array {
  const step = Math.max(1, rows / CALIBRATION_ROWS);
  const count = Math.min(CALIBRATION_ROWS, rows);
  return Int32Array.from({ length: count }, (_, i) => Math.floor(i * step));
}
