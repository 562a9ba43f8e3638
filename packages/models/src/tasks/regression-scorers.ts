import { meanSquaredError } from '@kernel-methods/losses';
import { inTurns } from '@kernel-methods/simd';
import { evaluateRegression } from '../data/evaluation.ts';
import { atMost, type Scorer, type TestedRows } from './scorer.ts';
import { UndefinedScoreError } from './undefined-score.ts';

export const regressionScorers = {
  r2: atMost(1, (rows) => {
    requireSpread(rows);
    return regressionOf(rows).then(({ r2 }) => r2 as number);
  }),
  negMeanSquaredError: atMost(0, async (rows) => -(await regressionOf(rows)).loss),
  negMeanAbsoluteError: atMost(0, ({ truth, predictions }) => {
    let sum = 0;
    for (let i = 0; i < truth.length; i++) sum += Math.abs(truth[i] - predictions[i]);
    return -sum / truth.length;
  }),
} satisfies Record<string, Scorer>;

/** R² is not defined for targets without spread: it would be 0/0 or −∞. */
function requireSpread({ truth, units }: TestedRows): void {
  const rows = truth.length / units;
  for (let unit = 0; unit < units; unit++) {
    let row = 1;
    while (row < rows && truth[row * units + unit] === truth[unit]) row++;
    if (row < rows) continue;
    const received = rows === 1 ? 'one row' : `${rows} rows of ${truth[unit]}`;
    throw new UndefinedScoreError(
      `\`scoring\` 'r2' needs targets that differ in each fold's test. Received: ${received}.`,
    );
  }
}

const regressionOf = ({ truth, predictions, units }: TestedRows) =>
  inTurns(
    evaluateRegression(meanSquaredError, {
      targets: truth as Float32Array,
      predictions: predictions as Float32Array,
      units,
    }),
  );
