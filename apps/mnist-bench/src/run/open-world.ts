import type { NoveltyEvaluation, OpenWorldEvaluation } from '@kernel-methods/models';
import type { OpenReport } from '../records/run-record.ts';

/** What a classifier that may reject rows does with known and unknown ones. */
export const openOfRejection = (found: OpenWorldEvaluation): OpenReport => ({
  coverage: found.coverage,
  answeredAccuracy: orNull(1 - found.risk),
  recall: orNull(found.recall),
  auroc: orNull(found.auroc),
  curve: found.curve.map(({ coverage, risk }) => ({ coverage, risk })),
});

/** What a model of one kind does with rows of that kind and with others. */
export const openOfNovelty = (found: NoveltyEvaluation): OpenReport => ({
  coverage: 1 - found.falseAlarms,
  answeredAccuracy: null,
  recall: orNull(found.recall),
  auroc: orNull(found.auroc),
  curve: null,
});

/** A share of no rows is no number. */
const orNull = (value: number) => (Number.isFinite(value) ? value : null);
