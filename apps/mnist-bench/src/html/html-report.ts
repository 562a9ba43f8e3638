import {
  type Figure,
  figureMarkup,
  figureSection,
  html,
  type Markup,
  pageText,
  type Section,
  section,
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
import { failed, skipped } from './not-done.ts';
import { style } from './style.ts';
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
    style,
  });
}

function sectionsOf(comparison: Comparison): Section[] {
  const plots = [frontFigure(comparison), dimsFigure(comparison), kernelsFigure(comparison)];
  return [
    section('variants', 'Variants', variantsTable(comparison)),
    ...plots.map((figure) => figure && figureSection(figure)),
    section('learning-curves', 'Learning curves', curves(curveFigures(comparison))),
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
