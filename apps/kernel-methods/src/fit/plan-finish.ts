import type { Settings } from '@kernel-methods/search';

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
