import type { RecordBlock } from '../read/record-block.ts';
import { Store } from './store.ts';

/** Collects the values of a column that are kept as numbers. */
export abstract class FieldBuilder<Values extends Float64Array | Int32Array | Uint8Array> {
  protected readonly name: string;
  protected readonly store: Store<Values>;
  /** The number that stands for no value. */
  protected readonly missing: number;

  constructor(name: string, make: (length: number) => Values, missing: number) {
    this.name = name;
    this.store = new Store(make);
    this.missing = missing;
  }

  /** Writes the number of a field, parsed, to `values[to]`; false if the type does not hold the field. */
  protected abstract write(
    values: Values,
    to: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): boolean;

  /** The number of a value of JavaScript; undefined if the type does not hold it. */
  protected abstract numberOf(value: unknown): number | undefined;

  appendFields(block: RecordBlock, at: number, from: number, end: number): number {
    const { store } = this;
    const { bytes, starts, ends, first } = block;
    const values = store.reserve(end - from);
    let to = store.length;
    let i = from;
    for (; i < end; i++, to++) {
      const field = first[i] + at;
      const start = starts[field];
      const stop = field < first[i + 1] ? ends[field] : start;
      if (!this.write(values, to, bytes, start, stop)) break;
    }
    store.length = to;
    return i < end ? i : -1;
  }

  push(value: unknown): boolean {
    const number = value === null || value === undefined ? this.missing : this.numberOf(value);
    if (number === undefined) return false;
    this.store.reserve(1)[this.store.length++] = number;
    return true;
  }
}
