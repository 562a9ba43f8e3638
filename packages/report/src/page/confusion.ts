import { count } from '../text/format.ts';
import { html, type Markup } from './markup.ts';

/** The style of a confusion table. */
export const confusionStyle = `.confusion { text-align: right; }
.confusion th, .confusion td { text-align: right; padding: 0.3rem 0.55rem; border-bottom: 0; white-space: nowrap; min-width: 2.7rem; }
.confusion thead th { text-align: right; }
.confusion td { background: color-mix(in srgb, var(--peer) calc(var(--share) * 1%), transparent); border: 1px solid var(--page); }
.confusion .right { background: color-mix(in srgb, var(--ours) 14%, transparent); }
.confusion .zero { color: var(--muted); }
`;

/** The most of a cell's colour that text on it still stands out from. */
const strongest = 45;

/** What was taken for what; what is wrong is the darker, the more of the class's rows it is. */
export function confusionTable(
  confusion: readonly (readonly number[])[],
  name: string,
  names: readonly string[] = confusion.map((_, i) => `${i}`),
): Markup {
  const most = Math.max(
    1,
    ...confusion.flatMap((row, truth) => row.filter((_, predicted) => predicted !== truth)),
  );
  return html`<p class="quiet">Rows by their class (down) and by what they were taken for (across).</p>
<div class="scroll" role="region" aria-label="Confusion matrix of ${name}" tabindex="0"><table class="confusion">
<thead><tr><th scope="col">Class</th>${names.map((one) => html`<th scope="col">${one}</th>`)}<th scope="col">Right</th></tr></thead>
<tbody>
${confusion.map(
  (row, truth) => html`<tr><th scope="row">${names[truth]}</th>${row.map((n, predicted) =>
    cell(n, truth === predicted, strongest * Math.sqrt(n / most)),
  )}<td>${share(row, truth)}</td></tr>
`,
)}</tbody>
</table></div>`;
}

function cell(n: number, right: boolean, shade: number): Markup {
  if (right) return html`<td class="right">${count(n)}</td>`;
  if (n === 0) return html`<td class="zero">0</td>`;
  return html`<td style="--share:${shade.toFixed(0)}">${count(n)}</td>`;
}

function share(row: readonly number[], truth: number): string {
  const all = row.reduce((sum, n) => sum + n, 0);
  return all === 0 ? '–' : `${((100 * row[truth]) / all).toFixed(1)} %`;
}
