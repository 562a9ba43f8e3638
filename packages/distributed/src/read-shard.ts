import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { abortable, type FarBatch } from '@kernel-methods/models/far';
import { readCsv, readJsonLines } from '@kernel-methods/tables';
import { type AllowedModules, copyOf, shardFunction } from './modules.ts';
import type { FileShard, ModuleShard, Shard } from './shard.ts';

/**
 * The batches of a shard. Each iteration reads it from its beginning. The signal takes effect while a
 * batch is awaited, too.
 */
export function readShard(
  shard: Shard,
  modules: AllowedModules,
  signal: AbortSignal,
): AsyncIterable<FarBatch> {
  return {
    [Symbol.asyncIterator]: () =>
      untilAborted(
        'file' in shard ? fileBatches(shard, signal) : moduleBatches(shard, modules, signal),
        signal,
      ),
  };
}

async function* untilAborted(
  batches: AsyncGenerator<FarBatch>,
  signal: AbortSignal,
): AsyncGenerator<FarBatch> {
  try {
    for (;;) {
      const { value, done } = await abortable(batches.next(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    // A function that hangs does not answer.
    const ended = batches.return(undefined).catch(() => {});
    if (!signal.aborted) await ended;
  }
}

async function* moduleBatches(
  { module, function: name, argument }: ModuleShard,
  modules: AllowedModules,
  signal: AbortSignal,
): AsyncGenerator<FarBatch> {
  const call = await shardFunction(modules, module, name);
  const given = await call(copyOf(argument), { signal });
  const isMany =
    typeof given === 'object' &&
    given !== null &&
    (Symbol.asyncIterator in given || Symbol.iterator in given);
  if (!isMany) {
    throw new TypeError(
      `\`${module}.${name ?? 'default'}\` must return an iterable of batches. Received: ${typeof given}.`,
    );
  }
  for await (const batch of given as AsyncIterable<FarBatch>) {
    signal.throwIfAborted();
    yield batch;
  }
}

async function* fileBatches(shard: FileShard, signal: AbortSignal): AsyncGenerator<FarBatch> {
  const { format, columns, header, delimiter } = shard;
  const source = streamOf(shard, signal);
  const common = { signal, ...(columns && { columns }) };
  yield* format === 'csv'
    ? readCsv.batches(source, {
        ...common,
        ...(header && { header }),
        ...(delimiter && { delimiter }),
      })
    : readJsonLines.batches(source, common);
}

/** The bytes of a part of a file. */
function streamOf(
  { file, from = 0, to }: FileShard,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const isUrl = /^https?:\/\//.test(file);
  const bytes = isUrl ? urlBytes(file, from, to, signal) : pathBytes(file, from, to);
  return Readable.toWeb(Readable.from(bytes)) as ReadableStream<Uint8Array>;
}

const BLOCK = 2 ** 20;

async function* pathBytes(file: string, from: number, to = Number.POSITIVE_INFINITY) {
  const handle = await open(file);
  try {
    for (let at = from; at < to; ) {
      const block = new Uint8Array(Math.min(BLOCK, to - at));
      const { bytesRead } = await handle.read(block, 0, block.length, at);
      if (bytesRead === 0) {
        if (Number.isFinite(to)) throw new RangeError(`${file} ends at byte ${at}, before ${to}.`);
        return;
      }
      at += bytesRead;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* urlBytes(url: string, from: number, to: number | undefined, signal: AbortSignal) {
  const isPart = from > 0 || to !== undefined;
  const headers = isPart ? { range: `bytes=${from}-${to === undefined ? '' : to - 1}` } : undefined;
  const answer = await fetch(url, { headers, signal });
  const wanted = isPart ? 206 : 200;
  if (answer.status !== wanted || answer.body === null) {
    throw new Error(`${url} must answer with status ${wanted}. Received: ${answer.status}.`);
  }
  let left = to === undefined ? Number.NaN : to - from;
  for await (const block of answer.body as unknown as AsyncIterable<Uint8Array>) {
    left -= block.length;
    yield block;
  }
  if (left !== 0 && !Number.isNaN(left)) {
    throw new Error(`${url} must give bytes ${from} to ${to}. Received: ${left} fewer.`);
  }
}
