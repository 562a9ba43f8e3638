import { rangeError, shown } from '@kernel-methods/check';
import { meanLoss } from '../data/evaluation.ts';
import { realTargets, requireOnePerRow, type TargetsLike } from '../data/labels.ts';
import { rocArea } from '../tasks/roc-area.ts';
import { atMost } from '../tasks/scorer.ts';
import type { TargetCollector, Task } from '../tasks/task.ts';

/**
 * Rows that are all of one kind, to which new rows belong, 1, or not, −1. There are no targets in
 * training; those of an evaluation are 1 and −1.
 */
export const novelty: Task = {
  name: 'novelty',
  hasClasses: false,
  reportsAccuracy: false,
  refuses: () => undefined,
  async encode(y, { name, rows, rowsName }) {
    if (y === undefined) return { rows, values: new Float32Array(rows).fill(1) };
    const values = await signsOf(y, name);
    requireOnePerRow(name, values.length, rows, rowsName);
    return { rows: values.length, values };
  },
  code: ({ values }) => ({ targets: values as Float32Array, units: 1 }),
  startingBias: () => new Float32Array(1),
  collect: () => new RowCounter(),
  decide: (scores) => Int32Array.from(scores, (score) => (score < 0 ? -1 : 1)),
  decode: (decided) => Array.from(decided),
  decisions: (scores) => ({ data: scores, shape: [scores.length] }),
  *evaluate(loss, batch) {
    const { predictions, targets } = batch;
    const hits = Array.from(predictions).filter((score, row) => score < 0 === targets[row] < 0);
    return { loss: yield* meanLoss(loss, batch), accuracy: hits.length / targets.length };
  },
  spell: ({ values, rows }) => ({ data: values as Float32Array, shape: [rows, 1] }),
  truth: ({ values }) => values as Float32Array,
  scorers: {
    rocAuc: atMost(1, ({ truth, decisions }) =>
      rocArea(truth, 1, (row) => decisions[row], [-1, 1]),
    ),
  },
  defaultScorer: 'rocAuc',
};

/**
 * Which rows are of the known kind: 1, or −1.
 *
 * @throws RangeError or TypeError unless each is 1 or −1.
 */
export async function signsOf(y: TargetsLike, name: string): Promise<Float32Array> {
  const { values, width } = await realTargets(y, name);
  const rule = 'hold 1 for a row of the known kind, and −1 for any other, one per row';
  if (width !== 1) throw rangeError(name, rule, `${width} per row`);
  const at = values.findIndex((value) => Math.abs(value) !== 1);
  if (at >= 0) throw rangeError(name, rule, `${shown(values[at])} in row ${at}`);
  return values;
}

/** All targets of a stream are 1. */
class RowCounter implements TargetCollector {
  #rows = 0;

  async add(y: TargetsLike): Promise<number> {
    const { length } = y as ArrayLike<number>;
    this.#rows += length;
    return length;
  }

  classes(): undefined {}

  all(): Float32Array {
    return new Float32Array(this.#rows).fill(1);
  }
}
