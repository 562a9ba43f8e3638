import { meanSquaredError } from '@kernel-methods/losses';
import { evaluateRegression } from '../data/evaluation.ts';
import type { Label } from '../data/labels.ts';
import { describe } from '../data/rows.ts';
import type { Task } from '../options.ts';
import { rocArea } from './roc-area.ts';

/** What a scorer sees: the rows that were kept from training, and what was predicted for them. */
export interface TestedRows {
  /** Of all rows that were passed in, in ascending order; absent in a regression. */
  readonly classes?: readonly Label[];
  /** Index of each row's class; in a regression its targets, row-major. */
  readonly truth: Int32Array | Float32Array;
  /** Likewise, as predicted. */
  readonly predictions: Int32Array | Float32Array;
  /** Numbers a row in `decisions`: 1 for two classes. */
  readonly units: number;
  /** As `decisionFunction` has them, row-major. */
  readonly decisions: Float32Array;
  /** As `predictProba` has them, `rows × classes`; classifiers only. */
  probabilities(): Promise<Float32Array>;
}

/** How good predictions are: the greater the better. Rows are not weighed. */
export type Scorer = (rows: TestedRows) => number | Promise<number>;

const classification = {
  accuracy: ({ truth, predictions }) =>
    countWhere(truth, (c, i) => c === predictions[i]) / truth.length,
  balancedAccuracy: (rows) =>
    mean(
      counts(rows)
        .filter(({ there }) => there > 0)
        .map(({ hits, there }) => hits / there),
    ),
  f1Macro: (rows) =>
    mean(
      counts(rows)
        .filter(({ there, claimed }) => there + claimed > 0)
        .map(({ hits, there, claimed }) => (2 * hits) / (there + claimed)),
    ),
  async logLoss(rows) {
    const { truth, classes = [] } = rows;
    const p = await rows.probabilities();
    let sum = 0;
    for (let row = 0; row < truth.length; row++) {
      const own = p[row * classes.length + truth[row]];
      sum += Math.log(Math.min(1 - SMALLEST, Math.max(SMALLEST, own)));
    }
    return sum / truth.length;
  },
  async rocAuc(rows) {
    const { truth, classes = [], decisions, units } = rows;
    if (units === 1) return rocArea(truth, 1, (row) => decisions[row], classes);
    const p = await rows.probabilities();
    return mean(classes.map((_, c) => rocArea(truth, c, (row) => p[row * units + c], classes)));
  },
} satisfies Record<string, Scorer>;

const regression = {
  r2: (rows) => regressionOf(rows).r2 as number,
  negMeanSquaredError: (rows) => -regressionOf(rows).loss,
  negMeanAbsoluteError({ truth, predictions }) {
    let sum = 0;
    for (let i = 0; i < truth.length; i++) sum += Math.abs(truth[i] - predictions[i]);
    return -sum / truth.length;
  },
} satisfies Record<string, Scorer>;

/**
 * As scikit-learn has them, the greater the better. For classes 'accuracy', 'balancedAccuracy' (mean
 * recall of the classes), 'f1Macro' (mean F1), 'logLoss' (mean log of the true class's probability:
 * its neg_log_loss) and 'rocAuc' (several classes: one against the rest, averaged); for numbers
 * 'r2', 'negMeanSquaredError' and 'negMeanAbsoluteError'.
 */
export type ScorerName = keyof typeof classification | keyof typeof regression;

/**
 * The scorer that is meant: accuracy for classes and R² for numbers where nothing is said.
 *
 * @throws RangeError where the name is not known, or not for this task.
 */
export function scorerFor(scoring: ScorerName | Scorer | undefined, task: Task): Scorer {
  if (typeof scoring === 'function') return scoring;
  const known: Record<string, Scorer> = task === 'regression' ? regression : classification;
  const name = scoring ?? (task === 'regression' ? 'r2' : 'accuracy');
  if (typeof name === 'string' && Object.hasOwn(known, name)) return known[name];
  const received = typeof name === 'string' ? name : describe(name);
  throw new RangeError(
    `\`scoring\` must be a function or one of ${Object.keys(known).join(', ')} for a ${task}. Received: ${received}.`,
  );
}

/** Probabilities are float32: as near to 0 as scikit-learn takes those. */
const SMALLEST = 2 ** -23;

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function countWhere(values: TestedRows['truth'], holds: (value: number, i: number) => boolean) {
  let count = 0;
  values.forEach((value: number, i: number) => {
    if (holds(value, i)) count++;
  });
  return count;
}

/** For each class its rows, those predicted to be of it, and those that are both. */
function counts({ classes = [], truth, predictions }: TestedRows) {
  const all = classes.map(() => ({ there: 0, claimed: 0, hits: 0 }));
  truth.forEach((c: number, i: number) => {
    all[c].there++;
    all[predictions[i]].claimed++;
    if (predictions[i] === c) all[c].hits++;
  });
  return all;
}

const regressionOf = ({ truth, predictions, units }: TestedRows) =>
  evaluateRegression(meanSquaredError, {
    targets: truth as Float32Array,
    predictions: predictions as Float32Array,
    units,
  });
