import {
  confusionStyle,
  type Figure,
  figureMarkup,
  figureSection,
  html,
  type Markup,
  pageText,
  type Section,
  section,
  tableMarkup,
} from '@kernel-methods/report/page';
import type { Comparison } from '../records/comparison.ts';
import { circumstances } from './circumstances.ts';
import { configuration } from './configuration.ts';
import { curveFigures } from './curves.ts';
import { dimsFigure } from './dims.ts';
import { frontFigure } from './front.ts';
import { head, titleOf } from './head.ts';
import { kernelsFigure } from './kernels.ts';
import { mistakes } from './mistakes.ts';
import { probabilitiesFigure, rejectFigure } from './trust.ts';
import { variantsTable } from './variants.ts';

/**
 * The comparison as one page that opens without a network: the plots are drawn here, and its
 * content policy forbids to load anything.
 */
export async function htmlReport(comparison: Comparison): Promise<string> {
  return pageText({
    title: titleOf(comparison),
    head: head(comparison),
    sections: sectionsOf(comparison),
    foot: 'Made by mnist-bench of kernel-methods. Everything is in this file; nothing is loaded.',
    style: confusionStyle + style,
  });
}

function sectionsOf(comparison: Comparison): Section[] {
  const plots = [frontFigure(comparison), dimsFigure(comparison), kernelsFigure(comparison)];
  return [
    section('variants', 'Variants', variantsTable(comparison)),
    ...plots.map((figure) => figure && figureSection(figure)),
    section('learning-curves', 'Learning curves', curves(curveFigures(comparison))),
    ...[rejectFigure(comparison), probabilitiesFigure(comparison)].map(
      (figure) => figure && figureSection(figure),
    ),
    section('mistakes', 'What was taken for what', mistakes(comparison)),
    section('skipped', 'Skipped', skipped(comparison)),
    section('failed', 'Failed', failed(comparison)),
    section('configuration', 'Configuration', configuration(comparison)),
    section('machine', 'Machine and data', circumstances(comparison)),
  ].filter((one) => one !== null);
}

function curves(figures: readonly Figure[]): Markup | null {
  if (figures.length === 0) return null;
  return html`<p class="quiet">Of the most accurate variants that have epochs, the first seed of each.</p>
<div class="pair">
${figures.map((figure) => figureMarkup(figure, 3))}</div>`;
}

/** Combinations that make no sense, with the reason of each. */
function skipped(comparison: Comparison): Markup | null {
  if (comparison.skipped.length === 0) return null;
  return tableMarkup('Skipped combinations', {
    columns: ['Combination', 'Why it was not run'],
    rows: comparison.skipped.map(({ variant, reason }) => [variant, withCode(reason)]),
  });
}

/** Runs that ended without a result, with the reason of each. */
function failed({ records }: Comparison): Markup | null {
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

/** The style of what only this report has: digits, which are white on black. */
const style = `.digits { list-style: none; padding: 0; margin: 0.75rem 0 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: 1rem; }
.digits img { display: block; width: 84px; height: 84px; image-rendering: pixelated; border-radius: 6px; background: #000; filter: invert(1); }
.digits span { display: block; font-size: 0.8125rem; line-height: 1.35; margin-top: 0.35rem; }
@media screen and (prefers-color-scheme: dark) { .digits img { filter: none; } }
@media print { .digits li { break-inside: avoid; } }
`;
