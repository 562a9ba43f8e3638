import {
  seed as checkSeed,
  integerBetween,
  kindOf,
  knownOptions,
  oneOf,
  optional,
  rangeError,
  shown,
} from '@kernel-methods/check';
import type { Label } from '../data/labels.ts';

/** Settings of `conformal`. */
export interface ConformalOptions {
  /** The share of new rows whose truth is to be in the region. Default 0.9. */
  coverage?: number;
  /** Which rows calibrate: a part that no model is trained on, or each fold in turn. Default 'split'. */
  method?: 'split' | 'cross';
  /** The share of the rows that calibrate, with 'split'. Default 0.25. */
  calibrationSize?: number;
  /** The number of folds, with 'cross'. Default 10. */
  folds?: number;
  /** Whether the share holds for each class by itself. Default: for all rows together. */
  by?: 'class';
  /** The seed of the division of the rows. Default 0. */
  seed?: number;
}

const KNOWN = ['coverage', 'method', 'calibrationSize', 'folds', 'by', 'seed'] as const;

/** @throws RangeError or TypeError that names the option, its rule and the value. */
export function checkConformalOptions(options: ConformalOptions): void {
  knownOptions('The options of `conformal`', options, KNOWN);
  for (const name of ['coverage', 'calibrationSize'] as const) {
    const share = options[name];
    if (share === undefined) continue;
    if (typeof share === 'number' && share > 0 && share < 1) continue;
    throw rangeError(name, 'lie between 0 and 1', shown(share));
  }
  optional(
    (name: string, value: unknown) => oneOf(name, value, ['split', 'cross']),
    'method',
    options.method,
  );
  optional(
    (name: string, value: unknown) => integerBetween(name, value, 2),
    'folds',
    options.folds,
  );
  optional((name: string, value: unknown) => oneOf(name, value, ['class']), 'by', options.by);
  optional(checkSeed, 'seed', options.seed);
}

/** The name of a stratum: of different labels, different ones. */
export const stratumOf = (label: Label): string => JSON.stringify(label);

/** The stratum of each row by name. @throws RangeError or TypeError unless there is one per row. */
export function checkStrata(
  strata: ArrayLike<Label> | undefined,
  rows: number,
  by: ConformalOptions['by'],
): string[] | undefined {
  if (strata === undefined) return undefined;
  if (by !== undefined) throw rangeError('strata', "be left out with `by: 'class'`", 'both');
  if (typeof strata !== 'object' || typeof strata?.length !== 'number') {
    throw new TypeError(
      `\`strata\` must be an array with one label per row. Received: ${kindOf(strata)}.`,
    );
  }
  if (strata.length !== rows) {
    throw rangeError('strata', `have one label per row, ${rows}`, String(strata.length));
  }
  return Array.from(strata, (label, row) => {
    if (['number', 'string', 'boolean'].includes(typeof label)) return stratumOf(label);
    throw new TypeError(
      `\`strata\` must hold numbers, strings or booleans. Received: ${kindOf(label)} in row ${row}.`,
    );
  });
}
