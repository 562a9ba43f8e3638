import { clock, count, megabytes, type Output, plural } from '@kernel-methods/report';
import { type Estimate, estimate } from '../estimate/estimate.ts';
import type { MachineSpeed } from '../estimate/machine.ts';
import type { Plan } from '../matrix/plan.ts';
import type { Config } from '../options/options.ts';
import type { Job, Skip } from '../records/job.ts';
import { nameOf } from '../results/cells.ts';

/** What a comparison would run and skip: one line per variant, the totals, and what is in doubt. */
export function dryRunLines(
  { jobs, skipped }: Plan,
  machine: MachineSpeed,
  style: Pick<Output, 'bold' | 'dim'>,
): string[] {
  // Of peers nothing is known before.
  const estimates = jobs.map(({ system, config }) =>
    system === 'kernel-methods' ? estimate(config as Config, machine) : null,
  );
  if (jobs.length === 0) return [style.bold('Nothing would run.'), ...skips(skipped, style)];
  return [
    style.bold(`Would run ${plural(jobs.length, 'time')}:`),
    ...table(variantsOf(jobs, estimates), style),
    '',
    ...totals(estimates),
    ...warnings(jobs, estimates, machine.memory),
    ...skips(skipped, style),
  ];
}

interface Variant {
  readonly name: string;
  readonly runs: number;
  readonly seconds: number | undefined;
  readonly memory: number | undefined;
}

/** The jobs of a variant, over its seeds and repeats, take about the same. */
function variantsOf(jobs: readonly Job[], estimates: readonly (Estimate | null)[]): Variant[] {
  const variants = new Map<string, Variant>();
  jobs.forEach(({ system, variant }, index) => {
    const name = nameOf({ system, variant });
    const { runs = 0 } = variants.get(name) ?? {};
    const { seconds, memory } = estimates[index] ?? {};
    variants.set(name, { name, runs: runs + 1, seconds, memory });
  });
  return [...variants.values()];
}

function table(variants: readonly Variant[], { dim }: Pick<Output, 'dim'>): string[] {
  const rows = variants.map(({ name, runs, seconds, memory }) => [
    name,
    count(runs),
    seconds === undefined ? 'unknown' : clock(seconds),
    memory === undefined ? 'unknown' : megabytes(memory),
  ]);
  const all = [['variant', 'runs', 'a run', 'memory'], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all.map((row, index) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    const line = `  ${cells.join('  ')}`;
    return index === 0 ? dim(line) : line;
  });
}

function totals(estimates: readonly (Estimate | null)[]): string[] {
  const known = estimates.filter((estimate) => estimate !== null);
  if (known.length === 0) return [];
  const seconds = known.reduce((sum, estimate) => sum + estimate.seconds, 0);
  const most = Math.max(...known.map(({ memory }) => memory));
  const missing = estimates.length - known.length;
  return [
    `In all about ${clock(seconds)}, one after the other, and at most ${megabytes(most)} at a time.`,
    ...(missing === 0 ? [] : [`Of ${plural(missing, 'run')} nothing is known before.`]),
  ];
}

function warnings(
  jobs: readonly Job[],
  estimates: readonly (Estimate | null)[],
  memory: number,
): string[] {
  const large = new Map<string, number>();
  jobs.forEach(({ variant }, index) => {
    const needed = estimates[index]?.memory ?? 0;
    if (needed > memory) large.set(variant, needed);
  });
  return [...large].map(
    ([variant, needed]) =>
      `WARNING: ${variant} takes about ${megabytes(needed)}, and this machine has ${megabytes(memory)}.`,
  );
}

/** Skipped combinations by what they have in common, the reason. */
function skips(skipped: readonly Skip[], { bold, dim }: Pick<Output, 'bold' | 'dim'>): string[] {
  if (skipped.length === 0) return [];
  const reasons = new Map<string, string[]>();
  for (const { variant, reason } of skipped) {
    reasons.set(reason, [...(reasons.get(reason) ?? []), variant]);
  }
  return [
    '',
    bold(`Skipped ${plural(skipped.length, 'combination')}:`),
    ...[...reasons].flatMap(([reason, variants]) => [
      ...variants.map((variant) => `  ${variant}`),
      dim(`    ${reason}`),
    ]),
  ];
}
