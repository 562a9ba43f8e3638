import type { TargetsLike } from './labels.ts';
import { requireNumber } from './options.ts';
import { describe, type RowsLike } from './rows.ts';
import type { EpochRecord, FitProgress } from './train.ts';

/** How one call of `fit` runs. */
export interface FitOptions {
  /** Instead of the model's own. */
  epochs?: number;
  /** Instead of the model's own. */
  batchSize?: number;
  /** The last fraction of the rows is kept for validation, as in Keras: not shuffled before. */
  validationSplit?: number;
  /** Rows and targets for validation. */
  validationData?: readonly [x: RowsLike, y: TargetsLike];
  /** Stops the training within a few milliseconds; `fit` then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called every few milliseconds and at the end of every epoch. */
  onProgress?: (progress: FitProgress) => void;
  onEpochEnd?: (record: EpochRecord) => void;
}

export interface FitResult {
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** Wall-clock seconds: drawing the feature map, training, validating. */
  readonly seconds: {
    readonly features: number;
    readonly train: number;
    readonly validate: number;
  };
}

/** @throws RangeError that names the option, its rule and the value. */
export function checkFitOptions(options: FitOptions): void {
  for (const name of ['epochs', 'batchSize'] as const) {
    requireNumber(
      options,
      name,
      (v) => Number.isSafeInteger(v) && v > 0,
      'must be a whole number, 1 or above',
    );
  }
  requireNumber(
    options,
    'validationSplit',
    (v) => v >= 0 && v < 1,
    'must be from 0 up to, not including, 1',
  );
  const { signal, validationData } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`\`signal\` must be an AbortSignal. Received: ${describe(signal)}.`);
  }
  for (const name of ['onProgress', 'onEpochEnd'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw new TypeError(`\`${name}\` must be a function. Received: ${describe(options[name])}.`);
    }
  }
  if (
    validationData !== undefined &&
    !(Array.isArray(validationData) && validationData.length === 2)
  ) {
    throw new TypeError(
      `\`validationData\` must be [x, y]. Received: ${describe(validationData)}.`,
    );
  }
  if (options.validationSplit && validationData) {
    throw new RangeError(
      `\`validationSplit\` must be left out where \`validationData\` is given. Received: ${options.validationSplit}.`,
    );
  }
}
