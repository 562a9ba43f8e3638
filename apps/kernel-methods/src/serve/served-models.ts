import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { UsageError } from '@kernel-methods/runner';
import { type AnyRow, type ColumnType, Table } from '@kernel-methods/tables';
import { openModel, recordPath, type SavedModel } from '../model/model-folder.ts';
import type { ModelRecord } from '../model/model-record.ts';
import { answersOf, type RowAnswer } from '../model/row-answer.ts';
import { predictor } from '../model/saved-predictor.ts';
import { Batcher, type BatcherOptions } from './batcher.ts';

export interface ServedOptions extends Pick<BatcherOptions, 'onBatch' | 'isFull'> {
  /** How often intervals or sets are to hold the truth, if otherwise than the models were saved. */
  readonly interval?: number;
}

/** A model as a request sees it, from the first row to the last line of its answer. */
export interface ServedModel {
  readonly record: ModelRecord;
  predict(rows: readonly AnyRow[]): Promise<readonly RowAnswer[]>;
}

/** A model that is loaded. It is freed when nobody uses it any more. */
class Loaded implements ServedModel {
  readonly saved: SavedModel;
  readonly loadedAt = new Date();
  readonly #batcher: Batcher<RowAnswer>;
  #users = 0;
  #isRetired = false;

  constructor(saved: SavedModel, { interval, ...batching }: ServedOptions) {
    this.saved = saved;
    const { columns } = saved.record;
    const types: Record<string, ColumnType> = Object.fromEntries(
      columns.map(({ name, type }) => [name, type]),
    );
    const predict = predictor(saved, interval);
    this.#batcher = new Batcher(async (rows) => {
      const table = Table.fromRows(rows as AnyRow[], { columns: types }) as Table;
      return answersOf(await predict(table));
    }, batching);
  }

  get record(): ModelRecord {
    return this.saved.record;
  }

  predict(rows: readonly AnyRow[]): Promise<readonly RowAnswer[]> {
    return this.#batcher.predict(rows);
  }

  /** It is not freed before the task ends. */
  async use<T>(task: (model: ServedModel) => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await task(this);
    } finally {
      this.#users -= 1;
      this.#freeIfUnused();
    }
  }

  /** No new rows come; those that are here are still answered. */
  retire(): void {
    this.#isRetired = true;
    this.#freeIfUnused();
  }

  #freeIfUnused(): void {
    if (this.#isRetired && this.#users === 0) this.saved.model.dispose();
  }
}

/** Models by name, each the latest that was read whole. */
export class ServedModels {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #loaded = new Map<string, { model: Loaded; stamp: string }>();
  readonly #options: ServedOptions;

  private constructor(paths: ReadonlyMap<string, string>, options: ServedOptions) {
    this.#paths = paths;
    this.#options = options;
  }

  /** @throws UsageError if a folder holds no model, or two have one name. */
  static async open(
    folders: readonly string[],
    options: ServedOptions = {},
  ): Promise<ServedModels> {
    const paths = new Map<string, string>();
    for (const folder of folders) {
      const name = basename(resolve(folder));
      if (paths.has(name)) {
        throw new UsageError(
          `the models must be in folders of different names. Received: ${paths.get(name)} and ${folder}.`,
        );
      }
      paths.set(name, folder);
    }
    const models = new ServedModels(paths, options);
    for (const name of paths.keys()) await models.#load(name);
    return models;
  }

  get names(): string[] {
    return [...this.#paths.keys()];
  }

  /** How often intervals or sets are to hold the truth, if otherwise than the models were saved. */
  get interval(): number | undefined {
    return this.#options.interval;
  }

  record(name: string): ModelRecord {
    return this.#loaded.get(name)!.model.record;
  }

  loadedAt(name: string): Date {
    return this.#loaded.get(name)!.model.loadedAt;
  }

  /** Predicted by the model that is there when it is called. */
  predict(name: string, rows: readonly AnyRow[]): Promise<readonly RowAnswer[]> {
    return this.use(name, (model) => model.predict(rows));
  }

  /** Hands a task the model that is there now; one that is read again meanwhile is for the next. */
  use<T>(name: string, task: (model: ServedModel) => Promise<T>): Promise<T> {
    return this.#loaded.get(name)!.model.use(task);
  }

  /**
   * Reads models again, those that have changed or all. One that cannot be read stays as it was.
   * Returns what became of each that was looked at.
   */
  async reload(all = false): Promise<{ readonly name: string; readonly error?: Error }[]> {
    const told: { name: string; error?: Error }[] = [];
    for (const [name, path] of this.#paths) {
      if (!all && stampOf(path) === this.#loaded.get(name)?.stamp) continue;
      try {
        await this.#load(name);
        told.push({ name });
      } catch (error) {
        told.push({ name, error: error as Error });
        const known = this.#loaded.get(name);
        // Told once, not at each look.
        if (known) this.#loaded.set(name, { ...known, stamp: stampOf(path) });
      }
    }
    return told;
  }

  dispose(): void {
    for (const { model } of this.#loaded.values()) model.retire();
    this.#loaded.clear();
  }

  async #load(name: string): Promise<void> {
    const path = this.#paths.get(name)!;
    const stamp = stampOf(path);
    const model = loaded(await openModel(path), this.#options);
    const before = this.#loaded.get(name)?.model;
    this.#loaded.set(name, { model, stamp });
    before?.retire();
  }
}

/** @throws Error if its answers cannot be made as they are asked for. */
function loaded(saved: SavedModel, options: ServedOptions): Loaded {
  try {
    return new Loaded(saved, options);
  } catch (error) {
    saved.model.dispose();
    throw error;
  }
}

/** Changes with each save. */
function stampOf(path: string): string {
  const found = statSync(recordPath(path), { throwIfNoEntry: false, bigint: true });
  return found ? `${found.ino} ${found.mtimeNs} ${found.size}` : '';
}
