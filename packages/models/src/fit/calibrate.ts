import { type Dataset, subset } from '../data/dataset.ts';
import type { ResolvedOptions } from '../options.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import { encodedOf } from './prepare.ts';

/** So many rows tell one number well enough. */
const CALIBRATION_ROWS = 2000;

/**
 * The sharpness of a classifier's probabilities; 1 where the loss has probabilities of its own, or
 * the task has none.
 *
 * @param scoresOn the scores of some of the rows of `data`.
 */
export async function calibrate(
  data: Dataset,
  { task, loss }: Pick<ResolvedOptions, 'task' | 'loss'>,
  scoresOn: (rows: Int32Array) => Promise<Float32Array>,
): Promise<number> {
  const { calibrate: fitSharpness } = taskFor(task);
  if (fitSharpness === undefined || loss.link !== undefined) return 1;
  const picked = calibrationRows(data.x.rows);
  const { units } = data;
  return fitSharpness(await scoresOn(picked), units, encodedOf(subset(data, picked)));
}

/** From all over, since rows may come sorted by class. */
function calibrationRows(rows: number): Int32Array {
  const step = Math.max(1, rows / CALIBRATION_ROWS);
  const count = Math.min(CALIBRATION_ROWS, rows);
  return Int32Array.from({ length: count }, (_, i) => Math.floor(i * step));
}
