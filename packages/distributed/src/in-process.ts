import { defaultMemoryBudget } from '@kernel-methods/models/far';
import type { AllowedModules } from './modules.ts';
import {
  type Machines,
  type MapOptions,
  type Mapped,
  type Part,
  ShardError,
  type Step,
} from './port.ts';
import { type Shard, shardName } from './shard.ts';
import { foldOf, type WorkContext } from './work.ts';
import { WorkerMemory } from './worker-memory.ts';

export interface InProcessOptions {
  readonly shards: readonly Shard[];
  readonly modules?: AllowedModules;
  /** What happens to a fit with a shard that fails. Default 'fail'. */
  readonly onError?: 'fail' | 'skip';
  /** Items of each result. Default all. */
  readonly together?: number;
}

/** This process, as the machines of a fit: one item after the other, in order. */
export class InProcess implements Machines {
  readonly #options: InProcessOptions;
  readonly #kept = new Map<string, Uint8Array>();
  readonly #memory = new WorkerMemory(defaultMemoryBudget());

  constructor(options: InProcessOptions) {
    this.#options = options;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.#kept.set(key, bytes.slice());
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#kept.get(key)?.slice();
  }

  async delete(...keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#kept.delete(key);
  }

  async map({ name, work, items, sendsEach }: Step, options: MapOptions): Promise<Mapped> {
    const { signal, onProgress, onPart } = options;
    const together = sendsEach ? 1 : (this.#options.together ?? items);
    const context = this.#context(signal);
    const parts: Part[] = [];
    const skipped = new Map<number, string>();
    let rows = 0;
    const progress = (done: number) => onProgress?.({ done, items, rows, workers: 1 });
    for (let from = 0; from < items; from += together) {
      const all = Array.from({ length: Math.min(together, items - from) }, (_, i) => from + i);
      // A result into which an item failed is made again without it.
      for (;;) {
        const own = all.filter((item) => !skipped.has(item));
        if (own.length === 0) break;
        const fold = await foldOf(work, context);
        const before = rows;
        try {
          const failed = await firstFailure(own, async (item) => {
            signal.throwIfAborted();
            await fold.add(item, (count) => {
              rows += count;
              progress(own.indexOf(item) + from);
            });
          });
          signal.throwIfAborted();
          if (failed !== undefined) {
            this.#fail(failed.item, failed.error, work.kind);
            skipped.set(failed.item, failed.error.message);
            rows = before;
            continue;
          }
          const key = `${name}:${parts.length}`;
          await this.put(key, fold.bytes());
          const part = { key, items: own };
          parts.push(part);
          await onPart?.(part);
          break;
        } finally {
          fold.dispose();
        }
      }
      progress(from + all.length);
    }
    return { parts, skipped };
  }

  async merge({ work }: Step, parts: readonly Part[], { signal }: MapOptions): Promise<Uint8Array> {
    const context = this.#context(signal);
    const fold = await foldOf(work, context);
    try {
      for (const { key } of parts) fold.merge(await context.get(key));
      return fold.bytes();
    } finally {
      fold.dispose();
    }
  }

  async close(): Promise<void> {
    this.#kept.clear();
    await this.#memory.dispose();
  }

  #context(signal: AbortSignal): WorkContext {
    const { shards, modules = {} } = this.#options;
    return {
      ...{ shards, modules, memory: this.#memory, signal },
      get: async (key) => (await this.get(key)) as Uint8Array,
    };
  }

  /** @throws ShardError unless a shard that fails is left out. */
  #fail(item: number, error: Error, kind: string): void {
    const { shards, onError = 'fail' } = this.#options;
    const name = kind === 'call' ? `call ${item}` : shardName(item, shards[item]);
    if (onError === 'fail') throw new ShardError(item, `In ${name}: ${error.message}`);
  }
}

async function firstFailure(items: readonly number[], add: (item: number) => Promise<void>) {
  for (const item of items) {
    try {
      await add(item);
    } catch (error) {
      return { item, error: error as Error };
    }
  }
  return undefined;
}
