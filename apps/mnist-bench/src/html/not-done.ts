import { html, type Markup, tableMarkup } from '@kernel-methods/report/page';
import type { Comparison } from '../records/comparison.ts';

/** Combinations that make no sense, with the reason of each. */
export function skipped(comparison: Comparison): Markup | null {
  if (comparison.skipped.length === 0) return null;
  return tableMarkup('Skipped combinations', {
    columns: ['Combination', 'Why it was not run'],
    rows: comparison.skipped.map(({ variant, reason }) => [variant, withCode(reason)]),
  });
}

/** Runs that ended without a result, with the reason of each. */
export function failed({ records }: Comparison): Markup | null {
  const rows = records.filter(({ status }) => status !== 'done');
  if (rows.length === 0) return null;
  return html`${tableMarkup('Failed runs', {
    columns: ['Variant', 'Seed', 'Repeat', 'After', 'Why'],
    rows: rows.map(({ variant, seed, repeat, processSeconds, status, reason }) => [
      variant,
      `${seed}`,
      `${repeat + 1}`,
      `${processSeconds.toFixed(1)} s`,
      withCode(reason ?? status),
    ]),
  })}`;
}

/** What stands in backticks, as code. */
const withCode = (text: string): Markup =>
  html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
