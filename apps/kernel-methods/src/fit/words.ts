import { minus, percent } from '@kernel-methods/report';
import type { Machine, Question } from '@kernel-methods/search';

const kernelWords: Readonly<Record<string, string>> = {
  gaussian: 'gaussian kernel',
  laplacian: 'laplacian kernel',
  rationalQuadratic: 'rational quadratic kernel',
};

const lossWords: Readonly<Record<string, string>> = {
  meanSquaredError: 'least squares',
  hinge: 'hinge loss',
  squaredHinge: 'squared hinge loss',
  softmaxCrossEntropy: 'logistic loss',
  logistic: 'logistic loss',
  huber: 'Huber loss',
};

/** Solvers that find more than the least loss. */
const solverWords: Readonly<Record<string, string>> = {
  pairwise: ' and pairs of classes',
};

/** What one says who knows the targets alone. */
export const baselineName: Readonly<Record<Question['task'], string>> = {
  classification: 'the most frequent class',
  regression: 'the mean',
  multilabel: 'the labels of most rows',
};

/** What falls where a column is shuffled: the `score` of a model, whatever metric it was chosen by. */
export const importanceName: Readonly<Record<Question['task'], string>> = {
  classification: 'accuracy',
  regression: 'R²',
  multilabel: 'accuracy',
};

/** A machine in a few words: "laplacian kernel at 1.41 × the median distance, least squares". */
export function inWords({ map, kernel, share, loss, solver, c }: Machine): string {
  const by = map === 'randomFourierFeatures' ? ' by random features' : '';
  const first =
    kernel === undefined
      ? 'linear'
      : `${kernelWords[kernel] ?? kernel}${by} at ${share} × the median distance`;
  const second = `${lossWords[loss] ?? loss}${solverWords[solver] ?? ''}`;
  return `${first}, ${second}${c === undefined ? '' : `, C ${c}`}`;
}

const metricWords: Readonly<Record<string, string>> = {
  balancedAccuracy: 'balanced accuracy',
  f1Macro: 'F1 (macro)',
  f1Micro: 'F1 (micro)',
  rankingAveragePrecision: 'ranking precision',
  rocAuc: 'area under ROC',
  r2: 'R²',
};

/** Metrics that are errors. Greater scores are better, so these are negative; people read the error itself. */
const errorWords: Readonly<Record<string, string>> = {
  negHammingLoss: 'Hamming loss',
  logLoss: 'log loss',
  negMeanSquaredError: 'mean squared error',
  negMeanAbsoluteError: 'mean absolute error',
};

/** Whether a metric is an error, of which people read that less is better. */
export const isError = (metric: string): boolean => Object.hasOwn(errorWords, metric);

/** The name of a metric for people. */
export const metricName = (metric: string): string =>
  errorWords[metric] ?? metricWords[metric] ?? metric;

/** The same where it heads figures: "log loss (less is better)". */
export const metricTitle = (metric: string): string =>
  isError(metric) ? `${metricName(metric)} (less is better)` : metricName(metric);

/** A score as people read it: an error without the sign. */
export const asRead = (metric: string, score: number): number => (isError(metric) ? -score : score);

/** Four digits that mean something. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return `${value}`;
  const size = Math.abs(value);
  // What rounding leaves of nothing has no sign.
  if (size <= 1e-9) return (0).toFixed(4);
  return minus(isPlain(size) ? value.toFixed(4) : `${Number(value.toPrecision(4))}`);
}

/** The same for numbers that stand beside each other: those too small for four decimals have no more. */
export function figures(values: readonly number[]): string[] {
  const arePlain = values.some((value) => isPlain(Math.abs(value)));
  return values.map((value) => {
    const isTiny = Math.abs(value) < 0.001;
    return arePlain && isTiny
      ? minus(value.toFixed(4).replace(/^-(?=0\.0000$)/, ''))
      : figure(value);
  });
}

const isPlain = (size: number) => size >= 0.001 && size < 1000;

/** "0.8529 ± 0.0041": the mean of scores as people read it, and their deviation. */
export const meanText = (
  metric: string,
  { mean, deviation }: { readonly mean: number; readonly deviation: number },
): string => figures([asRead(metric, mean), deviation]).join(' ± ');

/** "95 % of rows get a class, and 98 % of these the right one." */
export const rejectingText = ({ kept, right }: { kept: number; right: number }): string =>
  `${percent(kept)} of rows get a class, and ${percent(right)} of these the right one.`;
