import { kindOf, knownOptions, rangeError, shown, typeError } from '@kernel-methods/check';
import { hinge, type Loss, type LossBatch, logistic } from '@kernel-methods/losses';
import type { Steps } from '@kernel-methods/simd';
import type { Evaluation } from '../data/evaluation.ts';
import { meanLoss } from '../data/evaluation.ts';
import {
  type Label,
  requireColumns,
  requireOnePerRow,
  sortedClasses,
  type TargetsLike,
} from '../data/labels.ts';
import {
  countsOf,
  f1Macro,
  f1Micro,
  f1Of,
  hammingLoss,
  rankingScores,
  subsetAccuracy,
} from './label-metrics.ts';
import { columnNames, flagsFor, type LabelRows, readLabelRows } from './label-names.ts';
import { thresholdsForF1 } from './label-thresholds.ts';
import { multilabelScorers } from './multilabel-scorers.ts';
import { inverseTemperatureSteps, outputProbabilities } from './probabilities.ts';
import { splitTexts } from './split-labels.ts';
import type { Encoded, LinkWith, TargetCollector, Task, TaskConfig } from './task.ts';

export interface MultilabelOptions {
  /**
   * All labels, in the order of the columns of rows of 0 and 1. Default: those found in `y`, in
   * ascending order; columns of 0 and 1 are then named '0', '1', ….
   */
  readonly labels?: readonly string[];
  /**
   * The probability above which a row has a label: one for all labels, or by label (½ for those
   * left out); 'f1' chooses for each label the one whose F1 is the greatest on rows that the model
   * was not trained on. Default ½.
   */
  readonly threshold?: number | Readonly<Record<string, number>> | 'f1';
  /**
   * What stands between the names in a text: `y`, or the column that it names, may then hold one text
   * for each row, such as 'red;round', where '' is no label. Default: texts are refused.
   */
  readonly separator?: string;
}

/**
 * Any number of labels per row, none included: each label has an output of its own, as if it were a
 * classification by itself (binary relevance). `y` holds the names of each row's labels, `[['red',
 * 'round'], []]`, or rows of 0 and 1. `predict` gives arrays of names, in the order of `classes`;
 * `predictProba` gives each label's own probability, `[rows, labels]`.
 *
 * `score` is the subset accuracy: the share of rows whose labels are all predicted, and no others.
 * `evaluate` adds F1 (micro, macro, by label), the Hamming loss and ranking scores.
 *
 * Losses that compare outputs (softmaxCrossEntropy, categoricalHinge) are refused; the default of a
 * class that has one of these becomes logistic, or hinge.
 *
 * Tsoumakas & Katakis, "Multi-label classification: an overview", 2007.
 *
 * @throws RangeError or TypeError that names the option, its rule and the value.
 *
 * @example
 * const x = [[0, 0], [0, 1], [1, 0], [1, 1]];
 * const y = [[], ['round'], ['red'], ['red', 'round']];
 * const task = multilabel({ threshold: { red: 0.4 } });
 * const model = new KernelModel({ task, loss: 'hinge', features: identity(), l2: 1e-3 });
 * await model.fit(x, y);
 * await model.predict([[1, 1]]); // [['red', 'round']]; `new KernelSVM<string[]>` knows the type
 */
