import { count, plural } from '@kernel-methods/report';
import { datasets } from '../parts/variants.ts';
import type { Comparison } from '../records/comparison.ts';
import { groupBy, identityOf } from '../records/identity.ts';
import type { RunRecord } from '../records/run-record.ts';
import { nameOf } from './cells.ts';

/** Why figures of this comparison do not compare: a line each, none where all is well. */
export const warningsOf = (comparison: Comparison): string[] => [
  ...mixedRuns(comparison),
  ...checkSameTask(comparison.records),
];

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

/**
 * Whether the peers did what our runs did: the same bytes where the number of rows is the same.
 * Returns a line for what is not so, naming the variants; none where all is well.
 */
export function checkSameTask(records: readonly RunRecord[]): string[] {
  const tasks = records.flatMap(taskOf);
  const ours = tasks.filter(({ peer }) => !peer);
  const peers = tasks.filter(({ peer }) => peer);
  // Nothing to hold them against.
  if (ours.length === 0) return [];
  const others = peers.filter((task) => {
    const alike = ours.filter((own) => own.size === task.size && own.drawn === task.drawn);
    return alike.length > 0 && !alike.some(({ checksum }) => checksum === task.checksum);
  });
  const sizes = new Set(ours.map(({ size }) => size));
  const alone = groupBy(
    peers.filter(({ size }) => !sizes.has(size)),
    ({ size }) => size,
  );
  const most = ours.reduce((largest, task) => (task.train > largest.train ? task : largest));
  return [
    ...(others.length > 0
      ? [`WARNING: not on the data of our runs, though on as many rows: ${namesOf(others)}.`]
      : []),
    ...[...alone.values()].map(
      (group) =>
        `On ${rowsOf(group[0])}, ours on ${rowsOf(most)}, so accuracies do not compare: ${namesOf(group)}.`,
    ),
  ];
}

interface Task {
  readonly variant: string;
  readonly peer: boolean;
  readonly checksum: string;
  readonly train: number;
  readonly test: number;
  /** The data set and its rows: equal checksums are due where this is equal. */
  readonly size: string;
  /** What synthetic digits were drawn from. */
  readonly drawn: number | null;
}

function taskOf({ variant, system, outcome, config, seed }: RunRecord): Task[] {
  if (outcome?.dataset == null) return [];
  const { name, checksum, rows } = outcome.dataset;
  const train = rows.train + rows.validation;
  return [
    {
      ...{ variant, checksum, train, test: rows.test },
      peer: system !== 'kernel-methods',
      size: JSON.stringify([name, train, rows.test]),
      drawn: config.dataset === 'synthetic' ? seed : null,
    },
  ];
}

const rowsOf = ({ train, test }: Task) => `${count(train)} rows (${count(test)} test)`;

const namesOf = (tasks: readonly Task[]) =>
  [...new Set(tasks.map(({ variant }) => variant))].join('; ');
