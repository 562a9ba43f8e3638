import { rocArea } from './roc-area.ts';
import { atMost, type Scorer, type TestedRows } from './scorer.ts';

export const classificationScorers = {
  accuracy: atMost(
    1,
    ({ truth, predictions }) => countWhere(truth, (c, i) => c === predictions[i]) / truth.length,
  ),
  balancedAccuracy: atMost(1, (rows) =>
    mean(
      counts(rows)
        .filter(({ there }) => there > 0)
        .map(({ hits, there }) => hits / there),
    ),
  ),
  f1Macro: atMost(1, (rows) =>
    mean(
      counts(rows)
        .filter(({ there, claimed }) => there + claimed > 0)
        .map(({ hits, there, claimed }) => (2 * hits) / (there + claimed)),
    ),
  ),
  logLoss: atMost(0, async (rows) => {
    const { truth, classes = [] } = rows;
    const p = await rows.probabilities();
    let sum = 0;
    for (let row = 0; row < truth.length; row++) {
      const own = p[row * classes.length + truth[row]];
      sum += Math.log(Math.min(1 - SMALLEST, Math.max(SMALLEST, own)));
    }
    return sum / truth.length;
  }),
  rocAuc: atMost(1, async (rows) => {
    const { truth, classes = [], decisions, units } = rows;
    if (units === 1) return rocArea(truth, 1, (row) => decisions[row], classes);
    const p = await rows.probabilities();
    return mean(classes.map((_, c) => rocArea(truth, c, (row) => p[row * units + c], classes)));
  }),
} satisfies Record<string, Scorer>;

/** Probabilities are float32 and are clipped at the same distance from 0 as in scikit-learn. */
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

/** For each class: its rows, the rows predicted as this class, and the rows that are both. */
function counts({ classes = [], truth, predictions }: TestedRows) {
  const all = classes.map(() => ({ there: 0, claimed: 0, hits: 0 }));
  truth.forEach((c: number, i: number) => {
    all[c].there++;
    all[predictions[i]].claimed++;
    if (predictions[i] === c) all[c].hits++;
  });
  return all;
}