export function multilabel(options: MultilabelOptions = {}): Task {
  const { labels, threshold, separator } = checked(options);
  const read: ReadsLabels = (y, name) => readLabelRows(splitTexts(y, separator), name);
  const isHalf = threshold === undefined || threshold === 0.5;
  return {
    name: 'multilabel',
    config: {
      ...(labels && { labels: [...labels] }),
      ...(threshold !== undefined && { threshold: threshold as TaskConfig[string] }),
      ...(separator !== undefined && { separator }),
    },
    hasClasses: labels === undefined,
    hasSeveral: true,
    reportsAccuracy: false,
    refuses: ({ coding, link }) =>
      coding === 'one-hot' && link !== 'logistic'
        ? 'must be one for each output by itself, such as logistic or hinge, with several labels per row'
        : undefined,
    instead: ({ link }) => (link === 'softmax' ? logistic : hinge),
    async encode(y, { name, rows, rowsName, classes, allowsUnseen }) {
      const given = await read(y, name);
      requireOnePerRow(name, given.rows, rows, rowsName);
      const known = classes ?? labels ?? labelsIn([given], name);
      const strangers = { counts: new Int32Array(given.rows), names: new Set<string>() };
      const values = flagsFor(given, known, name, allowsUnseen ? strangers : undefined);
      const hasStrangers = strangers.names.size > 0;
      return {
        ...{ rows: given.rows, classes: known, values },
        ...(hasStrangers && { unseen: [...strangers.names], unseenPerRow: strangers.counts }),
      };
    },
    code({ values, classes }, loss) {
      const off = loss.coding === 'one-hot' ? 0 : -1;
      const targets = (values as Float32Array).map((value) => (value > 0 ? 1 : off));
      return { targets, units: (classes as readonly Label[]).length };
    },
    startingBias: ({ units }) => new Float32Array(units),
    collect: () => new LabelsCollector(labels, read),
    extend: async (known, y, named) => extended(known, await read(y, 'y'), named, labels),
    decide,
    decode: (decided, { classes }) => namesOf(decided, classes as readonly Label[]),
    decisions: (data, { units }) => ({ data, shape: [data.length / units, units] }),
    probabilities: (scores, units, link) => outputProbabilities(scores, units, link),
    calibrate: (scores, _, { values }) =>
      inverseTemperatureSteps(scores, 1, flagsIn(values as Float32Array), true),
    ...(!isHalf &&
      ({
        *thresholds(probabilities, units, { values, classes = [] }) {
          if (threshold === 'f1') {
            return yield* thresholdsForF1(values as Float32Array, probabilities, units);
          }
          if (typeof threshold === 'number') return classes.map(() => threshold);
          const stranger = Object.keys(threshold).find((label) => !classes.includes(label));
          if (stranger === undefined) {
            return classes.map((label) => ownOf(threshold, label as string) ?? 0.5);
          }
          throw rangeError('threshold', 'name labels that are there', shown(stranger));
        },
      } satisfies Pick<Task, 'thresholds'>)),
    evaluate,
    spell: ({ values, rows }) => ({
      data: flagsIn(values as Float32Array),
      shape: [rows, (values as Float32Array).length / rows],
    }),
    truth: ({ values }) => flagsIn(values as Float32Array),
    scorers: multilabelScorers,
    defaultScorer: 'accuracy',
  };
}

/** 1 for each row and label above the threshold, row-major. */
function decide(scores: Float32Array, units: number, link?: LinkWith): Int32Array {
  if (link === undefined) return flagsIn(scores);
  const { thresholds = [] } = link;
  const probabilities = outputProbabilities(scores, units, link);
  return Int32Array.from(probabilities, (p, i) => +(p > (thresholds[i % units] ?? 0.5)));
}

function* evaluate(
  loss: Loss,
  batch: LossBatch,
  { values = new Float32Array(), classes = [], unseen = [], unseenPerRow }: Encoded,
  link?: LinkWith,
): Steps<Evaluation> {
  const { units } = batch;
  const scores = batch.predictions as Float32Array;
  const truth = flagsIn(values);
  const rows = { truth, predictions: decide(scores, units, link), labels: units };
  const counts = countsOf(rows);
  const lost = unseenPerRow?.reduce((sum, count) => sum + count, 0) ?? 0;
  return {
    loss: yield* meanLoss(loss, batch),
    accuracy: subsetAccuracy(rows, (row) => (unseenPerRow?.[row] ?? 0) > 0),
    // Labels that the model does not know are there, and never predicted.
    f1Micro: f1Micro([...counts, { there: lost, claimed: 0, hits: 0 }]),
    f1Macro: f1Macro(counts),
    hammingLoss: hammingLoss(rows),
    ranking: rankingScores(truth, scores, units, unseenPerRow),
    classes,
    perClass: classes.map((label, i) => ({
      class: label,
      precision: counts[i].claimed === 0 ? 0 : counts[i].hits / counts[i].claimed,
      recall: counts[i].there === 0 ? 0 : counts[i].hits / counts[i].there,
      f1: f1Of(counts[i]),
      support: counts[i].there,
    })),
    ...(unseen.length > 0 && {
      unseen: { labels: unseen, rows: unseenPerRow?.filter((count) => count > 0).length ?? 0 },
    }),
  };
}

const flagsIn = (values: Float32Array): Int32Array => Int32Array.from(values, (v) => +(v > 0));

function namesOf(flags: ArrayLike<number>, labels: readonly Label[]): Label[][] {
  return Array.from({ length: flags.length / labels.length }, (_, row) =>
    labels.filter((_, i) => flags[row * labels.length + i] > 0),
  );
}

const ownOf = (table: Readonly<Record<string, number>>, label: string): number | undefined =>
  Object.hasOwn(table, label) ? table[label] : undefined;

