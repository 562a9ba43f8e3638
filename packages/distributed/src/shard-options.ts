import {
  abortSignal,
  functionArgument,
  kindOf,
  object,
  optional,
  positiveInteger,
  typeError,
} from '@kernel-methods/check';
import type { AllowedModules } from './modules.ts';
import {
  checkMachineOptions,
  type MachineOptions,
  machineOptionNames,
} from './redis/machine-options.ts';

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

/** Options that whatever goes over shards may have besides. */
interface More {
  readonly target?: unknown;
  readonly signal?: unknown;
  readonly onProgress?: unknown;
}

/** @throws TypeError or RangeError that names the option, its rule and the value. */
export function checkShardOptions(options: ShardOptions & More): void {
  const { modules, sampleRows, onSkip, target, signal, onProgress } = options;
  checkMachineOptions(options);
  optional(object, 'modules', modules);
  optional(positiveInteger, 'sampleRows', sampleRows);
  optional(functionArgument, 'onSkip', onSkip);
  optional(functionArgument, 'onProgress', onProgress);
  optional(abortSignal, 'signal', signal);
  if (target !== undefined && typeof target !== 'string') {
    throw typeError('target', 'be the name of a column', kindOf(target));
  }
}
