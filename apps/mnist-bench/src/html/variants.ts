import { megabytes, seconds } from '@kernel-methods/report';
import { html, type Markup } from '@kernel-methods/report/page';
import type { Comparison, VariantSummary } from '../records/comparison.ts';
import { isOurs } from './points.ts';

/** The table of variants, in the order of the comparison. */
export function variantsTable({ variants }: Comparison): Markup {
  const hasOpen = variants.some(({ open }) => open !== undefined);
  return html`<p class="quiet"><span class="mark" aria-hidden="true">●</span> On the Pareto front: no other is both as fast and as accurate. Accuracy is the mean over seeds with its standard deviation; seconds and memory are medians of the whole process, with their range.</p>
<div class="scroll" role="region" aria-label="Table of variants" tabindex="0">
<table class="variants">
<thead><tr><th scope="col">Variant</th><th scope="col" class="number" data-first="descending">Test accuracy</th>${
    hasOpen &&
    openTitles.map(
      (title) => html`<th scope="col" class="number" data-first="descending">${title}</th>`,
    )
  }<th scope="col" class="number">Seconds</th><th scope="col" class="number">Memory</th><th scope="col" class="number" data-first="descending">Runs</th></tr></thead>
<tbody>
${variants.map((variant) => row(variant, hasOpen))}</tbody>
</table>
</div>`;
}

/** Of unknown rows. */
const openTitles = ['AUROC of unknown', 'Known answered', 'Right among these', 'Unknown found'];

const openCells = ({ open }: VariantSummary) =>
  [open?.auroc, open?.coverage, open?.answeredAccuracy, open?.recall].map((spread) =>
    cell(spread?.mean, spread && `${(100 * spread.mean).toFixed(2)} %`),
  );

function row(variant: VariantSummary, hasOpen: boolean): Markup {
  const { accuracy, memory, runs, failures, front } = variant;
  const classes = [front && 'front', !isOurs(variant) && 'peer'].filter(Boolean).join(' ');
  const runText = failures.length > 0 ? `${runs} of ${runs + failures.length}` : runs;
  return html`<tr${classes ? html` class="${classes}"` : ''}><th scope="row" data-value="${variant.variant}">${variant.variant}${
    !isOurs(variant) && html` <span class="system">${variant.system}</span>`
  }${front && html` <span class="mark" title="On the Pareto front" aria-hidden="true">●</span><span class="hidden"> (on the front)</span>`}</th>${[
    cell(
      accuracy?.mean,
      accuracy && `${(100 * accuracy.mean).toFixed(2)} %`,
      accuracy && accuracy.n > 1 && `± ${(100 * accuracy.deviation).toFixed(2)}`,
    ),
    ...(hasOpen ? openCells(variant) : []),
    cell(
      variant.seconds?.median,
      variant.seconds && seconds(variant.seconds.median),
      rangeOf(variant.seconds, seconds),
    ),
    cell(memory?.median, memory && megabytes(memory.median), rangeOf(memory, megabytes)),
    cell(runs, runText),
  ]}</tr>
`;
}

function cell(
  value: number | undefined,
  text: string | number | null | undefined,
  spread: string | false | null = null,
): Markup {
  return html`<td class="number" data-value="${value}">${text ?? '–'}${
    spread && html`<br><span class="spread">${spread}</span>`
  }</td>`;
}

function rangeOf(spread: VariantSummary['seconds'], write: (value: number) => string) {
  if (!spread || write(spread.low) === write(spread.high)) return null;
  return `${write(spread.low).replace(/ \S+$/, '')}–${write(spread.high)}`;
}
