import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Label } from '@kernel-methods/models';
import { UsageError } from '@kernel-methods/runner';
import { type AnyRow, type ColumnType, Table } from '@kernel-methods/tables';
import { openModel, recordPath, type SavedModel } from '../model/model-folder.ts';
import type { ModelRecord } from '../model/model-record.ts';
import { predictor } from '../model/saved-predictor.ts';
import { Batcher } from './batcher.ts';

/** The answer for a row. */
export interface Answer {
  readonly prediction: Label;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly lower?: number;
  readonly upper?: number;
}

/** A model that is loaded. It is freed when nobody uses it any more. */
class Loaded {
  readonly saved: SavedModel;
  readonly loadedAt = new Date();
  readonly #batcher: Batcher<Answer>;
  #users = 0;
  #isRetired = false;

  constructor(saved: SavedModel, onBatch: (rows: number) => void) {
    this.saved = saved;
    const { columns } = saved.record;
    const types: Record<string, ColumnType> = Object.fromEntries(
      columns.map(({ name, type }) => [name, type]),
    );
    const predict = predictor(saved);
    this.#batcher = new Batcher(async (rows) => {
      const said = await predict(Table.fromRows(rows as AnyRow[], { columns: types }) as Table);
      const { predictions, probabilities, classes, intervals } = said;
      return predictions.map((prediction, row): Answer => {
        if (classes === undefined) {
          const range = intervals?.[row];
          return { prediction, ...(range && { lower: range.lower, upper: range.upper }) };
        }
        const own = classes.map((label, c) => [
          String(label),
          Number(probabilities![row * classes.length + c].toPrecision(7)),
        ]);
        return { prediction, probabilities: Object.fromEntries(own) };
      });
    }, onBatch);
  }

  async predict(rows: readonly AnyRow[]): Promise<readonly Answer[]> {
    this.#users += 1;
    try {
      return await this.#batcher.predict(rows);
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
  readonly #onBatch: (rows: number) => void;

  private constructor(paths: ReadonlyMap<string, string>, onBatch: (rows: number) => void) {
    this.#paths = paths;
    this.#onBatch = onBatch;
  }

  /** @throws UsageError if a folder holds no model, or two have one name. */
  static async open(
    folders: readonly string[],
    onBatch: (rows: number) => void = () => {},
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
    const models = new ServedModels(paths, onBatch);
    for (const name of paths.keys()) await models.#load(name);
    return models;
  }

  get names(): string[] {
    return [...this.#paths.keys()];
  }

  record(name: string): ModelRecord {
    return this.#loaded.get(name)!.model.saved.record;
  }

  loadedAt(name: string): Date {
    return this.#loaded.get(name)!.model.loadedAt;
  }

  /** Predicted by the model that is there when it is called. */
  predict(name: string, rows: readonly AnyRow[]): Promise<readonly Answer[]> {
    return this.#loaded.get(name)!.model.predict(rows);
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
    const model = new Loaded(await openModel(path), this.#onBatch);
    const before = this.#loaded.get(name)?.model;
    this.#loaded.set(name, { model, stamp });
    before?.retire();
  }
}

/** Changes with each save. */
function stampOf(path: string): string {
  const found = statSync(recordPath(path), { throwIfNoEntry: false, bigint: true });
  return found ? `${found.ino} ${found.mtimeNs} ${found.size}` : '';
}
