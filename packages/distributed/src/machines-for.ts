import { createHash } from 'node:crypto';
import { InProcess } from './in-process.ts';
import type { AllowedModules } from './modules.ts';
import type { Machines } from './port.ts';
import type { MachineOptions } from './redis/machine-options.ts';
import { openMachines } from './redis/open-machines.ts';
import type { Shard } from './shard.ts';

interface Wanted {
  readonly shards: readonly Shard[];
  /** The most items of a step. */
  readonly items: number;
  readonly fingerprint: string;
}

/** The machines of these options: those of a Redis, or this process. */
export async function machinesFor(
  options: Partial<MachineOptions> & { modules?: AllowedModules; signal?: AbortSignal },
  wanted: Wanted,
): Promise<Machines> {
  const { connection, modules, onError, signal } = options;
  signal?.throwIfAborted();
  if (connection === undefined) return new InProcess({ ...wanted, modules, onError });
  return openMachines({ ...options, connection }, { ...wanted, signal });
}

/** Tells what is asked from anything else. */
export const fingerprint = (asked: unknown): string =>
  createHash('sha256').update(JSON.stringify(asked)).digest('hex');
