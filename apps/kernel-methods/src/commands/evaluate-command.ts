import '@kernel-methods/backend-simd';
import type { Label } from '@kernel-methods/models';
import { columnsText, count, type Output, percent, plural } from '@kernel-methods/report';
import type { Column, Table } from '@kernel-methods/tables';
import { flagsOf, labelNames, listsIn } from '../data/label-lists.ts';
import { readForModel, requireKnown } from '../data/rows-for-model.ts';
import { classScores, confusionOf } from '../fit/class-scores.ts';
import { aligned, scoreOf } from '../fit/exam.ts';
import { classLines } from '../fit/result-lines.ts';
import { asRead, figure, isError, metricName, rejectingText } from '../fit/words.ts';
import { labelsIn } from '../model/answer.ts';
import { openModel, type SavedModel } from '../model/model-folder.ts';
import type { ClassScore, ModelRecord } from '../model/model-record.ts';
import { coverageOf, predictor, type Said } from '../model/saved-predictor.ts';
import type { Asked } from '../options/asked.ts';
import { type EvaluateSettings, metrics } from '../options/options.ts';
import { outputFor, paragraph, widthOf } from '../terminal.ts';

/** How a model did on rows whose target is known. */
export interface Evaluated {
  readonly rows: number;
  readonly scores: Readonly<Record<string, number>>;
  readonly classes?: readonly Label[];
  /** Rows by class and prediction. */
  readonly confusion?: readonly (readonly number[])[];
  /** Of classes, and of several labels per row, each by itself. */
  readonly perClass?: readonly ClassScore[];
  /** The share of intervals, or of sets of classes, that hold the truth, and what was promised. */
  readonly coverage?: {
    readonly found: number;
    readonly promised: number;
    /** How many classes a set has on average. */
    readonly classes?: number;
  };
  /** Where it says "none of these": the share of rows that get a class, and of those the right ones. */
  readonly rejecting?: { readonly kept: number; readonly right: number };
}

/** `kernel-methods evaluate`: scores on rows whose target is known. */
export async function evaluateCommand({
  places,
  settings,
}: Asked<EvaluateSettings>): Promise<number> {
  const [path, file] = places;
  const saved = await openModel(path);
  try {
    const output = outputFor(settings);
    const { record } = saved;
    const all = await readForModel(file, settings, record, 'to score by');
    const known = requireKnown(all, record.target);
    const evaluated = await evaluateRows(saved, all.take(known) as Table, settings.interval);
    if (settings.json) {
      output.line(JSON.stringify(evaluated));
      return 0;
    }
    const blank = all.rows - known.length;
    if (blank > 0) output.note(`${count(blank)} rows without a target are left out.`);
    const width = widthOf();
    const { coverage, perClass = [], rejecting } = evaluated;
    output.line(output.bold(plural(evaluated.rows, 'row')));
    for (const [name, score] of Object.entries(evaluated.scores)) {
      const less = isError(name) ? ', less is better' : '';
      output.line(`  ${metricName(name).padEnd(20)} ${figure(asRead(name, score))}${less}`);
    }
    for (const lines of [
      classLines(perClass, output, width),
      confusionLines(evaluated, output, width),
    ]) {
      if (lines.length > 0) output.line();
      for (const line of lines) output.line(line);
    }
    if (coverage) {
      const { classes, found, promised } = coverage;
      const what =
        classes === undefined ? 'intervals' : `sets, of ${classes.toFixed(2)} classes on average,`;
      const text = `${percent(found)} of the ${what} hold the truth; ${percent(promised)} were promised.`;
      for (const line of ['', ...paragraph(text, width)]) output.line(line);
    }
    if (rejecting) {
      for (const line of ['', ...paragraph(rejectingText(rejecting), width)]) output.line(line);
    }
    return 0;
  } finally {
    saved.model.dispose();
  }
}

