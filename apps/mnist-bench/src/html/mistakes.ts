import { count, percent, plural } from '@kernel-methods/report';
import { encodePng, html, type Markup } from '@kernel-methods/report/page';
import type { Comparison } from '../records/comparison.ts';
import type { Outcome, WorstRow } from '../records/run-record.ts';
import { pointsOf, recordOf } from './points.ts';

interface Mistakes {
  readonly variant: string;
  readonly seed: number;
  readonly outcome: Outcome;
}

/** What was taken for what: of the most accurate variant, and to open, of others on the front. */
export function mistakes(comparison: Comparison): Markup | null {
  const all = pointsOf(comparison).flatMap(
    ({ variant, front }): (Mistakes & { front: boolean })[] => {
      const record = recordOf(comparison, variant);
      const outcome = record?.outcome;
      return outcome?.confusion ? [{ variant, front, outcome, seed: record!.seed }] : [];
    },
  );
  const [best, ...rest] = all;
  if (!best) return null;
  const others = rest.filter(({ front }) => front);
  return html`<p>The most accurate with a confusion matrix: <b>${best.variant}</b>, ${ofRun(best)}.</p>
${parts(best)}
${
  others.length > 0 &&
  html`<h3>Others on the front</h3>
${others.map(
  (one) => html`<details><summary>${one.variant}, ${ofRun(one)}</summary>
${parts(one)}
</details>
`,
)}`
}`;
}

const ofRun = ({ seed, outcome: { testAccuracy } }: Mistakes) =>
  `seed ${seed}${testAccuracy === null ? '' : `, ${percent(testAccuracy)}`}`;

function parts({ variant, outcome: { confusion, worst } }: Mistakes): Markup {
  return html`${confusion && confusionTable(confusion, variant)}${
    worst &&
    worst.length > 0 &&
    html`<p>The ${plural(worst.length, 'row')} furthest from right, the worst first; the margin is the score of the true class less the highest of the others.</p>
${digits(worst)}`
  }`;
}

/** The most of a cell's colour that text on it still stands out from. */
const strongest = 45;

/** What was taken for what; what is wrong is the darker, the more of the class's rows it is. */
export function confusionTable(confusion: readonly (readonly number[])[], name: string): Markup {
  const classes = confusion.map((_, i) => i);
  const most = Math.max(
    1,
    ...confusion.flatMap((row, truth) => row.filter((_, predicted) => predicted !== truth)),
  );
  return html`<p class="quiet">Test rows by their class (down) and by what they were taken for (across).</p>
<div class="scroll" role="region" aria-label="Confusion matrix of ${name}" tabindex="0"><table class="confusion">
<thead><tr><th scope="col">Class</th>${classes.map((i) => html`<th scope="col">${i}</th>`)}<th scope="col">Right</th></tr></thead>
<tbody>
${confusion.map(
  (row, truth) => html`<tr><th scope="row">${truth}</th>${row.map((n, predicted) =>
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

/** The worst-classified rows as pictures, white on black: the style turns them for light pages. */
export function digits(worst: readonly WorstRow[]): Markup {
  return html`<ul class="digits">
${worst.map(picture)}</ul>`;
}

function picture({ row, truth, predicted, margin, pixels }: WorstRow): Markup {
  const bytes = Buffer.from(pixels, 'base64');
  const width = Math.sqrt(bytes.length);
  const image = Number.isInteger(width) && width > 0 && encodePng(bytes, width).toString('base64');
  return html`<li>${
    image &&
    html`<img src="data:image/png;base64,${image}" width="${width}" height="${width}" alt="Test row ${row}">`
  }<span><b>${truth}</b>, taken for <b>${predicted}</b><br><span class="quiet">row ${row}<br>margin ${margin.toFixed(2).replace('-', '−')}</span></span></li>
`;
}
