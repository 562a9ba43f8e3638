import {
  classification,
  type Fold,
  type KernelModel,
  type Label,
  multilabel,
  regression,
  type Scorer,
  type TestedRows,
} from '@kernel-methods/models';
import { spreadOf } from '@kernel-methods/report';
import type { Question } from '@kernel-methods/search';
import type { Column, Table } from '@kernel-methods/tables';
import { flagsOf, listsIn } from '../data/label-lists.ts';
import { type Answer, answerOf, labelsIn } from '../model/answer.ts';

/** What a model said of rows that it was not trained on. */
export interface Exam {
  /** The row numbers in the question's table. */
  readonly rows: Int32Array;
  /** Classes, or labels, in ascending order; undefined for numbers. */
  readonly classes?: readonly Label[];
  /** Where a row may have several of the classes. */
  readonly hasSeveral?: true;
  /**
   * The index of each row's class, or the number, or 0 or 1 for each of several labels, row-major; and
   * what was predicted.
   */
  readonly truth: Float64Array;
  readonly predictions: Float64Array;
  /** Rows × classes; empty for numbers. */
  readonly probabilities: Float32Array;
  /** The score of each fold. */
  readonly scores: readonly number[];
  readonly mean: number;
  readonly deviation: number;
}

interface Part {
  readonly rows: Int32Array;
  readonly predictions: Float64Array;
  readonly probabilities: Float32Array;
  readonly score: number;
}

/** Trains and predicts for one fold. */
export type Examined = (train: Int32Array, test: Int32Array) => Promise<Answer>;

/**
 * Asks for each fold what a model says that was trained without it. An abort, or the end of the time,
 * keeps the folds that are whole by then; one is always waited for.
 */
export async function examine(
  question: Question,
  folds: readonly Fold[],
  metric: string,
  answer: Examined,
  {
    signal,
    left = () => Infinity,
    onFold,
  }: { signal?: AbortSignal; left?: () => number; onFold?: (done: number) => void } = {},
): Promise<Exam | undefined> {
  const { task } = question;
  const { classes, width, code, truth } = codingOf(question);
  const parts: Part[] = [];
  for (const { train, test } of folds) {
    if (signal?.aborted || (parts.length > 0 && left() <= 0)) break;
    const said = await answer(train, test);
    const predictions = code(said.predictions);
    const probabilities = classes ? aligned(said, classes, test.length) : new Float32Array(0);
    const score = await scoreOf(metric, task, {
      ...(classes && { classes }),
      truth: rowsOf(truth, test, width),
      ...{ predictions, probabilities },
    });
    parts.push({ rows: test, predictions, probabilities, score });
    onFold?.(parts.length);
  }
  if (parts.length === 0) return undefined;
  const rows = Int32Array.from(parts.flatMap((part) => [...part.rows]));
  // One part alone says nothing about spread: its rows are then scored in slices.
  const scores =
    parts.length > 1
      ? parts.map(({ score }) => score)
      : await sliceScores(parts[0], truth, classes, width, metric, task);
  const spread = spreadOf(scores.filter((score) => !Number.isNaN(score)));
  return {
    rows,
    ...(classes && { classes }),
    ...(question.labels && { hasSeveral: true }),
    truth: rowsOf(truth, rows, width),
    predictions: Float64Array.from(parts.flatMap((part) => [...part.predictions])),
    probabilities: joined(parts.map((part) => part.probabilities)),
    scores,
    mean: spread?.mean ?? Number.NaN,
    deviation: spread?.deviation ?? 0,
  };
}

/** What is said, or true, of rows as numbers: `width` for each. */
interface Coding {
  readonly classes?: readonly Label[];
  readonly width: number;
  readonly truth: Float64Array;
  code(said: Answer['predictions']): Float64Array;
}

function codingOf({ table, target, task, labels }: Question): Coding {
  const column = table.column(target) as Column;
  if (labels) {
    const { names, separator } = labels;
    const code: Coding['code'] = (said) => flagsOf(said as readonly string[][], names);
    const truth = code(listsIn(column, separator));
    return { classes: names, width: names.length, truth, code };
  }
  const all = labelsIn(column);
  if (task === 'regression') {
    const code: Coding['code'] = (said) => Float64Array.from(said as readonly number[]);
    return { width: 1, truth: code(all), code };
  }
  const classes = sorted(all);
  const indexOf = new Map(classes.map((label, i) => [label, i]));
  const code: Coding['code'] = (said) =>
    Float64Array.from(said as readonly Label[], (label) => indexOf.get(label) ?? -1);
  return { classes, width: 1, truth: code(all), code };
}

/** The numbers of some rows. */
const rowsOf = (values: Float64Array, rows: Int32Array, width: number): Float64Array =>
  Float64Array.from(
    { length: rows.length * width },
    (_, i) => values[rows[Math.floor(i / width)] * width + (i % width)],
  );

const SLICES = 5;

