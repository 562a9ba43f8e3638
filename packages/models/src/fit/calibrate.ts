import type * as tfl from '@tensorflow/tfjs-layers';
import { someRows } from '../data/row-source.ts';
import { unitsOf } from '../network/network.ts';
import { allScores } from '../network/score-blocks.ts';
import type { ResolvedOptions } from '../options.ts';
import { fitInverseTemperature } from '../tasks/probabilities.ts';
import type { Prepared } from './prepare.ts';

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