/** All metrics of the task, for rows whose target is known. */
export async function evaluateRows(
  saved: SavedModel,
  rows: Table,
  interval?: number,
): Promise<Evaluated> {
  const { record } = saved;
  const said = await predictor(saved, interval)(rows);
  if (record.task === 'multilabel') return evaluateLists(said, rows, record);
  const { classes, kept } = said;
  const predictions = said.predictions as readonly Label[];
  const labels = sameKind(labelsIn(rows.column(record.target) as Column), classes);
  // Rows of a class that was not trained on are never right; they have an index of their own.
  const strangers = classes ? [...new Set(labels)].filter((label) => !classes.includes(label)) : [];
  const all = classes ? [...classes, ...strangers] : undefined;
  const indexOf = new Map(all?.map((label, i) => [label, i]));
  const code = (label: Label) => (all ? indexOf.get(label)! : (label as number));
  const truth = Float64Array.from(labels, code);
  const predicted = Float64Array.from(predictions, code);
  const parts = {
    ...(all && { classes: all }),
    truth,
    predictions: predicted,
    probabilities: aligned(said, all ?? [], labels.length),
  };
  const scores = await scoresOf(record, parts);
  const coverage = coverageOf(record, interval);
  const regions = coverage === undefined ? undefined : regionsOf(said, truth, labels);
  return {
    rows: labels.length,
    scores,
    ...(all && {
      classes: all,
      perClass: classScores(parts),
      confusion: confusionOf(truth, predicted, all.length),
    }),
    ...(regions && { coverage: { promised: coverage!, ...regions } }),
    ...(kept && { rejecting: keptOf(kept, (row) => truth[row] === predicted[row]) }),
  };
}

async function scoresOf(
  { task }: Pick<ModelRecord, 'task'>,
  parts: Parameters<typeof scoreOf>[2],
): Promise<Record<string, number>> {
  const scores: Record<string, number> = {};
  for (const name of metrics[task]) scores[name] = await scoreOf(name, task, parts);
  return scores;
}

/** A label that was not trained on is never predicted, and missed where it is. */
async function evaluateLists(said: Said, rows: Table, record: ModelRecord): Promise<Evaluated> {
  const lists = listsIn(rows.column(record.target) as Column, record.labelSeparator!);
  const own = (said.classes ?? []) as readonly string[];
  const classes = [...own, ...labelNames(lists).filter((label) => !own.includes(label))];
  const parts = {
    classes,
    truth: flagsOf(lists, classes),
    predictions: flagsOf(said.predictions as readonly string[][], classes),
    probabilities: aligned(said, classes, lists.length),
    hasSeveral: true,
  } as const;
  const scores = await scoresOf(record, parts);
  return { rows: lists.length, scores, classes, perClass: classScores(parts) };
}

/** How many intervals or sets hold the truth. */
function regionsOf(
  { intervals, sets }: Said,
  truth: Float64Array,
  labels: readonly Label[],
): { readonly found: number; readonly classes?: number } | undefined {
  const share = (holds: (row: number) => boolean) =>
    Array.from(truth.keys()).filter(holds).length / truth.length;
  if (intervals) {
    const holds = (row: number) =>
      intervals[row].lower <= truth[row] && truth[row] <= intervals[row].upper;
    return { found: share(holds) };
  }
  if (sets === undefined) return undefined;
  const size = sets.reduce((sum, set) => sum + set.length, 0);
  return { found: share((row) => sets[row].includes(labels[row])), classes: size / sets.length };
}

/** What comes of saying "none of these". Without rows that get a class, none of them is wrong. */
function keptOf(kept: readonly boolean[], isRight: (row: number) => boolean) {
  const rows = Array.from(kept.keys()).filter((row) => kept[row]);
  const right = rows.length === 0 ? 1 : rows.filter(isRight).length / rows.length;
  return { kept: rows.length / kept.length, right };
}

/** A file may spell labels otherwise than the one before: 1 as a category, true as a number. */
function sameKind(
  labels: readonly Label[],
  classes: readonly Label[] | undefined,
): readonly Label[] {
  if (classes === undefined || classes.length === 0 || typeof labels[0] === typeof classes[0])
    return labels;
  const known = new Map(classes.map((label) => [String(label), label]));
  return labels.map((label) => known.get(String(label)) ?? label);
}

/** More classes do not fit a terminal. */
const MOST_CLASSES = 12;

function confusionLines(
  { classes, confusion }: Evaluated,
  { dim }: Pick<Output, 'dim'>,
  width: number,
): string[] {
  if (classes === undefined || confusion === undefined || classes.length > MOST_CLASSES) return [];
  const rows = classes.map((label, i) => [String(label), ...confusion[i].map(count)]);
  const [head, ...lines] = columnsText(['class, taken for:', ...classes.map(String)], rows, width);
  return [dim(head), ...lines];
}
