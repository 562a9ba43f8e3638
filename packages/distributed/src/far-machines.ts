import { DrawnRows, type FarPass, type FarRows } from '@kernel-methods/models/far';
import type { Machines, MapOptions, Step, StepProgress, Work } from './port.ts';
import { bytesOf, floats, originBytes } from './work.ts';

interface Options {
  readonly machines: Machines;
  readonly shards: number;
  readonly target?: string;
  readonly sampleRows: number;
  readonly seed: number;
  readonly onStep: (step: Step, progress: StepProgress) => void;
  /** Called for each shard that is left out. */
  readonly onSkip: (shard: number, message: string) => void;
}

/** Rows of shards, over which machines compute. */
export function farMachines(options: Options): FarRows {
  const { machines, shards: items, target, sampleRows: most, seed, onStep, onSkip } = options;
  const told = new Set<number>();
  const run = async (step: Step, signal: AbortSignal): Promise<Uint8Array> => {
    const onProgress = (progress: StepProgress) => onStep(step, progress);
    const map: MapOptions = { signal, onProgress };
    const { parts, skipped } = await machines.map(step, map);
    for (const [shard, message] of skipped) {
      if (!told.has(shard)) onSkip(shard, message);
      told.add(shard);
    }
    const left = items - skipped.size;
    if (left === 0) throw new Error(`Every shard failed. The first: ${[...skipped.values()][0]}`);
    return machines.merge(step, parts, { signal });
  };
  return {
    async draw(task, signal) {
      const work = { kind: 'draw', task, target, most, seed } as const;
      return DrawnRows.deserialize(await run({ name: 'draw', work, items }, signal), work);
    },
    async sums(model, signal, onRows) {
      await machines.put('model', model);
      const work = { kind: 'sums', model: 'model' } as const;
      const bytes = await run({ name: 'sums', work, items }, signal);
      onRows(0);
      return bytes;
    },
    passes(model, signal) {
      const attempt = Math.random().toString(36).slice(2, 8);
      const put = once(() => machines.put('model', model));
      const vectors = new Vectors(machines, attempt);
      let count = 0;
      return {
        async sum({ kind, head, direction, factors, origin }: FarPass): Promise<Float64Array> {
          await put();
          const work: Work = {
            ...{ kind: 'pass', pass: kind, model: 'model', factors, seed },
            head: await vectors.key(head, 'head'),
            direction: direction && (await vectors.key(direction, 'direction')),
            origin: origin && (await vectors.origin(origin)),
          };
          const name = `pass-${attempt}-${count++}`;
          const step: Step = { name, work, items, staysHome: true };
          return floats(await run(step, signal));
        },
      };
    },
  };
}

/** The vectors of the passes, each sent once; the one before of its kind is deleted. */
class Vectors {
  readonly #machines: Machines;
  readonly #attempt: string;
  readonly #last = new Map<string, { readonly vector: object; readonly key: string }>();
  #count = 0;

  constructor(machines: Machines, attempt: string) {
    this.#machines = machines;
    this.#attempt = attempt;
  }

  key(vector: Float64Array, kind: 'head' | 'direction'): Promise<string> {
    return this.#send(vector, kind, () => bytesOf(vector));
  }

  origin(origin: NonNullable<FarPass['origin']>): Promise<string> {
    return this.#send(origin, 'origin', () => originBytes(origin));
  }

  async #send(vector: object, kind: string, bytes: () => Uint8Array): Promise<string> {
    const last = this.#last.get(kind);
    // Directions of conjugate gradients are changed in place.
    if (last?.vector === vector && kind !== 'direction') return last.key;
    const key = `${kind}-${this.#attempt}-${this.#count++}`;
    await this.#machines.put(key, bytes());
    this.#last.set(kind, { vector, key });
    if (last !== undefined) await this.#machines.delete(last.key);
    return key;
  }
}

/** Does it at the first call; the others wait for the same. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
