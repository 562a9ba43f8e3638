import type { VariantSummary } from '../comparison/comparison.ts';
import type { RunRecord } from '../comparison/record.ts';
import { paretoFront } from './front.ts';
import { groupBy } from './group-by.ts';
import { identityOf } from './identity.ts';
import { latest } from './latest.ts';
import { spreadOf } from './spread.ts';
import { testedBySeed } from './tested-by-seed.ts';

/** A summary a variant, in the order in which they first occur. */
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
    accuracy: spreadOf([...testedBySeed(done).values()].map(({ accuracy }) => accuracy)),
    seconds: spreadOf(done.map(({ processSeconds }) => processSeconds)),
    memory: spreadOf(done.flatMap(({ outcome }) => outcome?.peakMemory ?? [])),
  };
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
