import { rangeError } from '@kernel-methods/check';
import { type Label, type LabelNames, requireColumns, type TargetsLike } from '../data/labels.ts';
import type { Task } from '../tasks/task.ts';

/** The target of a row: a class or number, several numbers, or the names of its labels. */
export type RowTarget = Label | readonly number[] | LabelNames;

/** What is known of the targets of all rows, as it travels. */
export interface KnownTargets {
  /** Classes or labels that rows name. */
  readonly labels: readonly Label[];
  /** The columns of rows that have one for each class or label. */
  readonly columns?: number;
}

/** Reads targets batch by batch, and notes the classes or labels that there are. */
export class DrawnTargets {
  readonly #task: Task;
  readonly #labels = new Set<Label>();
  #columns: number | undefined;

  constructor(task: Task) {
    this.#task = task;
  }

  /**
   * The targets of a batch, one for each row.
   *
   * @throws RangeError or TypeError that names the argument, the rule and the value.
   */
  async read(y: TargetsLike, rows: number): Promise<RowTarget[]> {
    const collector = this.#task.collect();
    const count = await collector.add(y, 'y', true);
    if (count !== rows) {
      throw new RangeError(`\`y\` must have one target per row, ${rows}. Received: ${count}.`);
    }
    const { columns } = collector;
    const all = collector.all();
    if ('data' in all) {
      this.note({ labels: [], columns });
      return this.#rowsOf(all as { data: ArrayLike<number>; shape: readonly number[] });
    }
    const targets = Array.from(all as ArrayLike<Label | LabelNames>);
    this.note({ labels: columns === undefined ? targets.flat() : [], columns });
    return targets;
  }

  /** Adds what is known of other rows. @throws RangeError unless both have the same form. */
  note({ labels, columns }: KnownTargets): void {
    if (columns !== undefined) this.#columns = requireColumns('y', columns, this.#columns);
    for (const label of labels) this.#labels.add(label);
    if (this.#columns !== undefined && this.#labels.size > 0) {
      throw rangeError('y', 'hold names in all batches, or rows of 0 and 1 in all', 'both');
    }
  }

  get known(): KnownTargets {
    return { labels: [...this.#labels], columns: this.#columns };
  }

  /** In ascending order; undefined in a regression. @throws RangeError on fewer than two. */
  async classes(): Promise<readonly Label[] | undefined> {
    const collector = this.#task.collect();
    const labels = [...this.#labels];
    const { hasSeveral } = this.#task;
    if (this.#columns !== undefined) {
      const hot = Array.from({ length: this.#columns }, (_, i) => +(i === 0));
      await collector.add([hot], 'y', false);
    } else if (labels.length > 0) {
      await collector.add((hasSeveral ? [labels] : labels) as TargetsLike, 'y', false);
    }
    return collector.classes();
  }

  #rowsOf({ data, shape }: { data: ArrayLike<number>; shape: readonly number[] }): RowTarget[] {
    const [rows, units = 1] = shape;
    if (units === 1 && !this.#task.hasSeveral) return Array.from(data);
    const row = (at: number) => Array.from({ length: units }, (_, i) => data[at * units + i]);
    return Array.from({ length: rows }, (_, at) => row(at));
  }
}
