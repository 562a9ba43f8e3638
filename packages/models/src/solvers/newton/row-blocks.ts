import type { Chunk, Examples } from '../../data/examples.ts';
import type { Numerics, Picked } from '../../numerics/numerics.ts';
import { compose, valuesOf } from '../../numerics/picked.ts';
import { eventLoopYielder } from '../../runtime/event-loop-yielder.ts';

/** Some of the rows: few enough to stay in the cache between two products. */
export interface RowBlock extends Chunk {
  /** Their places among all rows. */
  readonly rows: Picked;
}

export interface Range {
  readonly from: number;
  readonly count: number;
}

interface Options {
  readonly examples: Examples;
  readonly numerics: Numerics;
  readonly signal: AbortSignal;
  /** Called every few milliseconds with the number of finished rows. */
  readonly onRows?: (rows: number) => void;
}

/** The rows in order, without those whose mark is 0. */
export async function* rowBlocks(options: Options, marks?: Uint8Array): AsyncGenerator<RowBlock> {
  const { examples, numerics, signal, onRows } = options;
  const { units, width, numbersPerRow } = examples;
  const size = numbersPerRow === undefined ? rowsTogether(numerics, width) : SPARSE_ROWS;
  const turn = eventLoopYielder();
  let first = 0;
  for await (const { z, picked, targets, weights } of examples.chunks()) {
    const count = targets.length / units;
    for (const rows of marks ? marked(marks, first, count, size) : ranges(count, size)) {
      yield {
        z,
        picked: compose(picked, rows),
        targets: valuesOf(targets, rows, units),
        weights: weights && valuesOf(weights, rows, 1),
        rows: compose({ from: first, count }, rows),
      };
      if (turn.isDue()) {
        onRows?.(first + (rows instanceof Int32Array ? rows.at(-1)! + 1 : rows.from + rows.count));
        await turn.take();
      }
      signal.throwIfAborted();
    }
    first += count;
  }
}

/** Each block of rows whose zeros are not kept costs a pass over the head. */
const SPARSE_ROWS = 8192;

const rowsTogether = ({ numbersTogether }: Numerics, width: number): number =>
  Math.max(64, Math.min(4096, Math.floor(numbersTogether / width)));

function* ranges(count: number, size: number): Generator<Range> {
  for (let from = 0; from < count; from += size)
    yield { from, count: Math.min(size, count - from) };
}

/** The marked rows among `count` rows from `first` on, by their index from there. */
function* marked(marks: Uint8Array, first: number, count: number, size: number): Generator<Picked> {
  const rows = new Int32Array(size);
  let length = 0;
  for (let i = 0; i < count; i++) {
    if (marks[first + i]) rows[length++] = i;
    if (length === size || (i === count - 1 && length > 0)) {
      yield rows.slice(0, length);
      length = 0;
    }
  }
}
