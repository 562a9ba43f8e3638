import { type Settings, settingsOf } from './machine.ts';
import { FEATURES, LAST_FEATURES, maps } from './parts.ts';
import type { Question } from './question.ts';
import { type RaceOptions, type RaceResult, race } from './race.ts';
import type { Score } from './score.ts';

export interface SearchOptions extends RaceOptions {
  /**
   * The time for the race and for what comes after it: the model on all rows, and its scores.
   * Without it the result repeats.
   */
  readonly seconds?: number;
}

export interface SearchResult extends RaceResult {
  /** What the model on all rows is made of. */
  readonly settings: Settings;
}

/** Of fewer rows, the model and its scores take little time. */
const FEW_ROWS = 3000;

/** The part of the time that the race may take. */
const raceShare = (rows: number): number => (rows <= FEW_ROWS ? 0.8 : 0.5);

/** Numbers of features that a model ends with, the most first. */
const widths = [LAST_FEATURES, 2400, 1600, FEATURES, 600, 300];

/** Fits that come after the race: of the model, and of those that are scored. */
const FITS = 3;

/**
 * Finds the machine that suits a table, by a race, and its numbers on all rows: with as many features
 * as there is time for.
 *
 * @throws as `race` does.
 */
export async function search(
  question: Question,
  { seconds = Infinity, ...options }: SearchOptions = {},
): Promise<SearchResult> {
  const start = performance.now();
  const { rows } = question.table;
  const found = await race(question, { ...options, seconds: seconds * raceShare(rows) });
  const left = options.signal?.aborted ? 0 : seconds - (performance.now() - start) / 1000;
  return { ...found, settings: settingsFor(found, rows, left) };
}

function settingsFor(
  { best, groundOf }: Pick<RaceResult, 'best' | 'groundOf'>,
  rows: number,
  left: number,
): Settings {
  const affordable = widths.find((most) => FITS * secondsOf(best, rows, most) <= left);
  return settingsOf(best.machine, groundOf(rows, affordable ?? widths.at(-1)!));
}

/** Expected seconds of a fit, by those of the folds. */
function secondsOf(
  { machine, rows: tried, folds, seconds }: Score,
  rows: number,
  most: number,
): number {
  const [before, perFold] = [0.75 * tried, seconds / folds];
  if (!maps[machine.map].hasKernel) return (perFold * rows) / before;
  return (perFold * workOf(rows, most)) / workOf(before, FEATURES);
}

/** Rows of which the penalty is chosen. */
const PENALTY_ROWS = 1000;

/**
 * What a fit costs, in units of one row's products of features: the rows' products, the landmarks'
 * factorization, and the decomposition of a sample for the penalty, as they were measured.
 */
function workOf(rows: number, most: number): number {
  const features = Math.min(most, rows);
  return rows * features ** 2 + 1.5 * features ** 3 + 7 * Math.min(features, PENALTY_ROWS) ** 3;
}
