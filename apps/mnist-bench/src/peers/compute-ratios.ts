import type { Comparison, VariantSummary } from '../records/comparison.ts';
import { identityOf } from '../records/identity.ts';
import type { PeerConfig } from '../records/job.ts';
import { sameMethod } from './same-method.ts';

/** A peer beside those runs of ours that it is to be held against. */
export interface Against {
  readonly peer: VariantSummary;
  readonly rivals: readonly Rival[];
}

export interface Rival {
  readonly ours: VariantSummary;
  /** Ours is the fastest that is at least as accurate; or it does the same; or both. */
  readonly by: 'as accurate' | 'same method' | 'as accurate, same method';
  /** The peer's seconds over ours, medians of whole processes: above 1 ours is faster. */
  readonly times: number;
  /** Our test accuracy less the peer's, means over seeds. */
  readonly difference: number;
  /** Training rows of ours where the peer had another number. */
  readonly rows: number | null;
}

/**
 * Every peer that was run to its end, beside our fastest variant that is at least as accurate and the one
 * that does the same, on the same data set. Those with the same number of rows come before others.
 */
export function ratiosOf(comparison: Comparison): Against[] {
  const measured = comparison.variants.flatMap((summary) => measuredOf(summary, comparison));
  const all = measured.filter(({ summary }) => summary.system === 'kernel-methods');
  return measured
    .filter(({ summary }) => summary.system !== 'kernel-methods')
    .map((peer) => {
      const onSame = all.filter(({ dataset }) => dataset === peer.dataset);
      const sameRows = onSame.filter(({ rows }) => rows === peer.rows);
      return {
        peer: peer.summary,
        rivals: rivalsOf(peer, sameRows.length > 0 ? sameRows : onSame),
      };
    });
}

interface Measured {
  readonly summary: VariantSummary;
  readonly accuracy: number;
  readonly seconds: number;
  readonly dataset: string;
  readonly rows: number;
}

function measuredOf(summary: VariantSummary, { records }: Comparison): Measured[] {
  const { accuracy, seconds, variant } = summary;
  const identity = identityOf(summary);
  const dataset = records.find(
    (record) =>
      record.outcome?.dataset && record.variant === variant && identityOf(record) === identity,
  )?.outcome?.dataset;
  if (!accuracy || !seconds || !dataset) return [];
  const { train, validation } = dataset.rows;
  return [
    {
      summary,
      accuracy: accuracy.mean,
      seconds: seconds.median,
      dataset: dataset.name,
      rows: train + validation,
    },
  ];
}

function rivalsOf(peer: Measured, ours: readonly Measured[]): Rival[] {
  const fastest = (some: readonly Measured[]) =>
    some.toSorted((a, b) => a.seconds - b.seconds).slice(0, 1);
  const accurate = fastest(ours.filter(({ accuracy }) => accuracy >= peer.accuracy));
  const options = sameMethod(peer.summary.config as PeerConfig);
  const alike = fastest(ours.filter(({ summary }) => options && has(summary.config, options)));
  const both = accurate[0] !== undefined && accurate[0] === alike[0];
  const rival = (by: Rival['by']) => (own: Measured) => ({
    ours: own.summary,
    by,
    times: peer.seconds / own.seconds,
    difference: own.accuracy - peer.accuracy,
    rows: own.rows === peer.rows ? null : own.rows,
  });
  if (both) return accurate.map(rival('as accurate, same method'));
  return [...accurate.map(rival('as accurate')), ...alike.map(rival('same method'))];
}

function has(config: object, options: object): boolean {
  const values = config as Readonly<Record<string, unknown>>;
  return Object.entries(options).every(([name, value]) => [value].flat().includes(values[name]));
}
