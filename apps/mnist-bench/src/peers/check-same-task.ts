import type { RunRecord } from '../comparison/record.ts';
import { groupBy } from '../results/group-by.ts';
import { count } from '../terminal/format.ts';

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
