import {
  integerBetween,
  nonNegativeInteger,
  object,
  oneOf,
  optional,
  positiveInteger,
  rangeError,
} from '@kernel-methods/check';
import type { Connection } from './connect.ts';
import { checkName, DEFAULT_GRACE, DEFAULT_LEASE } from './fit-keys.ts';

export interface MachineOptions {
  /** The Redis where workers listen: a URL or options of ioredis, with TLS and password if it has. */
  readonly connection: Connection;
  /** The queue where the workers wait. Default 'fits'. */
  readonly queue?: string;
  /**
   * The name of the fit. If there is one of this name and of the same shards and options, it is
   * continued. Default: a new name.
   */
  readonly name?: string;
  /** The most workers that take part. Default 64, or as many as there are shards. */
  readonly workers?: number;
  /**
   * Milliseconds after which a worker that is not heard of loses its work to others. Default 30,000.
   */
  readonly lease?: number;
  /**
   * Milliseconds after which the fit ends if this process is not heard of: workers stop, and nothing is
   * left of it in Redis. Until then a call with the same `name` goes on with it. `lease` or more; default
   * 600,000, or `lease` if that is more.
   */
  readonly grace?: number;
  /** What happens if a shard fails on every try. Default 'fail'. */
  readonly onError?: 'fail' | 'skip';
  /** How often a shard that fails is tried again. Default 2. */
  readonly retries?: number;
}

export const machineOptionNames = [
  ...(['connection', 'queue', 'name', 'workers', 'lease', 'grace', 'onError', 'retries'] as const),
] satisfies readonly (keyof MachineOptions)[];

/**
 * The same rules whether there is a Redis or not.
 *
 * @throws TypeError or RangeError that names the option, its rule and the value.
 */
export function checkMachineOptions(options: Partial<MachineOptions>): void {
  const { connection, queue, name, workers, lease, grace, onError, retries } = options;
  if (typeof connection !== 'string') optional(object, 'connection', connection);
  if (queue !== undefined) checkName('queue', queue);
  if (name !== undefined) checkName('name', name);
  optional(positiveInteger, 'workers', workers);
  optional(milliseconds, 'lease', lease);
  optional(milliseconds, 'grace', grace);
  const least = lease ?? DEFAULT_LEASE;
  if (grace !== undefined && grace < least) {
    throw rangeError('grace', `be \`lease\`, ${least}, or more`, String(grace));
  }
  if (onError !== undefined) oneOf('onError', onError, ['fail', 'skip']);
  optional(nonNegativeInteger, 'retries', retries);
}

/** The times of a fit, in milliseconds. */
export function timesOf({ lease = DEFAULT_LEASE, grace }: Partial<MachineOptions>) {
  return { lease, grace: grace ?? Math.max(lease, DEFAULT_GRACE) };
}

/** The longest that a timer of JavaScript waits, 24 days. */
const MOST_MILLISECONDS = 2 ** 31 - 1;

/** @throws RangeError unless a timer can wait as long. */
export const milliseconds = (name: string, value: unknown): number =>
  integerBetween(name, value, 1, MOST_MILLISECONDS);