async function sliceScores(
  { rows, predictions, probabilities }: Part,
  truth: Float64Array,
  classes: readonly Label[] | undefined,
  perRow: number,
  metric: string,
  task: Question['task'],
): Promise<number[]> {
  const width = classes?.length ?? 0;
  const scores: number[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    const own = Int32Array.from(rows.keys()).filter((i) => i % SLICES === slice);
    if (own.length === 0) continue;
    const score = await scoreOf(metric, task, {
      ...(classes && { classes }),
      truth: rowsOf(
        truth,
        own.map((i) => rows[i]),
        perRow,
      ),
      predictions: rowsOf(predictions, own, perRow),
      probabilities: Float32Array.from(
        Array.from(own).flatMap((i) => [...probabilities.subarray(i * width, (i + 1) * width)]),
      ),
    });
    scores.push(score);
  }
  return scores;
}

const tasks = { classification, regression, multilabel: multilabel() };

/** A metric of predictions, by the scorers of the task. */
export async function scoreOf(
  metric: string,
  task: Question['task'],
  said: Pick<Exam, 'classes' | 'truth' | 'predictions' | 'probabilities'>,
): Promise<number> {
  const { classes, truth, predictions, probabilities } = said;
  const scorer: Scorer | undefined = tasks[task].scorers[metric];
  if (scorer === undefined) throw new RangeError(`There is no metric ${metric}.`);
  const numbers = (values: Float64Array) =>
    classes ? Int32Array.from(values) : Float32Array.from(values);
  const isBinary = task === 'classification' && classes?.length === 2;
  const tested: TestedRows = {
    ...(classes && { classes }),
    truth: numbers(truth),
    predictions: numbers(predictions),
    units: isBinary || !classes ? 1 : classes.length,
    decisions: isBinary
      ? Float32Array.from(truth, (_, i) => probabilities[2 * i + 1] - probabilities[2 * i])
      : classes
        ? probabilities
        : Float32Array.from(predictions),
    probabilities: async () => probabilities,
  };
  try {
    return await scorer(tested);
  } catch (error) {
    if ((error as Error).name === 'UndefinedScoreError') return Number.NaN;
    throw error;
  }
}

/** The answer of a kernel model, trained on the rows of a fold; it is given to `use` before it goes. */
export const modelAnswer =
  (
    { table, target, weights }: Question,
    make: (rows: number) => KernelModel<never>,
    use: (
      model: KernelModel<never>,
      test: Table,
      train: Table,
      said: Answer,
    ) => Promise<void> = async () => {},
  ): Examined =>
  async (train, test) => {
    const model = make(train.length) as KernelModel;
    try {
      const trained = table.take(train) as Table;
      await model.fit(trained, target, {
        ...(weights && { sampleWeight: Float64Array.from(train, (row) => weights[row]) }),
      });
      const rows = table.take(test) as Table;
      const said = await answerOf(model, rows);
      await use(model as never, rows, trained, said);
      return said;
    } finally {
      model.dispose();
    }
  };

/** The baseline, which knows only the targets: the mean, the most frequent class, or the labels that most rows have. */
export const baselineAnswer =
  ({ table, target, task, labels: several }: Question): Examined =>
  async (train, test) => {
    if (several) {
      const { names, separator } = several;
      const lists = listsIn((table.take(train) as Table).column(target) as Column, separator);
      const shares = names.map(
        (name) => lists.filter((own) => own.includes(name)).length / lists.length,
      );
      const usual = names.filter((_, i) => shares[i] > 0.5);
      return {
        predictions: Array.from(test, () => usual),
        probabilities: Array.from(test, () => shares).flat(),
        classes: names,
      };
    }
    const labels = labelsIn(table.column(target) as Column);
    if (task === 'regression') {
      const mean = train.reduce((sum, row) => sum + (labels[row] as number), 0) / train.length;
      return { predictions: Array.from(test, () => mean) };
    }
    const classes = sorted(Array.from(train, (row) => labels[row]));
    const counts = new Map(classes.map((label) => [label, 0]));
    for (const row of train) counts.set(labels[row], counts.get(labels[row])! + 1);
    const shares = classes.map((label) => counts.get(label)! / train.length);
    const top = classes[shares.indexOf(Math.max(...shares))];
    return {
      predictions: Array.from(test, () => top),
      probabilities: Array.from(test, () => shares).flat(),
      classes,
    };
  };

const sorted = (labels: readonly Label[]): Label[] =>
  [...new Set(labels)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Probabilities in the columns of all classes: a fold may lack one. */
export function aligned(
  { probabilities = [], classes: own = [] }: Pick<Answer, 'probabilities' | 'classes'>,
  classes: readonly Label[],
  rows: number,
): Float32Array {
  const out = new Float32Array(rows * classes.length);
  own.forEach((label, from) => {
    const to = classes.indexOf(label);
    for (let row = 0; row < rows && to >= 0; row++) {
      out[row * classes.length + to] = probabilities[row * own.length + from];
    }
  });
  return out;
}

function joined(blocks: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    out.set(block, at);
    at += block.length;
  }
  return out;
}
