import { inTurns } from '@kernel-methods/simd';
import { type Dataset, requireShape, type Seen, subset } from '../data/dataset.ts';
import { requireOnePerRow, type TargetsLike } from '../data/labels.ts';
import { type RowsLike, toRows } from '../data/rows.ts';
import { checkedWeights, rowWeights } from '../data/weights.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Encoded } from '../tasks/task.ts';
import { taskFor } from '../tasks/task-by-name.ts';
import type { FitOptions } from './fit-options.ts';

/** The options that determine how targets are coded. */
export type Coding = Pick<ResolvedOptions, 'task' | 'loss'>;

/** The names of rows and targets in errors, and what else is known of them. */
export interface Given {
  readonly x: string;
  readonly y: string;
  readonly allowsUnseen?: boolean;
  readonly signal?: AbortSignal;
}

const X_AND_Y: Given = { x: 'x', y: 'y' };

/**
 * Checks rows and targets, and converts them to the form that a solver needs, with turns for the event
 * loop.
 *
 * @throws the signal's reason when aborted.
 */
export async function prepare(
  x: RowsLike,
  y: TargetsLike | undefined,
  { task, loss }: Coding,
  seen?: Seen,
  names: Given = X_AND_Y,
): Promise<Dataset & Pick<Encoded, 'unseen' | 'unseenPerRow'>> {
  const { allowsUnseen, signal } = names;
  const rows = await toRows(x, names.x, signal);
  try {
    const { encode, code } = taskFor(task);
    const own = { name: names.y, rowsName: names.x, signal };
    const context = { ...own, rows: rows.rows, classes: seen?.classes, allowsUnseen };
    const encoded = await encode(y, context);
    const { targets, units } = code(encoded, loss, seen?.classes && seen.units);
    if (seen?.units !== undefined && units !== seen.units) {
      throw new RangeError(
        `\`${names.y}\` must have ${seen.units} columns, as in training. Received: ${units}.`,
      );
    }
    requireOnePerRow(names.y, encoded.rows, rows.rows, names.x);
    requireShape(rows, seen?.rowShape, names.x);
    const { classes, indices, unseen, unseenPerRow } = encoded;
    return { x: rows, targets, units, classes, indices, unseen, unseenPerRow };
  } catch (error) {
    rows.dispose();
    throw error;
  }
}

/** The targets of a dataset as its task read them, independent of the loss. */
export const encodedOf = ({ x, targets, classes, indices }: Dataset): Encoded => ({
  ...{ rows: x.rows, classes, indices },
  ...(indices === undefined && { values: targets }),
});

/** The same rows with their targets in the coding of another loss. */
export function recode(data: Dataset, { task, loss }: Coding): Dataset {
  return { ...data, ...taskFor(task).code(encodedOf(data), loss) };
}

/** The name in errors of rows that are given for validation. */
export const VALIDATION_DATA = '`validationData`';

/** The rows for training and for validation; `dispose` frees both. */
export interface DatasetSplit {
  readonly training: Dataset;
  readonly validation?: Dataset;
  /** Which rows are validated on, for errors. */
  readonly validationName?: string;
  dispose(): void;
}

export async function prepareSplit(
  x: RowsLike,
  y: TargetsLike | undefined,
  fitOptions: FitOptions,
  options: Coding,
  seen?: Seen,
): Promise<DatasetSplit> {
  const { validationSplit = 0, validationData, sampleWeight, classWeight, signal } = fitOptions;
  const plain = await prepare(x, y, options, seen, { ...X_AND_Y, signal });
  const owned = [plain];
  const dispose = () => {
    for (const data of owned) data.x.dispose();
  };
  try {
    const { classes } = plain;
    const given =
      sampleWeight && (await inTurns(checkedWeights(sampleWeight, plain.x.rows), signal));
    // Validation rows do not affect the class weights.
    const weighted = async (rows: Dataset): Promise<Dataset> => {
      const weights = rowWeights(rows.x.rows, rows.weights, classWeight, rows);
      return { ...rows, weights: await inTurns(weights, signal) };
    };
    const all: Dataset = { ...plain, weights: given };
    if (validationData !== undefined) {
      // A table has already been coded here.
      const [vx, vy] = validationData as readonly [RowsLike, TargetsLike];
      const known = { classes, units: plain.units, rowShape: plain.x.rowShape };
      const names = { x: 'validationData[0]', y: 'validationData[1]', signal };
      const validation = await prepare(vx, vy, options, known, names);
      owned.push(validation);
      const training = await weighted(all);
      return { training, validation, validationName: VALIDATION_DATA, dispose };
    }
    const { trained, kept } = splitAt(plain.x.rows, validationSplit);
    if (kept === undefined) return { training: await weighted(all), dispose };
    return {
      training: await weighted(subset(all, trained)),
      validation: { ...subset(all, kept), weights: undefined },
      validationName: 'the rows of `validationSplit`',
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}

/**
 * Splits the rows for training from the last ones, for validation. As in Keras, the number of
 * training rows is rounded down.
 *
 * @throws RangeError if either would be empty.
 */
export function splitAt(rows: number, validationSplit = 0) {
  if (validationSplit === 0) return { trained: { from: 0, count: rows } };
  const count = Math.floor(rows * (1 - validationSplit));
  if (count === 0 || count === rows) {
    throw new RangeError(
      `\`validationSplit\` must leave a row to train on and one to validate on, of ${rows}. Received: ${validationSplit}.`,
    );
  }
  return { trained: { from: 0, count }, kept: { from: count, count: rows - count } };
}
