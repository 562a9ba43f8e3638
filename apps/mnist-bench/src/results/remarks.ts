import { count, cut, type Output, plural, shorten, wrap } from '@kernel-methods/report';
import type { Comparison } from '../records/comparison.ts';
import { groupBy } from '../records/identity.ts';
import { nameOf } from './cells.ts';
import { mixedRuns } from './warnings.ts';

const most = 5;

/** What stands under the table: the mark, the data, what failed and why, what was skipped. */
export function remarks(
  comparison: Comparison,
  style: Pick<Output, 'bold' | 'dim'>,
  width: number,
): string[] {
  const { variants, skipped, aborted } = comparison;
  const data = dataText(comparison);
  const failed = variants.filter(({ failures }) => failures.length > 0);
  const failures = failed.reduce((sum, variant) => sum + variant.failures.length, 0);
  const marked = variants.some(({ front }) => front);
  return [
    ...(marked ? wrap('● no other is both faster and as accurate', width).map(style.dim) : []),
    ...(data === '' ? [] : wrap(`On ${data}`, width).map(style.dim)),
    ...mixedRuns(comparison).flatMap((text) => ['', ...wrap(text, width, Infinity)]),
    ...(aborted ? ['', ...wrap('Stopped: what was done by then is here.', width)] : []),
    ...(failures > 0 ? ['', cut(`${plural(failures, 'run')} failed:`, width)] : []),
    ...failed.flatMap((variant) => [
      `  ${shorten(nameOf(variant), Math.max(1, width - 2))}`,
      ...counted(variant.failures).flatMap(([reason, { length }]) =>
        indented(length > 1 ? `${length} times: ${reason}` : reason, width).map(style.dim),
      ),
    ]),
    ...skips(skipped, style, width),
  ];
}

/** A matrix skips many for the same reason: by reason they are few. */
function skips(
  skipped: Comparison['skipped'],
  style: Pick<Output, 'dim'>,
  width: number,
): string[] {
  if (skipped.length === 0) return [];
  const reasons = [...groupBy(skipped, ({ reason }) => reason)];
  const rest = reasons.slice(most).reduce((sum, [, { length }]) => sum + length, 0);
  return [
    '',
    cut(`${plural(skipped.length, 'combination')} skipped:`, width),
    ...reasons.slice(0, most).flatMap(([reason, skips]) => {
      const others = skips.length > 1 ? ` and ${skips.length - 1} more` : '';
      return [
        `${cut(`  ${skips[0].variant}`, width - others.length)}${others}`,
        ...indented(reason, width).map(style.dim),
      ];
    }),
    ...(rest > 0 ? [cut(`  and ${rest} for other reasons`, width)] : []),
  ];
}

const indented = (text: string, width: number) =>
  wrap(text, Math.max(1, width - 4)).map((line) => `    ${line}`);

const counted = (texts: readonly string[]) => [...groupBy(texts, (text) => text)];

/**
 * What the runs were on: "MNIST (9,600–48,000 training rows), synthetic digits (800 training rows)".
 * Empty where none tells it.
 */
export function dataText({ records }: Pick<Comparison, 'records'>): string {
  const datasets = records.flatMap(({ outcome }) => outcome?.dataset ?? []);
  return [...groupBy(datasets, ({ name }) => name)]
    .map(([name, all]) => {
      const rows = all.map(({ rows: { train } }) => train);
      const between = [...new Set([Math.min(...rows), Math.max(...rows)])];
      return `${name} (${between.map(count).join('–')} training rows)`;
    })
    .join(', ');
}
