import { megabytes, type Output, score, seconds } from '@kernel-methods/report';
import type { Change, Changes, Failures, VariantChange } from './changes.ts';

type Style = Pick<Output, 'bold' | 'dim'>;

/** The changes for people: what was lost first. */
export function compareLines(changes: Changes, style: Style): string[] {
  const { before, after, notes, variants, added, gone } = changes;
  const same = variants.filter(isSame).map(({ variant }) => variant);
  const broken = variants.filter((variant) => variant.broken).map(({ variant }) => variant);
  const unjudged = variants.filter(isUnjudged).map(({ variant }) => variant);
  return [
    `${style.bold(before)} → ${style.bold(after)}: ${variants.length} in both, ${added.length} new, ${gone.length} gone`,
    ...notes,
    ...section('Lost', variants, style, linesOf('worse')),
    ...section('Gained', variants, style, linesOf('better')),
    ...names('New', added, style),
    ...names(
      'Gone',
      gone.map(({ variant, reason }) => (reason === null ? variant : `${variant}: ${reason}`)),
      style,
    ),
    ...names('Failed in both', broken, style),
    ...names('Not judged', unjudged, style),
    ...names('No change beyond noise', same, style),
  ];
}

const isSame = ({ changes, failures }: VariantChange) =>
  changes.length > 0 && [failures, ...changes].every(({ verdict }) => verdict === 'same');

const isUnjudged = ({ changes, failures, broken }: VariantChange) =>
  !broken && changes.length === 0 && failures.verdict === 'same';

const linesOf =
  (wanted: Change['verdict']) =>
  ({ changes, failures }: VariantChange): string[] => [
    ...(failures.verdict === wanted ? [failureLine(failures)] : []),
    ...changes.filter(({ verdict }) => verdict === wanted).map(changeLine),
  ];

function section(
  title: string,
  variants: readonly VariantChange[],
  style: Style,
  linesOf: (variant: VariantChange) => readonly string[],
): string[] {
  const lines = variants.flatMap((variant) => {
    const own = linesOf(variant);
    return own.length === 0 ? [] : [`  ${variant.variant}`, ...own.map((line) => `    ${line}`)];
  });
  return lines.length === 0 ? [] : ['', style.bold(title), ...lines];
}

function names(title: string, texts: readonly string[], style: Style): string[] {
  if (texts.length === 0) return [];
  return ['', style.bold(title), ...texts.map((text) => `  ${text}`)];
}

/** "failed    0 of 3 → 2 of 3 runs: out of memory" */
function failureLine({ before, after, reasons }: Failures): string {
  const why = reasons.length > 0 ? `: ${reasons.join('; ')}` : '';
  return `failed    ${before} → ${after} runs${why}`;
}

/** "accuracy  0.9712 → 0.9650  −0.0062, noise 0.0021 (3 seeds)" */
function changeLine(change: Change): string {
  const { measure, before, after, from } = change;
  const write = writers[measure];
  const [by, noise] =
    measure === 'accuracy'
      ? [signed(change.change), score(change.noise)]
      : [percent(change.change - 1), percent(change.noise - 1).slice(1)];
  return `${measure.padEnd(8)}  ${write(before)} → ${write(after)}  ${by}, noise ${noise} (${from})`;
}

const writers = { accuracy: score, seconds, memory: megabytes };

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

const percent = (share: number) =>
  `${share < 0 ? '−' : '+'}${(100 * Math.abs(share)).toFixed(Math.abs(share) < 0.0995 ? 1 : 0)} %`;
