import { rangeError, shown, typeError } from '@kernel-methods/check';
import { type Label, readLabels, requireOnePerRow, type TargetsLike } from '../data/labels.ts';
import { countRows } from '../data/pick-rows.ts';
import type { RowsLike } from '../data/rows.ts';
import type { NamedRows, TableRows } from '../data/tables.ts';
import { featureBlocks } from '../estimators/feature-blocks.ts';
import { rowsFor } from '../estimators/inference.ts';
import { type KernelModel, useFitted } from '../estimators/kernel-model.ts';
import { targetsOf } from '../fit/table-data.ts';
import { mapOf } from '../network/network.ts';
import { RidgeAccumulator } from '../ridge/accumulator.ts';
import type { HeldOut } from './choose-threshold.ts';
import { momentsOfRows, momentsOfSums } from './class-moments.ts';
import type { RejectScore, RowsToScore } from './reject-score.ts';

/** A classifier, and what a score has learned from the rows that it was trained on. */
export interface Scored {
  readonly model: KernelModel;
  readonly state: unknown;
}

/** The rows on which a classifier was trained, and their labels. */
export type TrainingRows = readonly [x: RowsLike | TableRows, y: TargetsLike | string];

/**
 * What a score learns: from the sums of a fit by least squares, or from the rows.
 *
 * @throws RangeError if there are neither.
 */
export async function learnScore(
  model: KernelModel,
  score: RejectScore,
  training: TrainingRows | undefined,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  if (score.learn === undefined) return undefined;
  const index = indexOf(model);
  const moments = await useFitted(model, async (fitted) => {
    const { state } = fitted;
    if (state instanceof RidgeAccumulator) return momentsOfSums(state.sums(), index.size);
    if (training === undefined) {
      const rule = `hold the rows and labels of \`fit\`, from which '${score.name}' learns`;
      throw rangeError('training', rule, 'none');
    }
    if (!Array.isArray(training) || training.length !== 2) {
      throw typeError('training', 'be the rows and labels of `fit`, `[x, y]`', shown(training));
    }
    const [x, y] = training;
    const labels = Int32Array.from(await labelsOf(x, y), (label) => index.get(label) ?? -1);
    const size = { width: mapOf(fitted.network).width, classes: index.size };
    return momentsOfRows(featureBlocks(fitted, x), labels, size, signal);
  });
  return score.learn(moments, signal);
}

/** The score of each row. */
export function scoresOf(
  { model, state }: Scored,
  score: RejectScore,
  x: RowsLike | NamedRows,
): Promise<Float64Array> {
  return useFitted(model, async (fitted) => {
    const classes = (model.classes as readonly Label[]).length;
    const rows: RowsToScore = {
      rows: await countRows(x),
      classes,
      decisions: async () => perClass((await model.decisionFunction(x)).data, classes),
      probabilities: async () => (await model.predictProba(x)).data,
      features: () => featureBlocks(fitted, x),
    };
    return score.score(rows, state);
  });
}

/** Rows that a classifier was not trained on. */
interface NewRows {
  readonly x: RowsLike | TableRows;
  readonly labels: readonly Label[];
  readonly unknown: RowsLike | TableRows | undefined;
}

/**
 * Scores of rows that a classifier was not trained on; those with labels that it does not know are
 * unknown.
 */
export async function heldOut(
  scored: Scored,
  score: RejectScore,
  { x, labels, unknown }: NewRows,
): Promise<HeldOut> {
  if (unknown !== undefined) {
    await useFitted(scored.model, async (fitted) =>
      (await rowsFor(fitted, unknown, 'unknown')).dispose(),
    );
  }
  const index = indexOf(scored.model);
  const scores = await scoresOf(scored, score, x);
  requireOnePerRow('y', labels.length, scores.length);
  const predicted = (await scored.model.predict(x as RowsLike)) as Label[];
  const isKnown = labels.map((label) => index.has(label));
  const others = unknown === undefined ? [] : await scoresOf(scored, score, unknown);
  return {
    known: scores.filter((_, row) => isKnown[row]),
    right: predicted.map((label, row) => label === labels[row]).filter((_, row) => isKnown[row]),
    unknown: [...scores.filter((_, row) => !isKnown[row]), ...others],
  };
}

/** One label per row, given directly or by the name of a table's column. */
export async function labelsOf(x: RowsLike | TableRows, y: TargetsLike | string): Promise<Label[]> {
  const targets = (await targetsOf(x, y, 'y')) as TargetsLike;
  return Array.from((await readLabels(targets, 'y')).labels);
}

/** Two classes that share an output have a score each. */
function perClass(decisions: Float32Array, classes: number): Float32Array {
  if (classes !== 2) return decisions;
  return Float32Array.from({ length: 2 * decisions.length }, (_, at) =>
    at % 2 === 0 ? -decisions[at >> 1] : decisions[at >> 1],
  );
}

const indexOf = ({ classes = [] }: KernelModel) =>
  new Map<Label, number>((classes as readonly Label[]).map((label, c) => [label, c]));
