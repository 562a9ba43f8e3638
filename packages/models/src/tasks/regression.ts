import { evaluateRegression } from '../data/evaluation.ts';
import { realTargets, requireColumns, requireOnePerRow, type TargetsLike } from '../data/labels.ts';
import type { NumericArray } from '../data/rows.ts';
import { regressionScorers } from './regression-scorers.ts';
import type { TargetCollector, Task } from './task.ts';

/** One number per row, or several with one output each. The scores are the predictions. */
export const regression: Task = {
  name: 'regression',
  hasClasses: false,
  reportsAccuracy: false,
  refuses: ({ coding }) =>
    coding === 'real'
      ? undefined
      : 'must be one for numbers, such as meanSquaredError or huber, in a regression',
  async encode(y, { name, rows, rowsName, signal }) {
    const { values, width } = await realTargets(y as TargetsLike, name, signal);
    requireOnePerRow(name, values.length / width, rows, rowsName);
    return { rows: values.length / width, values };
  },
  code: ({ values, rows }) => ({
    targets: values as Float32Array,
    units: (values as Float32Array).length / rows,
  }),
  startingBias({ targets, units }, weights) {
    const sums = new Float64Array(units);
    let total = 0;
    for (let row = 0; row * units < targets.length; row++) {
      const weight = weights === undefined ? 1 : weights[row];
      total += weight;
      for (let u = 0; u < units; u++) sums[u] += weight * targets[row * units + u];
    }
    return Float32Array.from(sums, (sum) => sum / total);
  },
  collect: () => new NumberCollector(),
  decide: (scores) => scores,
  decode: (decided, { units }) => numbersPerRow(decided, units),
  decisions: (scores, { units }) => ({
    data: scores,
    shape: units === 1 ? [scores.length] : [scores.length / units, units],
  }),
  evaluate: evaluateRegression,
  spell: ({ values, rows }) => ({
    data: values as Float32Array,
    shape: [rows, (values as Float32Array).length / rows],
  }),
  truth: ({ values }) => values as Float32Array,
  scorers: regressionScorers,
  defaultScorer: 'r2',
};

/** One number per row, or an array per row if there are several. */
export function numbersPerRow(values: ArrayLike<number>, units: number): (number | number[])[] {
  const all = Array.from(values);
  if (units === 1) return all;
  return Array.from({ length: all.length / units }, (_, row) =>
    all.slice(row * units, (row + 1) * units),
  );
}

class NumberCollector implements TargetCollector {
  readonly #kept: number[] = [];
  #width: number | undefined;

  async add(y: TargetsLike, name: string, keep: boolean): Promise<number> {
    const { values, width } = await realTargets(y, name);
    this.#width = requireColumns(name, width, this.#width);
    if (keep) for (const value of values) this.#kept.push(value);
    return values.length / width;
  }

  classes(): undefined {}

  all(): NumericArray {
    const width = this.#width ?? 1;
    return { data: this.#kept, shape: [this.#kept.length / width, width] };
  }
}
