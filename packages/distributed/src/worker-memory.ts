import { type FarBatch, FarModel, type FarPass, FarShard } from '@kernel-methods/models/far';

/** What a worker keeps between the steps of a fit: models, and shards with their features. */
export class WorkerMemory {
  readonly #budget: number;
  readonly #models = new Map<string, Promise<FarModel>>();
  readonly #shards = new Map<string, FarShard>();
  #used = 0;

  /** @param budget bytes of features that may be kept. */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** The model of a key, read once. */
  model(key: string, get: (key: string) => Promise<Uint8Array>): Promise<FarModel> {
    let model = this.#models.get(key);
    if (model === undefined) {
      model = get(key).then((bytes) => FarModel.read(bytes));
      model.catch(() => this.#models.delete(key));
      this.#models.set(key, model);
    }
    return model;
  }

  /** Uses a shard, which is kept while there is room, and read again where not. */
  async withShard<T>(
    name: string,
    model: FarModel,
    open: () => AsyncIterable<FarBatch>,
    options: { signal: AbortSignal; seed: number; shard: number; origin?: FarPass['origin'] },
    use: (shard: FarShard) => Promise<T>,
  ): Promise<T> {
    const known = this.#shards.get(name);
    if (known !== undefined) return use(known);
    const budget = Math.max(0, this.#budget - this.#used);
    const shard = await FarShard.open(model, open(), { ...options, budget });
    const isKept = shard.bytes <= budget;
    if (isKept) {
      this.#shards.set(name, shard);
      this.#used += shard.bytes;
    }
    try {
      return await use(shard);
    } finally {
      if (!isKept) shard.dispose();
    }
  }

  /** Shards hear the signal with which they were opened: once it is aborted they are of no use. */
  forgetShards(): void {
    for (const shard of this.#shards.values()) shard.dispose();
    this.#shards.clear();
    this.#used = 0;
  }

  async dispose(): Promise<void> {
    this.forgetShards();
    for (const model of this.#models.values()) {
      await model.then(
        (own) => own.dispose(),
        () => {},
      );
    }
    this.#models.clear();
  }
}
