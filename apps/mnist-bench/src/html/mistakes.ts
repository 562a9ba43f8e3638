import { percent, plural } from '@kernel-methods/report';
import { confusionTable, encodePng, html, type Markup } from '@kernel-methods/report/page';
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
