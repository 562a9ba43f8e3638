import { rangeError, shown, typeError } from '@kernel-methods/check';
import { floatsIn } from '../data/base64.ts';
import type { ExamplesClassifierOptions } from './classifier-options.ts';

/** An `ExamplesClassifier` as JSON. */
export interface ExamplesClassifierRecord {
  readonly kind: 'examplesClassifier';
  readonly version: 1;
  readonly options: ExamplesClassifierOptions;
  /** All labels in order of first use. */
  readonly labels: readonly string[];
  /** null without examples. */
  readonly scale: number | null;
  /** Numbers per example. */
  readonly inputDim: number;
  /** Rows [features, 1], as in `getClassifierDataset`. */
  readonly classes: readonly { readonly label: string; readonly rows: string }[];
}

/** @throws TypeError or RangeError unless `toJSON` could have returned it, but for its rows. */
export function checkRecord(record: ExamplesClassifierRecord): void {
  const { kind, version, options, labels, classes, scale, inputDim } = record ?? {};
  const isRecord =
    kind === 'examplesClassifier' &&
    version === 1 &&
    typeof options === 'object' &&
    options !== null &&
    Array.isArray(labels) &&
    labels.every((label) => typeof label === 'string') &&
    Array.isArray(classes) &&
    classes.every((one) => typeof one?.label === 'string');
  if (!isRecord) {
    throw typeError('record', 'be what `toJSON` of a classifier returned', shown(record));
  }
  if (!Number.isSafeInteger(inputDim) || inputDim < 0) {
    throw rangeError('record.inputDim', 'be a whole number, 0 or above', shown(inputDim));
  }
  const isScale = scale === null ? classes.length === 0 : Number.isFinite(scale) && scale > 0;
  if (!isScale) {
    throw rangeError('record.scale', 'be a positive number, where there are classes', shown(scale));
  }
}

/** @throws TypeError or RangeError unless they are 1 to D + 1 rows of D + 1 finite numbers. */
export function readRows(
  label: string,
  rows: unknown,
  width: number,
): { label: string; values: Float32Array } {
  const values = floatsIn(rows, `record.classes['${label}'].rows`);
  const count = values.length / (width + 1);
  if (
    Number.isInteger(count) &&
    count >= 1 &&
    count <= width + 1 &&
    values.every(Number.isFinite)
  ) {
    return { label, values };
  }
  const rule = `have 1 to ${width + 1} rows of ${width + 1} finite numbers`;
  throw rangeError(`record.classes['${label}'].rows`, rule, `${values.length} numbers`);
}
