import {
  classification,
  type Fold,
  type KernelModel,
  type Label,
  regression,
  type Scorer,
  type TestedRows,
} from '@kernel-methods/models';
import { spreadOf } from '@kernel-methods/report';
import type { Question } from '@kernel-methods/search';
import type { Column, Table } from '@kernel-methods/tables';
import { type Answer, answerOf, labelsIn } from '../model/answer.ts';

/** What a model said of rows that it was not trained on. */
export interface Exam {
  /** The row numbers in the question's table. */
  readonly rows: Int32Array;
  /** Classes in ascending order; undefined for numbers. */
  readonly classes?: readonly Label[];
  /** The index of each row's class, or the number; and what was predicted. */
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
  { table, target, task }: Question,
  folds: readonly Fold[],
  metric: string,
  answer: Examined,
  {
    signal,
    left = () => Infinity,
    onFold,
  }: { signal?: AbortSignal; left?: () => number; onFold?: (done: number) => void } = {},
): Promise<Exam | undefined> {
  const labels = labelsIn(table.column(target) as Column);
  const classes = task === 'classification' ? sorted(labels) : undefined;
  const indexOf = new Map(classes?.map((label, i) => [label, i]));
  const codeOf = (label: Label) => (classes ? (indexOf.get(label) ?? -1) : (label as number));
  const truth = Float64Array.from(labels, codeOf);
  const parts: Part[] = [];
  for (const { train, test } of folds) {
    if (signal?.aborted || (parts.length > 0 && left() <= 0)) break;
    const said = await answer(train, test);
    const predictions = Float64Array.from(said.predictions, codeOf);
    const probabilities = classes ? aligned(said, classes, test.length) : new Float32Array(0);
    const score = await scoreOf(metric, task, {
      ...(classes && { classes }),
      truth: Float64Array.from(test, (row) => truth[row]),
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
      : await sliceScores(parts[0], truth, classes, metric, task);
  const spread = spreadOf(scores.filter((score) => !Number.isNaN(score)));
  return {
    rows,
    ...(classes && { classes }),
    truth: Float64Array.from(rows, (row) => truth[row]),
    predictions: Float64Array.from(parts.flatMap((part) => [...part.predictions])),
    probabilities: joined(parts.map((part) => part.probabilities)),
    scores,
    mean: spread?.mean ?? Number.NaN,
    deviation: spread?.deviation ?? 0,
  };
}

const SLICES = 5;

async function sliceScores(
  { rows, predictions, probabilities }: Part,
  truth: Float64Array,
  classes: readonly Label[] | undefined,
  metric: string,
  task: Question['task'],
): Promise<number[]> {
  const width = classes?.length ?? 0;
  const scores: number[] = [];
  for (let slice = 0; slice < SLICES; slice++) {
    const own = Array.from(rows.keys()).filter((i) => i % SLICES === slice);
    if (own.length === 0) continue;
    const score = await scoreOf(metric, task, {
      ...(classes && { classes }),
      truth: Float64Array.from(own, (i) => truth[rows[i]]),
      predictions: Float64Array.from(own, (i) => predictions[i]),
      probabilities: Float32Array.from(
        own.flatMap((i) => Array.from(probabilities.subarray(i * width, (i + 1) * width))),
      ),
    });
    scores.push(score);
  }
  return scores;
}

/** A metric of predictions, by the scorers of the task. */
export async function scoreOf(
  metric: string,
  task: Question['task'],
  said: Pick<Exam, 'classes' | 'truth' | 'predictions' | 'probabilities'>,
): Promise<number> {
  const { classes, truth, predictions, probabilities } = said;
  const scorer: Scorer | undefined = (task === 'classification' ? classification : regression)
    .scorers[metric];
  if (scorer === undefined) throw new RangeError(`There is no metric ${metric}.`);
  const numbers = (values: Float64Array) =>
    classes ? Int32Array.from(values) : Float32Array.from(values);
  const isBinary = classes?.length === 2;
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
    use: (model: KernelModel<never>, test: Table, train: Table) => Promise<void> = async () => {},
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
      await use(model as never, rows, trained);
      return said;
    } finally {
      model.dispose();
    }
  };

/** The answer of one who knows the targets alone: the mean, or the most frequent class. */
export const baselineAnswer =
  ({ table, target, task }: Question): Examined =>
  async (train, test) => {
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
function aligned(
  { probabilities = [], classes: own = [] }: Answer,
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
