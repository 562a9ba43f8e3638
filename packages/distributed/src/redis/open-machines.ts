import type { RedisOptions } from 'ioredis';
import type { Machines } from '../port.ts';
import type { Shard } from '../shard.ts';

export interface MachineOptions {
  readonly connection: string | RedisOptions;
  readonly queue?: string;
  readonly name?: string;
  readonly workers?: number;
  readonly lease?: number;
  readonly onError?: 'fail' | 'skip';
  readonly retries?: number;
}
export const machineOptionNames = [
  'connection',
  'queue',
  'name',
  'workers',
  'lease',
  'onError',
  'retries',
] as const;
export async function openMachines(
  _: MachineOptions,
  __: { shards: readonly Shard[]; fingerprint: string; signal?: AbortSignal },
): Promise<Machines> {
  throw new Error('later');
}
