import { knownOptions, positiveInteger } from '@kernel-methods/check';
import type { Column } from '../columns.ts';
import type { SparseRows } from '../sparse-rows.ts';
import { areNames, checkedState, isFlag } from './checked-state.ts';
import type { ColumnEncoder, FittedColumn, Json } from './column-encoder.ts';
import { givenOptions } from './given-options.ts';
import { byCodeUnits, countCodes, levelsOf } from './levels-of.ts';
import { targetEncoder } from './target-encoder.ts';

export interface CategoryEncoderOptions {
  /** A level with fewer rows than this is rare. Default: 2, or 1 in 2,000 rows if that is more. */
  minCount?: number;
  /**
   * A column with more levels than this, not counting rare ones, is coded by the target where the
   * target is known. Default 64.
   */
  maxLevels?: number;
}

/** What is in the place of each level: a feature of its own, or the one of the rare ones. */
interface State {
  levels: string[];
  /** Whether there is a feature for rare levels; unseen ones are there too. */
  rare: boolean;
  missing: boolean;
}

/** With more classes, as many numbers for each level would be more than the levels. */
const mostClasses = 32;

/**
 * One feature for each level, 1 where the row has it. Rare levels share one feature with levels
 * that `fit` did not see; if there are no rare levels, an unseen level is 0 everywhere. Missing
 * values have a feature of their own unless they are rare. A column with very many levels is coded
 * by the target, as `targetEncoder` does.
 *
 * @example
 * tableEncoder({ columns: { city: categoryEncoder({ minCount: 5 }) } });
 */
export function categoryEncoder(options: CategoryEncoderOptions = {}): ColumnEncoder {
  knownOptions('The options', options, ['minCount', 'maxLevels']);
  const { minCount, maxLevels = 64 } = options;
  if (minCount !== undefined) positiveInteger('minCount', minCount);
  if (maxLevels !== Infinity) positiveInteger('maxLevels', maxLevels);
  const byTarget = targetEncoder();
  const tooMany = (state: State, target: Parameters<ColumnEncoder['fit']>[1]['target']) =>
    state.levels.length > maxLevels &&
    target !== undefined &&
    (target.type === 'number' || target.classes <= mostClasses);
  return {
    kind: 'category',
    accepts: ['category', 'number', 'boolean'],
    ...givenOptions(options),
    fit(column, context) {
      const state = learn(column, minCount);
      return tooMany(state, context.target)
        ? wrapped(byTarget.fit(column, context))
        : oneHot(state);
    },
    fitTransform(column, context) {
      const state = learn(column, minCount);
      if (tooMany(state, context.target)) {
        const { fitted, rows } = byTarget.fitTransform!(column, context);
        return { fitted: wrapped(fitted), rows };
      }
      const fitted = oneHot(state);
      return { fitted, rows: fitted.transform(column) };
    },
    fromJSON(state) {
      const { target } = (state ?? {}) as { target?: Json };
      return target === undefined
        ? oneHot(checkedState<State>('category', state, RULES))
        : wrapped(byTarget.fromJSON(target));
    },
  };
}

const wrapped = (fitted: FittedColumn): FittedColumn => ({
  ...fitted,
  toJSON: () => ({ target: fitted.toJSON() }),
});

function learn(column: Column, minCount: number | undefined): State {
  const { codes, levels } = levelsOf(column);
  const counts = countCodes(codes, levels.length);
  const least = minCount ?? Math.max(2, Math.ceil(codes.length / 2000));
  const present = counts.reduce((sum, count) => sum + count, 0);
  const kept = levels.filter((_, code) => counts[code] >= least).sort(byCodeUnits);
  const missing = codes.length - present;
  const rareLevels = counts.some((count) => count > 0 && count < least);
  return {
    levels: kept,
    rare: rareLevels || (missing > 0 && missing < least),
    missing: missing >= least,
  };
}

const RULES = { levels: areNames, rare: isFlag, missing: isFlag };

function oneHot(state: State): FittedColumn {
  const { levels, rare, missing } = state;
  const places = new Map(levels.map((level, i) => [level, i]));
  const rarePlace = rare ? levels.length : -1;
  const missingPlace = missing ? levels.length + Number(rare) : rarePlace;
  const features = [
    ...levels.map((level) => `=${level}`),
    ...(rare ? ['rare'] : []),
    ...(missing ? ['missing'] : []),
  ];
  return {
    features,
    nonZeros: 1,
    transform(column: Column): SparseRows {
      const { codes, levels: own } = levelsOf(column);
      const placeOf = Int32Array.from(own, (level) => places.get(level) ?? rarePlace);
      const indptr = new Uint32Array(codes.length + 1);
      const indices = new Uint32Array(codes.length);
      let count = 0;
      for (let row = 0; row < codes.length; row++) {
        const place = codes[row] < 0 ? missingPlace : placeOf[codes[row]];
        if (place >= 0) indices[count++] = place;
        indptr[row + 1] = count;
      }
      return {
        indptr,
        indices: indices.slice(0, count),
        values: new Float32Array(count).fill(1),
        shape: [codes.length, features.length],
      };
    },
    toJSON: () => ({ levels, rare, missing }),
  };
}
