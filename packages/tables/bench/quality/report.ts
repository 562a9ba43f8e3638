import type { Bar } from '../bar.ts';
import type { Quality, Scored } from './measure.ts';

/** The search may be so far below the best of scikit-learn's machines on a table. */
const MARGIN = 0.005;
/** What a third of an SVC on all rows takes, where it is not measured. */
const SVC_SECONDS = 46;
const ADULT_MARGIN = 0.003;

export function qualityLine(quality: Quality): string {
  const { name, metric, how, defaults, search, best, from, boosting } = quality;
  // Folds that are drawn otherwise move the scores of few rows by more than the margin.
  const others = how === 'repeated folds' && from === 'references.json' ? 'on other folds: ' : '';
  return `${name.padEnd(18)} ${metric} on ${how}: defaults ${defaults.score.toFixed(4)} (${defaults.seconds.toFixed(1)} s), search ${search.score.toFixed(4)} (${search.seconds.toFixed(0)} s), ${others}${best.model} ${best.score.toFixed(4)}, boosting ${boosting.toFixed(4)}`;
}

const machineNames: Readonly<Record<string, string>> = {
  svmRbf: 'SVC or SVR',
  svmRbfAllRows: 'SVC',
  rff2048: 'RBFSampler',
  nystroem: 'Nystroem',
  linear: 'linear',
};
const metricNames: Readonly<Record<string, string>> = {
  r2: 'R²',
  average_precision: 'average precision',
};

/** The table of the README. */
export function markdownOf(qualities: readonly Quality[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = ['table', 'rows', 'score', 'defaults', 'search'];
  const titles = [...head, "scikit-learn's best machine", 'gradient boosting'];
  const lines = qualities.map(({ name, rows, metric, defaults, search, best, boosting }) =>
    row([
      ...[name, `${rows}`, metricNames[metric] ?? metric],
      ...[defaults, search].map(({ score }) => score.toFixed(4)),
      `${best.score.toFixed(4)} (${machineNames[best.model] ?? best.model})`,
      boosting.toFixed(4),
    ]),
  );
  return [row(titles), row(titles.map(() => '---')), ...lines].join('\n');
}

/** Each table within the margin, and the mean over all at least theirs. */
export function qualityBars(qualities: readonly Quality[]): Bar[] {
  if (qualities.length === 0) return [];
  const each = qualities.map(({ name, search, best }) =>
    atLeast(name, 'score of the search', search.score, best.score - MARGIN),
  );
  const mean = (of: (quality: Quality) => number) =>
    qualities.reduce((sum, quality) => sum + of(quality), 0) / qualities.length;
  const [ours, theirs] = [mean(({ search }) => search.score), mean(({ best }) => best.score)];
  return [...each, atLeast('all tables', 'mean score of the search', ours, theirs)];
}

/** From file to saved model. */
export function adultBars({ seconds, score }: Scored, { best, peers }: Quality): Bar[] {
  const svc = peers.svmRbfAllRows as Partial<Scored> | undefined;
  const limit = (svc?.seconds ?? SVC_SECONDS) / 3;
  return [
    atLeast('adult', 'accuracy of the saved model', score, best.score - ADULT_MARGIN),
    {
      row: 'adult',
      name: 'seconds from file to saved model',
      value: seconds,
      atMost: limit,
      met: seconds <= limit,
    },
  ];
}

const atLeast = (row: string, name: string, value: number, least: number): Bar => ({
  ...{ row, name, value, atLeast: least },
  met: value >= least,
});