/** @throws RangeError on fewer than two labels. */
function labelsIn(reads: readonly LabelRows[], name: string): string[] {
  const found = new Set<string>();
  for (const read of reads) {
    const names = 'flags' in read ? columnNames(read.columns) : read.names.flat();
    for (const label of names) found.add(label);
  }
  return atLeastTwo(found, name);
}

function atLeastTwo(found: ReadonlySet<string>, name: string): string[] {
  if (found.size < 2) {
    const rule = "hold at least two labels; for one, use the task 'classification'";
    throw rangeError(name, rule, [...found].map((label) => shown(label)).join(', ') || 'none');
  }
  // Columns are named by their numbers, whose order as texts is another.
  return [...found].every((label) => /^\d+$/.test(label))
    ? [...found].sort((a, b) => Number(a) - Number(b))
    : (sortedClasses([...found], name) as string[]);
}

/** The labels known so far, followed by the new ones. */
function extended(
  known: readonly Label[],
  read: LabelRows,
  named: readonly Label[] | undefined,
  fixed: readonly string[] | undefined,
): readonly Label[] {
  const found = new Set<Label>([...(named ?? []), ...('names' in read ? read.names.flat() : [])]);
  const fresh = [...found].filter((label) => !known.includes(label));
  if (fresh.length > 0 && fixed !== undefined) {
    throw rangeError('y', `hold the labels of the task (${fixed.join(', ')})`, shown(fresh[0]));
  }
  const stranger = fresh.find((label) => typeof label !== 'string');
  if (stranger === undefined) return [...known, ...fresh.sort()];
  throw typeError('classes', 'hold names, which are strings', kindOf(stranger));
}

type ReadsLabels = (y: TargetsLike | undefined, name: string) => Promise<LabelRows>;

class LabelsCollector implements TargetCollector {
  readonly #fixed: readonly string[] | undefined;
  readonly #read: ReadsLabels;
  readonly #found = new Set<string>();
  readonly #names: (readonly string[])[] = [];
  readonly #flags: number[] = [];
  #columns: number | undefined;

  constructor(fixed: readonly string[] | undefined, read: ReadsLabels) {
    this.#fixed = fixed;
    this.#read = read;
  }

  async add(y: TargetsLike, name: string, keep: boolean): Promise<number> {
    const read = await this.#read(y, name);
    if ('flags' in read) {
      this.#columns = requireColumns(name, read.columns, this.#columns);
      if (keep) for (let i = 0; i < read.flags.length; i++) this.#flags.push(read.flags[i]);
    } else {
      for (const own of read.names) {
        for (const label of own) this.#found.add(label);
        if (keep) this.#names.push(own);
      }
    }
    if (this.#columns !== undefined && this.#found.size > 0) {
      throw rangeError(name, 'hold names in all batches, or rows of 0 and 1 in all', 'both');
    }
    return read.rows;
  }

  get columns(): number | undefined {
    return this.#columns;
  }

  classes(): readonly string[] {
    if (this.#fixed !== undefined) return this.#fixed;
    if (this.#columns === undefined) return atLeastTwo(this.#found, 'y');
    return atLeastTwo(new Set(columnNames(this.#columns)), 'y');
  }

  all(): TargetsLike {
    if (this.#columns === undefined) return this.#names;
    return { data: this.#flags, shape: [this.#flags.length / this.#columns, this.#columns] };
  }
}

/** @throws RangeError or TypeError that names the option, its rule and the value. */
function checked(options: MultilabelOptions): MultilabelOptions {
  knownOptions('The options of `multilabel`', options, ['labels', 'threshold', 'separator']);
  const { labels, threshold, separator } = options;
  if (separator !== undefined && (typeof separator !== 'string' || separator === '')) {
    throw typeError('separator', 'be a text that is not empty', shown(separator));
  }
  if (labels !== undefined) {
    if (!Array.isArray(labels) || labels.some((label) => typeof label !== 'string')) {
      throw typeError('labels', 'be an array of names', kindOf(labels));
    }
    const isEnough = labels.length >= 2 && new Set(labels).size === labels.length;
    if (!isEnough) throw rangeError('labels', 'be two or more, none twice', shown(labels));
  }
  if (threshold === undefined || threshold === 'f1') return options;
  const isByLabel = typeof threshold === 'object' && threshold !== null;
  for (const value of isByLabel ? Object.values(threshold) : [threshold]) {
    if (typeof value === 'number' && value > 0 && value < 1) continue;
    throw rangeError('threshold', "be 'f1' or lie between 0 and 1", shown(value));
  }
  return { ...options, threshold: isByLabel ? { ...threshold } : threshold };
}
