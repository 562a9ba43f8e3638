import { rangeError } from '@kernel-methods/check';
import { type Loss, pinball } from '@kernel-methods/losses';
import { meanLoss, type QuantileReport } from '../data/evaluation.ts';
import type { TargetsLike } from '../data/labels.ts';
import { regression } from './regression.ts';
import { atMost, type Scorer, type TestedRows } from './scorer.ts';
import type { Task } from './task.ts';

/**
 * Quantiles of one number per row, an output for each that the loss has (`pinball`). `predict` gives a
 * row of numbers, one for each quantile. They never cross: where outputs are out of order, each row's
 * are sorted. That is never worse, whatever the truth: the rearranged curves are no farther from the
 * true ones, and their loss is no greater.
 *
 * Chernozhukov, Fernández-Val & Galichon, "Quantile and probability curves without crossing",
 * Econometrica 78, 2010.
 */
export const quantiles: Task = {
  ...regression,
  name: 'quantiles',
  refuses: (loss) =>
    loss.coding === 'real' && isAscending(quantilesOf(loss))
      ? undefined
      : 'must have ascending quantiles, as pinball.with({ quantile: [0.1, 0.9] }) has, for quantiles',
  instead: undefined,
  async encode(y, context) {
    const encoded = await regression.encode(y as TargetsLike, context);
    const { values = new Float32Array(), rows } = encoded;
    if (values.length === rows) return encoded;
    throw rangeError(context.name, 'have one number per row', `${values.length / rows} per row`);
  },
  code({ values = new Float32Array(), rows }, loss) {
    const units = quantilesOf(loss).length;
    // Targets that were coded before have a column for each quantile.
    const columns = values.length / rows;
    const targets = new Float32Array(rows * units);
    targets.forEach((_, at) => {
      targets[at] = values[Math.floor(at / units) * columns];
    });
    return { targets, units };
  },
  decide: sorted,
  decode: (decided, { units }) =>
    Array.from({ length: decided.length / units }, (_, row) =>
      Array.from(decided.subarray(row * units, (row + 1) * units)),
    ),
  decisions: (scores, { units }) => ({
    data: sorted(scores, units),
    shape: [scores.length / units, units],
  }),
  *evaluate(loss, { targets, predictions, units }) {
    const ordered = sorted(predictions as Float32Array, units);
    const reports = reportsOf(loss, targets, ordered, units);
    return {
      loss: yield* meanLoss(loss, { targets, predictions: ordered, units }),
      d2: explained(reports, targets, units),
      quantiles: reports,
    };
  },
  spell: ({ values = new Float32Array(), rows }) => {
    const columns = values.length / rows;
    return { data: values.filter((_, at) => at % columns === 0), shape: [rows] };
  },
  scorers: {
    d2: atMost(1, (rows) => explained(reportsIn(rows), rows.truth, rows.units)),
    negPinballLoss: atMost(0, (rows) => -meanOf(reportsIn(rows).map(({ loss }) => loss))),
  } satisfies Record<string, Scorer>,
  defaultScorer: 'd2',
};

/** The quantiles that a loss has, one for each output; none if it has none. */
export function quantilesOf({ config }: Pick<Loss, 'config'>): readonly number[] {
  if (!Object.hasOwn(config, 'quantile')) return [];
  const { quantile } = config;
  return typeof quantile === 'number' ? [quantile] : quantile;
}

const isAscending = (all: readonly number[]) =>
  all.length > 0 && all.every((one, i) => i === 0 || one > all[i - 1]);

/** The numbers of each row in ascending order. */
function sorted(scores: Float32Array, units: number): Float32Array {
  const out = scores.slice();
  for (let at = 0; at < out.length; at += units) out.subarray(at, at + units).sort();
  return out;
}

function reportsOf(
  loss: Pick<Loss, 'config'>,
  targets: ArrayLike<number>,
  predictions: ArrayLike<number>,
  units: number,
): QuantileReport[] {
  const rows = targets.length / units;
  return quantilesOf(loss).map((quantile, unit) => {
    let [covered, sum] = [0, 0];
    for (let at = unit; at < targets.length; at += units) {
      const error = targets[at] - predictions[at];
      if (error <= 0) covered++;
      sum += Math.max(quantile * error, (quantile - 1) * error);
    }
    return { quantile, coverage: covered / rows, loss: sum / rows };
  });
}

const reportsIn = ({ loss = pinball, truth, predictions, units }: TestedRows) =>
  reportsOf(loss, truth, predictions, units);

/**
 * scikit-learn's d2_pinball_score, averaged over the quantiles; NaN for one row. Targets that are all
 * alike have nothing to explain: 1 if they are predicted exactly, otherwise 0.
 */
function explained(
  reports: readonly QuantileReport[],
  targets: ArrayLike<number>,
  units: number,
): number {
  const values = Float64Array.from(
    { length: targets.length / units },
    (_, i) => targets[i * units],
  );
  values.sort();
  if (values.length < 2) return Number.NaN;
  const shares = reports.map(({ quantile, loss }) => {
    const at = quantile * (values.length - 1);
    const [low, high] = [values[Math.floor(at)], values[Math.ceil(at)]];
    const constant = low + (at - Math.floor(at)) * (high - low);
    const usual = values.reduce((sum, value) => {
      const error = value - constant;
      return sum + Math.max(quantile * error, (quantile - 1) * error) / values.length;
    }, 0);
    if (usual === 0) return loss === 0 ? 1 : 0;
    return 1 - loss / usual;
  });
  return meanOf(shares);
}

const meanOf = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
