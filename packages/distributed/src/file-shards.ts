import { open, stat } from 'node:fs/promises';
import { positiveInteger } from '@kernel-methods/check';
import type { FileShard } from './shard.ts';

export interface FileShardOptions extends Pick<FileShard, 'columns' | 'delimiter'> {
  /** Default: by the name of the file. */
  readonly format?: 'csv' | 'jsonl';
  /** Bytes of a shard, about. Default 64 MiB. */
  readonly bytes?: number;
}

/**
 * Divides a file of records, one a line, into shards, each from one record's beginning to another's.
 * Of CSV a line break within quotes is no end, so the file is read once. The names of its columns are
 * those of its first line.
 *
 * The types of columns must be given for columns that may look different from shard to shard.
 *
 * @throws RangeError if the file is empty, or its format is not known.
 *
 * @example
 * const shards = await fileShards('people.csv', { columns: { zip: 'category' } });
 */
export async function fileShards(
  file: string,
  { format = formatOf(file), bytes = 2 ** 26, columns, delimiter }: FileShardOptions = {},
): Promise<FileShard[]> {
  positiveInteger('bytes', bytes);
  const { size } = await stat(file);
  if (size === 0)
    throw new RangeError(`\`file\` must hold records. Received: ${file}, which is empty.`);
  const cuts =
    format === 'csv' ? await csvCuts(file, size, bytes) : await lineCuts(file, size, bytes);
  const header = format === 'csv' ? await csvHeader(file, cuts[0], delimiter) : undefined;
  const ends = [...cuts.slice(1), size].filter((end, i, all) => end > (all[i - 1] ?? cuts[0]));
  return ends.map((to, i) => ({
    ...{ file, format, from: ends[i - 1] ?? cuts[0], to },
    ...(columns && { columns }),
    ...(header && { header }),
    ...(delimiter && { delimiter }),
  }));
}

function formatOf(file: string): 'csv' | 'jsonl' {
  if (/\.csv$/i.test(file)) return 'csv';
  if (/\.(jsonl|ndjson)$/i.test(file)) return 'jsonl';
  throw new RangeError(`\`format\` must be 'csv' or 'jsonl'. Received: none for ${file}.`);
}

const BLOCK = 2 ** 20;
const [QUOTE, LINE_FEED] = [0x22, 0x0a];

/** The end of the line with the names, then the first end of a record after each multiple of `bytes`. */
async function csvCuts(file: string, size: number, bytes: number): Promise<number[]> {
  const cuts: number[] = [];
  let [isQuoted, next] = [false, 0];
  for await (const { block, at } of blocksOf(file, 0, size)) {
    for (let i = 0; i < block.length; i++) {
      const byte = block[i];
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === LINE_FEED && !isQuoted && at + i + 1 >= next) {
        cuts.push(at + i + 1);
        next = cuts[0] + cuts.length * bytes;
      }
    }
  }
  return cuts.length > 0 ? cuts : [0];
}

/** 0, then the first line after each multiple of `bytes`: only there the file is read. */
async function lineCuts(file: string, size: number, bytes: number): Promise<number[]> {
  const cuts = [0];
  for (
    let wanted = bytes;
    wanted < size;
    wanted = Math.max(wanted + bytes, cuts[cuts.length - 1])
  ) {
    for await (const { block, at } of blocksOf(file, wanted - 1, size)) {
      const end = block.indexOf(LINE_FEED);
      if (end < 0) continue;
      cuts.push(at + end + 1);
      break;
    }
  }
  return cuts;
}

async function* blocksOf(file: string, from: number, to: number) {
  const handle = await open(file);
  try {
    for (let at = from; at < to; ) {
      const block = new Uint8Array(Math.min(BLOCK, to - at));
      const { bytesRead } = await handle.read(block, 0, block.length, at);
      if (bytesRead === 0) return;
      yield { block: block.subarray(0, bytesRead), at };
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/** The names in the first line. */
async function csvHeader(file: string, end: number, delimiter?: string): Promise<string[]> {
  const parts: string[] = [];
  const decoder = new TextDecoder();
  for await (const { block } of blocksOf(file, 0, end))
    parts.push(decoder.decode(block, { stream: true }));
  const line = parts.join('').replace(/\r?\n$/, '');
  const { readCsv } = await import('@kernel-methods/tables');
  const table = await readCsv(
    { text: `${line}\n` },
    { header: true, ...(delimiter && { delimiter }) },
  );
  return table.columns.map(({ name }) => name);
}
