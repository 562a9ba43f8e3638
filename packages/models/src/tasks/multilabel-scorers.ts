import {
  countsOf,
  f1Macro,
  f1Micro,
  hammingLoss,
  rankingScores,
  subsetAccuracy,
} from './label-metrics.ts';
import { atMost, type Scorer, type TestedRows } from './scorer.ts';

export const multilabelScorers = {
  accuracy: atMost(1, (rows) => subsetAccuracy(labelled(rows))),
  f1Micro: atMost(1, (rows) => f1Micro(countsOf(labelled(rows)))),
  f1Macro: atMost(1, (rows) => f1Macro(countsOf(labelled(rows)))),
  negHammingLoss: atMost(0, (rows) => -hammingLoss(labelled(rows))),
  rankingAveragePrecision: atMost(1, (rows) => rankingOf(rows).averagePrecision),
  negRankingLoss: atMost(0, (rows) => -rankingOf(rows).rankingLoss),
} satisfies Record<string, Scorer>;

const labelled = ({ truth, predictions, units }: TestedRows) => ({
  ...{ truth, predictions, labels: units },
});

const rankingOf = ({ truth, decisions, units }: TestedRows) =>
  rankingScores(truth, decisions, units);
