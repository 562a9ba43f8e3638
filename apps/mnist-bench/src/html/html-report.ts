import { createHash } from 'node:crypto';
import type { Comparison } from '../comparison/comparison.ts';
import type { Figure } from './figure.ts';
import { html, type Markup, trusted } from './markup.ts';
import { curveFigures } from './plots/curves.ts';
import { dimsFigure } from './plots/dims.ts';
import { frontFigure } from './plots/front.ts';
import { kernelsFigure } from './plots/kernels.ts';
import { circumstances } from './sections/circumstances.ts';
import { configuration } from './sections/configuration.ts';
import { figureMarkup } from './sections/figure.ts';
import { head, titleOf } from './sections/head.ts';
import { mistakes } from './sections/mistakes.ts';
import { failed, skipped } from './sections/not-done.ts';
import { variantsTable } from './sections/variants.ts';
import { sortScript } from './sort-script.ts';
import { style } from './style/style.ts';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly markup: Markup;
}

/**
 * The comparison as one page that opens without a network: the plots are drawn here, and its
 * content policy forbids to load anything.
 */
export async function htmlReport(comparison: Comparison): Promise<string> {
  const sections = sectionsOf(comparison);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '${hashOf(sortScript)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${titleOf(comparison)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
${head(
  comparison,
  sections.map(({ id, title }) => [id, title]),
)}
<main id="main" tabindex="-1">
${sections.map(({ markup }) => markup)}</main>
<footer>Made by mnist-bench of kernel-methods. Everything is in this file; nothing is loaded.</footer>
<script>${trusted(sortScript)}</script>
</body>
</html>
`.markup;
}

function sectionsOf(comparison: Comparison): Section[] {
  const plots = [frontFigure(comparison), dimsFigure(comparison), kernelsFigure(comparison)];
  return [
    section('variants', 'Variants', variantsTable(comparison)),
    ...plots.map((figure) => figure && ofFigure(figure)),
    section('learning-curves', 'Learning curves', curves(curveFigures(comparison))),
    section('mistakes', 'What was taken for what', mistakes(comparison)),
    section('skipped', 'Skipped', skipped(comparison)),
    section('failed', 'Failed', failed(comparison)),
    section('configuration', 'Configuration', configuration(comparison)),
    section('machine', 'Machine and data', circumstances(comparison)),
  ].filter((one) => one !== null);
}

function section(id: string, title: string, content: Markup | null): Section | null {
  if (!content) return null;
  const markup = html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`;
  return { id, title, markup };
}

const ofFigure = (figure: Figure): Section => ({
  id: figure.id,
  title: figure.title,
  markup: figureMarkup(figure),
});

function curves(figures: readonly Figure[]): Markup | null {
  if (figures.length === 0) return null;
  return html`<p class="quiet">Of the most accurate variants that have epochs, the first seed of each.</p>
<div class="pair">
${figures.map((figure) => figureMarkup(figure, 3))}</div>`;
}

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
