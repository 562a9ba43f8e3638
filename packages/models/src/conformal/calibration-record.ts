import { rangeError, shown, typeError } from '@kernel-methods/check';
import type { Scores } from './calibration.ts';
import type { ConformalOptions } from './conformal-options.ts';

/** A calibration as JSON. */
export interface Calibration {
  readonly kind: 'conformal';
  readonly version: 1;
  readonly coverage: number;
  readonly by?: 'class';
  /** Ascending scores by stratum; null stands for Infinity. */
  readonly scores: Readonly<Record<string, readonly (number | null)[]>>;
}

export const writeCalibration = (
  scores: Scores,
  settings: Pick<Calibration, 'coverage' | 'by'>,
): Calibration => ({
  ...{ kind: 'conformal', version: 1, ...settings },
  scores: Object.fromEntries(
    [...scores].map(([name, list]) => [
      name,
      Array.from(list, (s) => (Number.isFinite(s) ? s : null)),
    ]),
  ),
});

/** @throws TypeError or RangeError unless `toJSON` could have returned it for these settings. */
export function readCalibration(calibration: Calibration, by: ConformalOptions['by']): Scores {
  const { kind, version, scores } = calibration ?? {};
  if (kind !== 'conformal' || version !== 1 || typeof scores !== 'object' || scores === null) {
    throw typeError(
      'calibration',
      'be what `toJSON` of a conformal predictor returned',
      shown(calibration),
    );
  }
  if (calibration.by !== by) {
    throw rangeError(
      'calibration.by',
      `be ${String(by)}, as in the options`,
      String(calibration.by),
    );
  }
  return new Map(
    Object.entries(scores).map(([name, list]) => {
      const values = Float64Array.from(
        list as readonly number[],
        (s) => s ?? Number.POSITIVE_INFINITY,
      );
      const isAscending = values.every(
        (s, i) => !Number.isNaN(s) && (i === 0 || values[i - 1] <= s),
      );
      if (Array.isArray(list) && isAscending) return [name, values];
      throw rangeError(
        `calibration.scores[${JSON.stringify(name)}]`,
        'hold ascending scores',
        shown(list),
      );
    }),
  );
}
