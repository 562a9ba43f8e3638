import { meanSquaredError } from '@kernel-methods/losses';
import { evaluateRegression } from '../data/evaluation.ts';
import type { Scorer, TestedRows } from './scorer.ts';

export const regressionScorers = {
  r2: (rows) => regressionOf(rows).r2 as number,
  negMeanSquaredError: (rows) => -regressionOf(rows).loss,
  negMeanAbsoluteError({ truth, predictions }) {
    let sum = 0;
    for (let i = 0; i < truth.length; i++) sum += Math.abs(truth[i] - predictions[i]);
    return -sum / truth.length;
  },
} satisfies Record<string, Scorer>;

const regressionOf = ({ truth, predictions, units }: TestedRows) =>
  evaluateRegression(meanSquaredError, {
    targets: truth as Float32Array,
    predictions: predictions as Float32Array,
    units,
  });
