import { kindOf, typeError } from '@kernel-methods/check';

/** What JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/**
 * A part of a file of a table, from one byte to another, at boundaries of records. `header` names the
 * columns, because only the first part has the line with their names.
 */
export interface FileShard {
  /** A path that every worker has, or a URL that answers to requests of ranges. */
  readonly file: string;
  readonly format: 'csv' | 'jsonl';
  /** Whole file, if left out. */
  readonly from?: number;
  readonly to?: number;
  /** Types of columns; all shards must have the same. */
  readonly columns?: Readonly<Record<string, 'number' | 'category' | 'boolean' | 'date' | 'text'>>;
  /** For 'csv': the names of the columns, if the part has no line with them. */
  readonly header?: readonly string[];
  readonly delimiter?: string;
}

/**
 * A call of a function of a module that the worker's owner allows. It returns batches, `{ x, y,
 * sampleWeight }`, or tables: an array, or anything that can be iterated.
 */
export interface ModuleShard {
  /** The name of the module in the worker's list. */
  readonly module: string;
  /** The exported function. Default: the default export. */
  readonly function?: string;
  /** Its argument. */
  readonly argument?: Json;
}

/** The description of some rows. */
export type Shard = FileShard | ModuleShard;

/** A shard's name in errors. */
export const shardName = (index: number, shard: Shard): string =>
  `shard ${index} (${'file' in shard ? rangeOf(shard) : callOf(shard)})`;

const rangeOf = ({ file, from, to }: FileShard) =>
  from === undefined && to === undefined ? file : `${file}, bytes ${from ?? 0} to ${to ?? 'end'}`;

const callOf = ({ module, function: name = 'default', argument = null }: ModuleShard) => {
  const text = JSON.stringify(argument);
  return `${module}.${name}(${text.length > 60 ? `${text.slice(0, 57)}…` : text})`;
};

/** @throws TypeError or RangeError unless they are descriptions of shards, one or more. */
export function checkShards(shards: unknown): asserts shards is readonly Shard[] {
  if (!Array.isArray(shards)) throw typeError('shards', 'be an array', kindOf(shards));
  if (shards.length === 0) {
    throw new RangeError('`shards` must hold at least one shard. Received: none.');
  }
  shards.forEach((shard, index) => {
    const is = (name: string) => typeof shard?.[name] === 'string';
    if (typeof shard === 'object' && shard !== null && is('file') !== is('module')) return;
    throw typeError(
      `shards[${index}]`,
      'have a `file` or a `module`, and not both',
      typeof shard === 'object' ? JSON.stringify(shard) : kindOf(shard),
    );
  });
}
