import type { Comparison } from '../comparison/comparison.ts';
import type { RunRecord } from '../comparison/record.ts';
import { datasets } from '../options/choices.ts';
import { plural } from '../terminal/format.ts';
import { nameOf } from './cells.ts';
import { groupBy } from './group-by.ts';
import { identityOf } from './identity.ts';

type Mixed = Pick<Comparison, 'records' | 'machine'>;

/**
 * Warns of runs that do not belong together, as a comparison may hold that was resumed elsewhere: of
 * one variant on different data, or on another processor. None where all is well.
 */
export function mixedRuns({ records, machine }: Mixed): string[] {
  const done = records.filter(({ status }) => status === 'done');
  return [...otherData(done), ...otherProcessors(done, machine.cpu)];
}

function otherData(done: readonly RunRecord[]): string[] {
  const variants = groupBy(done, (run) => JSON.stringify([run.variant, identityOf(run)]));
  const mixed = [...variants.values()].filter(isMixed).map(([run]) => nameOf(run));
  if (mixed.length === 0) return [];
  return [
    `WARNING: not all runs of a variant were on the same data, so its accuracy is of no one task: ${listed(mixed)}.`,
  ];
}

/** Synthetic digits are drawn anew for each seed. */
function isMixed(runs: readonly RunRecord[]): boolean {
  const data = runs.flatMap(({ seed, outcome }) => {
    if (outcome?.dataset == null) return [];
    const { name, checksum } = outcome.dataset;
    return [{ name, checksum, drawn: name === datasets.synthetic ? seed : null }];
  });
  if (new Set(data.map(({ name }) => name)).size > 1) return true;
  return [...groupBy(data, ({ drawn }) => drawn).values()].some(
    (alike) => new Set(alike.map(({ checksum }) => checksum)).size > 1,
  );
}

/** Of peers the processor is not known. */
function otherProcessors(done: readonly RunRecord[], cpu: string): string[] {
  const others = done.flatMap((run) => {
    const own = run.outcome?.versions.cpu;
    return typeof own === 'string' && own !== cpu ? [{ cpu: own, name: nameOf(run) }] : [];
  });
  if (others.length === 0) return [];
  const cpus = [...new Set(others.map(({ cpu }) => cpu))].join(', ');
  const names = listed(others.map(({ name }) => name));
  return [
    `WARNING: ${plural(others.length, 'run')} on another processor (${cpus}, not ${cpu}), so times do not compare: ${names}.`,
  ];
}

const most = 5;

function listed(names: readonly string[]): string {
  const all = [...new Set(names)];
  const more = all.length > most ? ` and ${all.length - most} more` : '';
  return all.slice(0, most).join('; ') + more;
}
