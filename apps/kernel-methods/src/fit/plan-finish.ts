import {
  FEATURES,
  type Ground,
  LAST_FEATURES,
  maps,
  type Score,
  type Settings,
  settingsOf,
} from '@kernel-methods/search';

/** Of fewer rows, the model and its scores take little time. */
const FEW_ROWS = 3000;

/** The part of the time that the search may take; the rest is for the model and its scores. */
export const searchShare = (rows: number): number => (rows <= FEW_ROWS ? 0.8 : 0.5);

/** Numbers of features that a model ends with, the most first. */
const widths = [LAST_FEATURES, 2400, 1600, FEATURES, 600, 300];

/** Fits that come after the search: of the model, and of those that are scored. */
const FITS = 3;

interface Planned {
  readonly best: Score;
  readonly rows: number;
  groundOf(rows: number, features: number): Ground;
  /** Seconds that are left; Infinity where the result must repeat. */
  readonly left: number;
}

/** The settings of the model on all rows, with as many features as there is time for. */
export function finalSettings({ best, rows, groundOf, left }: Planned): Settings {
  const settings = (most: number) => settingsOf(best.machine, groundOf(rows, most));
  const affordable = widths.find((most) => FITS * secondsOf(best, rows, most) <= left);
  return settings(affordable ?? widths.at(-1)!);
}

/** Expected seconds of a fit: its cost grows with the rows, and with the square of the features. */
function secondsOf(
  { machine, rows: tried, folds, seconds }: Score,
  rows: number,
  most: number,
): number {
  const perFit = seconds / Math.max(1, folds / 2);
  if (!maps[machine.map].hasKernel) return perFit * (rows / tried);
  const before = Math.min(FEATURES, tried);
  const after = Math.min(most, rows);
  return perFit * (rows / tried) * (after / before) ** 2;
}

/** How many folds there is time for, given the seconds of one fit: all of five, some, or one. */
export function foldCount(rows: number, seconds: number, left: number): number {
  const most = rows > 20_000 ? 3 : 5;
  if (!Number.isFinite(left)) return most;
  return Math.max(1, Math.min(most, Math.floor(left / Math.max(seconds, 0.01) / 1.2)));
}

/** Rows and repeats for the importances: shuffling each column predicts all of them again. */
export function importanceRows(
  columns: number,
  features: number,
): { rows: number; repeats: number } {
  const repeats = columns > 30 ? 1 : 3;
  const rows = Math.floor(1.5e11 / (features ** 2 * columns * repeats));
  return { rows: Math.max(200, Math.min(2000, rows)), repeats };
}

export const outputDimOf = ({ outputDim }: Settings, columns: number): number =>
  outputDim ?? columns;
