import { createRandom, type Random } from '@kernel-methods/random';
import { inTurns } from '@kernel-methods/simd';
import type { AnyRow, ColumnType, Table } from '@kernel-methods/tables';
import type { Label, TargetsLike } from '../data/labels.ts';
import { type RowsLike, toRows } from '../data/rows.ts';
import { isTableRows, type TableRows, tableOf } from '../data/tables.ts';
import { checkedWeights } from '../data/weights.ts';
import { targetsOf } from '../fit/table-data.ts';
import { loadTables } from '../runtime/tables.ts';
import type { StreamBatch } from '../stream/batch-stream.ts';
import { DrawnTargets, type KnownTargets, type RowTarget } from './drawn-targets.ts';
import { type FarTask, taskOf } from './far-task.ts';

/** A batch of a shard: rows with their targets, or a table with a column of targets. */
export type FarBatch = StreamBatch | TableRows;

/** What the rows that are drawn belong to. */
export interface DrawOptions {
  /** The task, which reads the targets. */
  readonly task: FarTask;
  /** The column of targets, if batches are tables. */
  readonly target?: string;
  /** The most rows that are kept. */
  readonly most: number;
  readonly seed: number;
}

interface DrawnRow {
  readonly shard: number;
  readonly row: number;
  /** The rows with the smallest keys are kept. */
  readonly key: number;
  readonly x: Float32Array | Readonly<Record<string, unknown>>;
  readonly y: RowTarget;
  readonly weight: number;
}

/** All that a draw knows, as it travels. */
interface Drawn {
  rows: number;
  weight: number;
  isWeighted: boolean;
  rowShape?: readonly number[];
  /** Types of columns, if batches are tables. */
  types?: Readonly<Record<string, ColumnType>>;
  drawn: DrawnRow[];
}

/**
 * Rows drawn from all shards, all equally likely, with the number of rows, the sum of their weights
 * and their classes. Each row has a key that depends only on the seed, its shard and its place there,
 * and those with the smallest keys are kept: draws merge in any order, and whoever reads a shard draws
 * the same rows.
 */
export class DrawnRows {
  readonly #options: DrawOptions;
  readonly #targets: DrawnTargets;
  #known: Drawn = { rows: 0, weight: 0, isWeighted: false, drawn: [] };

  constructor(options: DrawOptions) {
    this.#options = options;
    this.#targets = new DrawnTargets(taskOf(options.task));
  }

  /** Adds a shard. After an error the draw is invalid. */
  async addShard(
    shard: number,
    batches: AsyncIterable<FarBatch>,
    signal: AbortSignal,
    onRows: (rows: number) => void = () => {},
  ): Promise<void> {
    const { seed } = this.#options;
    const random = createRandom(seed).stream(`shard ${shard}`);
    let first = 0;
    for await (const batch of batches) {
      signal.throwIfAborted();
      const isTable = isTableRows(batch);
      const count = await (isTable
        ? this.#addTable(batch, shard, first, random)
        : this.#addRows(batch as StreamBatch, shard, first, random));
      first += count;
      onRows(count);
    }
  }

  merge(other: DrawnRows): void {
    const [own, others] = [this.#known, other.#known];
    own.rows += others.rows;
    own.weight += others.weight;
    own.isWeighted ||= others.isWeighted;
    own.rowShape ??= others.rowShape;
    own.types ??= others.types;
    own.drawn.push(...others.drawn);
    this.#targets.note(other.#targets.known);
    this.#prune();
  }

  get rows(): number {
    return this.#known.rows;
  }

  /** Σ of the weights of all rows. */
  get weight(): number {
    return this.#known.weight;
  }

  /** In ascending order; undefined in a regression. @throws RangeError on fewer than two. */
  classes(): Promise<readonly Label[] | undefined> {
    return this.#targets.classes();
  }

  /** The rows that were drawn, in the order of the shards. */
  async sample(): Promise<{ x: RowsLike | Table; y: TargetsLike; sampleWeight?: Float32Array }> {
    const { drawn, rowShape, types, isWeighted } = this.#known;
    this.#prune(0);
    const rows = [...drawn].sort((a, b) => a.shard - b.shard || a.row - b.row);
    const y = rows.map((row) => row.y) as unknown as TargetsLike;
    const sampleWeight = isWeighted ? Float32Array.from(rows, (row) => row.weight) : undefined;
    if (types !== undefined) {
      const { Table } = await loadTables();
      const objects = rows.map(({ x }) => x as AnyRow);
      return {
        x: Table.fromRows(objects, { columns: types }) as unknown as Table,
        y,
        sampleWeight,
      };
    }
    const width = (rowShape ?? []).reduce((size, length) => size * length, 1);
    const data = new Float32Array(rows.length * width);
    rows.forEach(({ x }, i) => {
      data.set(x as Float32Array, i * width);
    });
    return { x: { data, shape: [rows.length, ...(rowShape ?? [])] }, y, sampleWeight };
  }

  /** The length of a text, the text (JSON), then the numbers of the rows. */
  serialize(): Uint8Array {
    this.#prune(0);
    const { drawn, ...known } = this.#known;
    const isTable = known.types !== undefined;
    const described = drawn.map(({ x, ...row }) => (isTable ? { ...row, x } : row));
    const record = { ...known, targets: this.#targets.known, drawn: described };
    const text = new TextEncoder().encode(JSON.stringify(record, (_, value) => written(value)));
    const rows = isTable ? [] : drawn.map(({ x }) => x as Float32Array);
    const width = rows[0]?.length ?? 0;
    const bytes = new Uint8Array(4 + text.length + 4 * width * rows.length);
    new DataView(bytes.buffer).setUint32(0, text.length, true);
    bytes.set(text, 4);
    rows.forEach((row, i) => {
      bytes.set(bytesOf(row), 4 + text.length + 4 * width * i);
    });
    return bytes;
  }

  static deserialize(bytes: Uint8Array, options: DrawOptions): DrawnRows {
    const draw = new DrawnRows(options);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
    const record = JSON.parse(text, (_, value) => read(value)) as Drawn & { targets: KnownTargets };
    const { targets, ...known } = record;
    const numbers = new Float32Array(bytes.slice(4 + length).buffer);
    const width = numbers.length / Math.max(1, known.drawn.length);
    const isTable = known.types !== undefined;
    known.drawn = known.drawn.map((row, i) =>
      isTable ? row : { ...row, x: numbers.subarray(i * width, (i + 1) * width) },
    );
    draw.#known = known;
    draw.#targets.note(targets);
    return draw;
  }

  async #addRows(
    { x, y, sampleWeight }: StreamBatch,
    shard: number,
    first: number,
    random: Random,
  ): Promise<number> {
    const source = await toRows(x, 'x');
    try {
      const { rows, rowShape } = source;
      const targets = await this.#targets.read(y, rows);
      const weights = sampleWeight && (await weightsOf(sampleWeight, rows));
      this.#known.rowShape ??= rowShape;
      if (rowShape.join() !== this.#known.rowShape.join()) {
        throw new RangeError(
          `\`x\` must have rows of the shape [${this.#known.rowShape}], as before. Received: [${rowShape}].`,
        );
      }
      const picked = this.#draw(rows, weights, random);
      if (picked.length > 0) {
        const block = source.take(Int32Array.from(picked, ({ at }) => at));
        const values = await block.data<'float32'>();
        block.dispose();
        const width = values.length / picked.length;
        picked.forEach(({ at, key }, i) => {
          const own = values.slice(i * width, (i + 1) * width);
          this.#keep({
            shard,
            row: first + at,
            key,
            x: own,
            y: targets[at],
            weight: weights?.[at] ?? 1,
          });
        });
      }
      return rows;
    } finally {
      source.dispose();
    }
  }

