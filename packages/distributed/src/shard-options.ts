import { functionArgument, oneOf, optional, positiveInteger } from '@kernel-methods/check';
import type { AllowedModules } from './modules.ts';
import { type MachineOptions, machineOptionNames } from './redis/open-machines.ts';

/** Options of whatever goes over shards. */
export interface ShardOptions extends Partial<MachineOptions> {
  /** The modules that shards may name, where this process does the work. */
  readonly modules?: AllowedModules;
  /** The most rows that are drawn from all shards, from which maps learn. Default 10,000. */
  readonly sampleRows?: number;
  /** Called for each shard that is left out, with `onError: 'skip'`. */
  readonly onSkip?: (shard: number, message: string) => void;
}

export const shardOptionNames = [...machineOptionNames, 'modules', 'sampleRows', 'onSkip'] as const;

/** @throws TypeError or RangeError that names the option, its rule and the value. */
export function checkShardOptions(options: ShardOptions & { readonly onProgress?: unknown }): void {
  optional(positiveInteger, 'sampleRows', options.sampleRows);
  optional(functionArgument, 'onProgress', options.onProgress);
  optional(functionArgument, 'onSkip', options.onSkip);
  if (options.onError !== undefined) oneOf('onError', options.onError, ['fail', 'skip']);
}
