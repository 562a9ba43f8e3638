import {
  DrawnRows,
  type FarPass,
  type NamedPass,
  RidgeAccumulator,
} from '@kernel-methods/models/far';
import { type AllowedModules, copyOf, shardFunction } from './modules.ts';
import type { Work } from './port.ts';
import { readShard } from './read-shard.ts';
import type { Json, Shard } from './shard.ts';
import type { WorkerMemory } from './worker-memory.ts';

/** What work is done with. */
export interface WorkContext {
  readonly shards: readonly Shard[];
  readonly modules: AllowedModules;
  readonly memory: WorkerMemory;
  readonly signal: AbortSignal;
  /** The bytes of a key. @throws Error if there are none. */
  get(key: string): Promise<Uint8Array>;
}

/** A result to which items are added. After an error it is invalid. */
export interface Fold {
  add(item: number, onRows: (rows: number) => void): Promise<void>;
  /** Adds another result of the same work. */
  merge(bytes: Uint8Array): void;
  bytes(): Uint8Array;
  dispose(): void;
}

/** An empty result of some work. */
export async function foldOf(work: Work, context: WorkContext): Promise<Fold> {
  switch (work.kind) {
    case 'draw':
      return drawFold(work, context);
    case 'sums':
      return sumsFold(work, context);
    case 'pass':
      return passFold(work, context);
    case 'call':
      return callFold(work, context);
    case 'merge':
      return mergeFold(work, context);
  }
}

type Of<Kind> = Extract<Work, { kind: Kind }>;

function drawFold(work: Of<'draw'>, context: WorkContext): Fold {
  const drawn = new DrawnRows(work);
  return {
    add: (item, onRows) => drawn.addShard(item, batchesOf(item, context), context.signal, onRows),
    merge: (bytes) => drawn.merge(DrawnRows.deserialize(bytes, work)),
    bytes: () => drawn.serialize(),
    dispose() {},
  };
}

/** The model is needed for rows only: results are merged without it. */
function sumsFold({ model: key }: Of<'sums'>, context: WorkContext): Fold {
  let sums: RidgeAccumulator | undefined;
  return {
    async add(item, onRows) {
      const model = await context.memory.model(key, context.get);
      sums ??= model.accumulator();
      await model.addTo(sums, batchesOf(item, context), context.signal, onRows);
    },
    merge(bytes) {
      const other = RidgeAccumulator.adopt(bufferOf(bytes));
      if (sums === undefined) sums = other;
      else {
        sums.merge(other);
        other.dispose();
      }
    },
    bytes: () => new Uint8Array((sums as RidgeAccumulator).serialize()),
    dispose: () => sums?.dispose(),
  };
}

async function passFold(work: Of<'pass'>, context: WorkContext): Promise<Fold> {
  const { memory, get, signal } = context;
  const { kind: _, pass: kind, factors, seed } = work;
  const model = await memory.model(work.model, get);
  const vector = async (key: string) => floats(await get(key));
  const pass: NamedPass = {
    ...{ kind, factors },
    ...{ head: await vector(work.head), headName: work.head },
    ...(work.direction && {
      direction: await vector(work.direction),
      directionName: work.direction,
    }),
  };
  const origin = work.origin === undefined ? undefined : originFrom(await get(work.origin));
  let sums: Float64Array | undefined;
  const addUp = (more: Float64Array | undefined) => {
    if (sums === undefined) sums = more?.slice();
    else if (more !== undefined) for (let i = 0; i < sums.length; i++) sums[i] += more[i];
  };
  return {
    async add(item, onRows) {
      const name = `${work.model} ${work.origin ?? ''} ${item}`;
      const open = () => batchesOf(item, context);
      const options = { signal, seed, shard: item, origin };
      await memory.withShard(name, model, open, options, async (shard) => {
        addUp(await shard.pass(pass));
        onRows(shard.rows);
      });
    },
    merge: (bytes) => addUp(bytes.length === 0 ? undefined : floats(bytes)),
    bytes: () => (sums === undefined ? new Uint8Array() : bytesOf(sums)),
    dispose() {},
  };
}

function callFold(work: Of<'call'>, { modules, signal }: WorkContext): Fold {
  const results = new Map<number, Json>();
  return {
    async add(item, onRows) {
      const call = await shardFunction(modules, work.module, work.function);
      const result = await call(copyOf(work.arguments[item]), { signal });
      results.set(item, (result ?? null) as Json);
      onRows(1);
    },
    merge(bytes) {
      for (const [item, result] of resultsOf(bytes)) results.set(item, result);
    },
    bytes: () => new TextEncoder().encode(JSON.stringify([...results])),
    dispose() {},
  };
}

/** The results of calls, by their number. */
export const resultsOf = (bytes: Uint8Array): [number, Json][] =>
  JSON.parse(new TextDecoder().decode(bytes));

async function mergeFold({ of, groups }: Of<'merge'>, context: WorkContext): Promise<Fold> {
  const fold = await foldOf(of, context);
  return {
    ...fold,
    async add(item) {
      for (const key of groups[item]) {
        fold.merge(await context.get(key));
        context.signal.throwIfAborted();
      }
    },
  };
}

const batchesOf = (item: number, { shards, modules, signal }: WorkContext) =>
  readShard(shards[item], modules, signal);

/** Numbers as bytes. */
export const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Bytes as numbers. */
export const floats = (bytes: Uint8Array): Float64Array => new Float64Array(bufferOf(bytes));

/** The bytes in a buffer of their own: that in which they are, if there is nothing else in it. */
export const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer =>
  (byteLength === buffer.byteLength
    ? buffer
    : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;

type Origin = NonNullable<FarPass['origin']>;

/** The number of features, then the numbers. */
export const originBytes = ({ z, y }: Origin): Uint8Array =>
  bytesOf(Float64Array.of(z.length, ...z, ...y));

function originFrom(bytes: Uint8Array): Origin {
  const [width, ...values] = floats(bytes);
  return {
    z: Float32Array.from(values.slice(0, width)),
    y: Float32Array.from(values.slice(width)),
  };
}