  async #addTable(given: TableRows, shard: number, first: number, random: Random): Promise<number> {
    const { target } = this.#options;
    if (target === undefined) {
      throw new RangeError('`target` must name the column to predict, if shards are tables.');
    }
    const table = await tableOf(given, 'x');
    if (table.rows === 0) return 0;
    this.#known.types ??= table.types;
    const y = (await targetsOf(table, target, 'target')) as TargetsLike;
    const targets = await this.#targets.read(y, table.rows);
    for (const { at, key } of this.#draw(table.rows, undefined, random)) {
      const x = table.row(at) as Record<string, unknown>;
      this.#keep({ shard, row: first + at, key, x, y: targets[at], weight: 1 });
    }
    return table.rows;
  }

  /** The places of a batch whose rows may be among those with the smallest keys. */
  #draw(count: number, weights: Float32Array | undefined, random: Random) {
    const picked: { at: number; key: number }[] = [];
    const known = this.#known;
    known.rows += count;
    known.isWeighted ||= weights !== undefined;
    for (let at = 0; at < count; at++) {
      const weight = weights?.[at] ?? 1;
      known.weight += weight;
      const key = random.uniform();
      if (key < this.#bound) picked.push({ at, key });
    }
    return picked;
  }

  /** Rows with larger keys are not kept. */
  #bound = Number.POSITIVE_INFINITY;

  #keep(row: DrawnRow): void {
    this.#known.drawn.push(row);
    this.#prune(this.#options.most);
  }

  /** Forgets the rows with the largest keys, if there are `slack` too many. */
  #prune(slack = 0): void {
    const { drawn } = this.#known;
    const { most } = this.#options;
    if (drawn.length <= most + slack) return;
    drawn.sort((a, b) => a.key - b.key || a.shard - b.shard || a.row - b.row);
    drawn.length = most;
    this.#bound = drawn[most - 1].key;
  }
}

/** Weights of one batch may all be 0. */
async function weightsOf(sampleWeight: ArrayLike<number>, rows: number): Promise<Float32Array> {
  if (Array.from(sampleWeight).every((weight) => weight === 0)) return new Float32Array(rows);
  return inTurns(checkedWeights(sampleWeight, rows));
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** What JSON has no word for: numbers that are not finite. Dates are written as `toJSON` has them. */
const written = (value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;

function read(value: unknown) {
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === 'number'
    ? Number((value as { number: string }).number)
    : value;
}
