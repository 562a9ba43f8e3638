import type { Ground, Settings } from './machine.ts';
import { settingsOf } from './machine.ts';
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

/** How the cost of a fit grows with its features: products by their square, all else by less. */
const COST_POWER = 1.75;

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
  const ground = (most: number): Ground => groundOf(rows, most);
  const affordable = widths.find((most) => FITS * secondsOf(best, rows, most) <= left);
  return settingsOf(best.machine, ground(affordable ?? widths.at(-1)!));
}

/** Expected seconds of a fit. */
function secondsOf(
  { machine, rows: tried, folds, seconds }: Score,
  rows: number,
  most: number,
): number {
  const perFit = (seconds / folds) * (rows / tried);
  if (!maps[machine.map].hasKernel) return perFit;
  const before = Math.min(FEATURES, tried);
  return perFit * (Math.min(most, rows) / before) ** COST_POWER;
}
