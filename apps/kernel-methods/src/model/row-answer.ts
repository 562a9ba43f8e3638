import type { Label } from '@kernel-methods/models';
import type { CsvValue } from '@kernel-methods/report';
import type { ModelRecord } from './model-record.ts';
import { coverageOf, type Said } from './saved-predictor.ts';

/** What is said of one row: by the service as JSON, and in files of predictions. */
export interface RowAnswer {
  /** Null for a row of none of the classes; a list where a row may have several labels. */
  readonly prediction: Label | readonly string[] | null;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly lower?: number;
  readonly upper?: number;
  /** The classes among which the truth is. */
  readonly set?: readonly Label[];
}

/** The answer for each row. */
export function answersOf({
  predictions,
  probabilities = [],
  classes,
  intervals,
  sets,
  kept,
}: Said): RowAnswer[] {
  return predictions.map((prediction, row): RowAnswer => {
    if (classes === undefined) {
      const range = intervals?.[row];
      return {
        prediction: inFloat32(prediction as number),
        ...(range && { lower: endOf(range.lower), upper: endOf(range.upper) }),
      };
    }
    const own = classes.map((label, c) => [
      String(label),
      rounded(probabilities[row * classes.length + c]),
    ]);
    return {
      prediction: kept?.[row] === false ? null : prediction,
      probabilities: Object.fromEntries(own),
      ...(sets && { set: sets[row] }),
    };
  });
}

/** Float32 has seven digits. */
const rounded = (value: number) => Number(value.toPrecision(7));
/** Two more, so that an interval about a large number keeps its width. */
const endOf = (value: number) => Number(value.toPrecision(9));

/** The number of the fewest digits that is the same in float32: 45.856037, not 45.85603713989258. */
function inFloat32(value: number): number {
  const digits = [6, 7, 8, 9].map((count) => Number(value.toPrecision(count)));
  return digits.find((short) => Math.fround(short) === value) ?? value;
}

/** With more classes, only the predicted one's probability is written. */
const MOST_PROBABILITIES = 50;

const isListed = ({ classes = [] }: ModelRecord) => classes.length <= MOST_PROBABILITIES;

/** The columns of a file of predictions; a target of several columns has its own again. */
export function columnsOf(record: ModelRecord, interval?: number): string[] {
  const { target, targetColumns = [target], classes } = record;
  const hasRegions = coverageOf(record, interval) !== undefined;
  if (classes === undefined) return [target, ...(hasRegions ? ['lower', 'upper'] : [])];
  const shares = isListed(record) ? classes.map((label) => `p(${label})`) : ['probability'];
  return [...targetColumns, ...shares, ...(hasRegions ? ['set'] : [])];
}

/** Several labels as they are in the file of training: a list, or 0 and 1 in columns of their own. */
function predictionOf(said: RowAnswer['prediction'], record: ModelRecord): CsvValue[] {
  const { labelSeparator, targetColumns } = record;
  if (typeof said !== 'object' || said === null) return [said];
  if (targetColumns === undefined) return [said.join(labelSeparator)];
  return targetColumns.map((name) => Number(said.includes(name)));
}

/** The cells of a row in those columns: of none of the classes, the first is empty. */
export function cellsOf(answer: RowAnswer, record: ModelRecord): CsvValue[] {
  const { probabilities, lower, upper, set } = answer;
  const prediction = predictionOf(answer.prediction, record);
  if (probabilities === undefined) {
    return [...prediction, ...(lower === undefined ? [] : [lower, upper])];
  }
  const shares = (record.classes ?? []).map((label) => probabilities[String(label)]);
  return [
    ...prediction,
    ...(isListed(record) ? shares : [Math.max(...shares)]),
    ...(set ? [set.join(';')] : []),
  ];
}
