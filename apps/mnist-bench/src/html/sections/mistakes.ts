import type { Comparison } from '../../comparison/comparison.ts';
import type { Outcome } from '../../run/report.ts';
import { plural } from '../../terminal/format.ts';
import { html, type Markup } from '../markup.ts';
import { percent } from '../numbers.ts';
import { pointsOf } from '../plots/points.ts';
import { recordOf } from '../records.ts';
import { confusionTable } from './confusion.ts';
import { digits } from './digits.ts';

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
