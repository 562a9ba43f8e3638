import { checkThat, functionArgument, knownOptions, optional } from '@kernel-methods/check';
import { fingerprint, machinesFor } from './machines-for.ts';
import type { AllowedModules } from './modules.ts';
import type { Step, StepProgress } from './port.ts';
import { type MachineOptions, machineOptionNames } from './redis/machine-options.ts';
import type { Json } from './shard.ts';
import { checkShardOptions } from './shard-options.ts';
import { resultsOf } from './work.ts';

/** Calls of one function, one for each argument. */
export interface Calls {
  /** The name of the module in the workers' lists. */
  readonly module: string;
  /** The exported function, which may be asynchronous. Default: the default export. */
  readonly function?: string;
  readonly arguments: readonly Json[];
}

export interface DistributedCallsOptions extends Partial<MachineOptions> {
  /** The modules that may be named, where this process does the work. */
  readonly modules?: AllowedModules;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: StepProgress) => void;
  /** Told of each result as soon as it is there, with the number of its call. What it throws ends all. */
  readonly onResult?: (result: Json, call: number) => void;
}

/**
 * Calls a function once for each argument, on the workers that listen at a Redis, or in this process
 * if there is no `connection`: for cross-validation and searches, a candidate a call. Results are
 * what JSON can hold, in the order of the arguments; undefined for calls that failed, if they may be
 * left out.
 *
 * @throws ShardError for a call that fails; the signal's reason when aborted.
 *
 * @example
 * const errors = { of: ({ l2 }) => Math.abs(Math.log10(l2) + 3) };
 * const candidates = [1e-4, 1e-3, 1e-2].map((l2) => ({ l2 }));
 * const calls = { module: 'errors', function: 'of', arguments: candidates };
 * const found = await distributedCalls(calls, { modules: { errors } });
 */
export async function distributedCalls(
  { module, function: name = 'default', arguments: given }: Calls,
  options: DistributedCallsOptions = {},
): Promise<(Json | undefined)[]> {
  const known = [...machineOptionNames, 'modules', 'signal', 'onProgress', 'onResult'] as const;
  knownOptions('Options', options, known);
  checkShardOptions(options);
  optional(functionArgument, 'onResult', options.onResult);
  checkThat(Array.isArray(given), 'arguments', 'must be an array', given);
  if (given.length === 0) return [];
  const work = { kind: 'call', module, function: name, arguments: given } as const;
  const step: Step = { name: 'calls', work, items: given.length, sendsEach: true };
  const wanted = { shards: [], items: given.length, fingerprint: fingerprint(work) };
  const machines = await machinesFor(options, wanted);
  const { signal = new AbortController().signal, onProgress, onResult } = options;
  const results: (Json | undefined)[] = given.map(() => undefined);
  try {
    await machines.map(step, {
      ...{ signal, onProgress },
      async onPart({ key }) {
        const bytes = (await machines.get(key)) as Uint8Array;
        for (const [call, result] of resultsOf(bytes)) {
          results[call] = result;
          onResult?.(result, call);
        }
      },
    });
    return results;
  } finally {
    await machines.close();
  }
}
