import { type Spread, spreadOf } from '@kernel-methods/report';
import type { Sort } from '../options/comparison-options.ts';
import type { Comparison, OpenFigure, VariantSummary } from '../records/comparison.ts';
import { groupBy, identityOf, latest } from '../records/identity.ts';
import type { RunRecord } from '../records/run-record.ts';
import { paretoFront } from './front.ts';
import { meanAccuracy, type Tested, testedBySeed } from './tested-by-seed.ts';

/** All that a comparison found, its variants sorted. */
export function createComparison({
  records,
  sort,
  ...rest
}: Omit<Comparison, 'version' | 'variants'> & { readonly sort: Sort }): Comparison {
  const { aborted, startedAt, machine, skipped } = rest;
  return {
    version: 1,
    aborted,
    startedAt,
    machine,
    records: latest(records),
    skipped,
    variants: sortVariants(summarize(records), sort),
  };
}

/** One summary per variant, in the order in which the variants first occur. */
export function summarize(records: readonly RunRecord[]): VariantSummary[] {
  const groups = groupBy(latest(records), (record) =>
    JSON.stringify([record.variant, identityOf(record)]),
  );
  const rows = [...groups.values()].map((runs) => ({
    summary: summaryOf(runs),
    dataset: runs.flatMap(({ outcome }) => outcome?.dataset?.name ?? [])[0],
  }));
  const front = new Set([...groupBy(rows, ({ dataset }) => dataset).values()].flatMap(frontOf));
  return rows.map(({ summary }) => ({ ...summary, front: front.has(summary) }));
}

type Summary = Omit<VariantSummary, 'front'>;

function summaryOf(runs: readonly RunRecord[]): Summary {
  const [{ variant, system, config }] = runs;
  const done = runs.filter(({ status }) => status === 'done');
  return {
    variant,
    system,
    config,
    runs: done.length,
    failures: runs
      .filter(({ status }) => status !== 'done')
      .map(({ reason, status }) => reason ?? status),
    accuracy: accuracyOf([...testedBySeed(done).values()]),
    ...openOf(done),
    seconds: spreadOf(done.map(({ processSeconds }) => processSeconds)),
    memory: spreadOf(done.flatMap(({ outcome }) => outcome?.peakMemory ?? [])),
  };
}

/** Absent where no run tells of unknown rows. The repeats of a seed are alike. */
function openOf(done: readonly RunRecord[]): Pick<VariantSummary, 'open'> {
  const first = [...groupBy(done, ({ seed }) => seed).values()].map(([record]) => record);
  const reports = first.flatMap(({ outcome }) => outcome?.open ?? []);
  if (reports.length === 0) return {};
  const of = (name: OpenFigure) => spreadOf(reports.flatMap((report) => report[name] ?? []));
  return {
    open: {
      auroc: of('auroc'),
      coverage: of('coverage'),
      answeredAccuracy: of('answeredAccuracy'),
      recall: of('recall'),
    },
  };
}

function accuracyOf(tested: readonly Tested[]): Spread | null {
  const spread = spreadOf(tested.map(({ accuracy }) => accuracy));
  return spread && { ...spread, mean: meanAccuracy(tested) };
}

/** The front is drawn among the variants of one data set. */
function frontOf(rows: readonly { readonly summary: Summary }[]): Summary[] {
  const points = rows.flatMap(({ summary }) =>
    summary.accuracy && summary.seconds
      ? { summary, accuracy: summary.accuracy.mean, seconds: summary.seconds.median }
      : [],
  );
  return paretoFront(points).map(({ summary }) => summary);
}

/** Best first; equal ones by what else tells them apart; those without a figure last. */
export function sortVariants(variants: readonly VariantSummary[], by: Sort): VariantSummary[] {
  const order = [costs[by], ...Object.values(costs)];
  return variants.toSorted((a, b) => {
    for (const cost of order) {
      const [left, right] = [cost(a), cost(b)];
      // Not their difference: of two infinities that is no number.
      if (left !== right) return left < right ? -1 : 1;
    }
    return a.variant < b.variant ? -1 : a.variant > b.variant ? 1 : 0;
  });
}

/** The less the better. */
const costs: Record<Sort, (variant: VariantSummary) => number> = {
  accuracy: ({ accuracy }) => -(accuracy?.mean ?? Number.NEGATIVE_INFINITY),
  seconds: ({ seconds }) => seconds?.median ?? Number.POSITIVE_INFINITY,
  memory: ({ memory }) => memory?.median ?? Number.POSITIVE_INFINITY,
};
