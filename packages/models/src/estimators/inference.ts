import { inTurns } from '@kernel-methods/simd';
import { requireShape } from '../data/dataset.ts';
import type { Evaluation } from '../data/evaluation.ts';
import { inPieces } from '../data/in-pieces.ts';
import type { RowSource } from '../data/row-source.ts';
import { type NumericArray, type RowsLike, toRows } from '../data/rows.ts';
import { isTable, type NamedRows, numbersOf } from '../data/tables.ts';
import type { Fitted } from '../fit/fitted.ts';
import { encodedOf, prepare } from '../fit/prepare.ts';
import { type TableTargets, targetsOf } from '../fit/table-data.ts';
import { rowShapeOf, unitsOf } from '../network/network.ts';
import { allScores } from '../network/score-blocks.ts';
import type { Floats, LinkWith } from '../tasks/task.ts';
import { taskFor } from '../tasks/task-by-name.ts';

/** What `predict` returns: labels; in a regression numbers, or rows of them. */
export async function predictions(fitted: Fitted, x: RowsLike | NamedRows): Promise<unknown[]> {
  const { scores, units } = await scoresOf(fitted, x);
  const { classes } = fitted;
  const task = taskFor(fitted.task);
  const link = await decidingLink(fitted);
  const decoded = new Array<unknown>(scores.length / units);
  const decide = (from: number, to: number) => {
    const decided = task.decide(scores.subarray(from * units, to * units), units, link);
    task.decode(decided, { units, classes }).forEach((value, i) => {
      decoded[from + i] = value;
    });
  };
  await inTurns(inPieces(decoded.length, decide, units));
  return decoded;
}

/** `[rows, classes]`, in the order of the classes. */
export async function probabilitiesOf(fitted: Fitted, x: RowsLike | NamedRows): Promise<Floats> {
  const { task, classes = [] } = fitted;
  const link = await fitted.link(fitted);
  const { scores, units } = await scoresOf(fitted, x);
  const { probabilities } = taskFor(task);
  const [rows, width] = [scores.length / units, classes.length];
  const data = new Float32Array(probabilities ? rows * width : 0);
  const fill = (from: number, to: number) => {
    const some = scores.subarray(from * units, to * units);
    if (probabilities) data.set(probabilities(some, units, link), from * width);
  };
  // An exponential takes as long as a dozen numbers that are looked at.
  await inTurns(inPieces(rows, fill, 16 * width));
  return { data, shape: [data.length / width, width] };
}

/** `[rows, outputs]`; `[rows]` for one output or two classes. */
export async function decisions(fitted: Fitted, x: RowsLike | NamedRows): Promise<Floats> {
  const { scores, units } = await scoresOf(fitted, x);
  return taskFor(fitted.task).decisions(scores, { units, classes: fitted.classes });
}

/** The mean loss, with the measures of the task. */
export async function evaluation(
  fitted: Fitted,
  x: RowsLike | NamedRows,
  y: TableTargets,
): Promise<Evaluation> {
  const { network, classes, loss, task, encoder } = fitted;
  const seen = { classes, units: unitsOf(network), rowShape: rowShapeOf(network) };
  const names = { x: 'x', y: 'y', allowsUnseen: true };
  const targets = await targetsOf(x, y, 'y');
  const rows = await prepare(numbersOf(x, 'x', encoder), targets, { loss, task }, seen, names);
  try {
    const { units } = rows;
    const predictions = await allScores(network, rows.x);
    const batch = { targets: rows.targets, predictions, units };
    const { unseen, unseenPerRow } = rows;
    const encoded = { ...encodedOf(rows), unseen, unseenPerRow };
    const result = taskFor(task).evaluate(loss, batch, encoded, await decidingLink(fitted));
    return 'next' in result ? await inTurns(result) : result;
  } finally {
    rows.x.dispose();
  }
}

/** The link by which probabilities decide; undefined where scores do. */
const decidingLink = async (fitted: Fitted): Promise<LinkWith | undefined> =>
  fitted.decidesByLink ? fitted.link(fitted) : undefined;

/** Rows for a fitted model, checked to be of its shape; the caller disposes of them. */
export async function rowsFor(
  { network, encoder }: Fitted,
  x: RowsLike | NamedRows,
  name = 'x',
): Promise<RowSource> {
  const rows = await toRows(numbersOf(x, name, encoder), name);
  try {
    requireShape(rows, rowShapeOf(network), name);
    return rows;
  } catch (error) {
    rows.dispose();
    throw error;
  }
}

async function scoresOf(fitted: Fitted, x: RowsLike | NamedRows) {
  if (isEmpty(x)) return { scores: new Float32Array(), units: unitsOf(fitted.network) };
  const rows = await rowsFor(fitted, x);
  try {
    return { scores: await allScores(fitted.network, rows), units: unitsOf(fitted.network) };
  } finally {
    rows.dispose();
  }
}

/** Whether there are no rows, and so nothing to predict. */
const isEmpty = (x: RowsLike | NamedRows | null | undefined): boolean =>
  Array.isArray(x)
    ? x.length === 0
    : isTable(x)
      ? x.rows === 0
      : (x as NumericArray | null | undefined)?.shape?.[0] === 0;
