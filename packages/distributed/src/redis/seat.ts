import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { AllowedModules } from '../modules.ts';
import type { Step } from '../port.ts';
import type { Shard } from '../shard.ts';
import { type Fold, foldOf } from '../work.ts';
import { WorkerMemory } from '../worker-memory.ts';
import { fitPrefix } from './fit-keys.ts';
import type { Run } from './scripts.ts';
import { Store } from './store.ts';

export interface SeatOptions {
  readonly modules: AllowedModules;
  /** Bytes of features that may be kept. */
  readonly memoryBudget: number;
  /** Seconds of work after which a result is sent, though there is more to do. */
  readonly sendEvery: number;
  /** Aborted when the worker is to leave: it sends what it has. */
  readonly leave: AbortSignal;
  readonly onTravelled?: (bytes: { sent: number; received: number }) => void;
}

/** Works for a fit until there is none of its name. */
export async function sitAt(
  redis: Redis,
  run: Run,
  fit: string,
  options: SeatOptions,
): Promise<void> {
  const memory = new WorkerMemory(options.memoryBudget);
  const store = new Store(redis, run, fitPrefix(fit));
  try {
    let shards: readonly Shard[] | undefined;
    while (!options.leave.aborted) {
      const seat = randomUUID();
      const lease = await run('joinFit', fitPrefix(fit), seat);
      if (lease === 0) return;
      if (shards === undefined) {
        const bytes = await store.get('shards');
        // The fit has begun, but its shards are not there yet.
        if (bytes === undefined) {
          await delay(50);
          continue;
        }
        shards = JSON.parse(new TextDecoder().decode(bytes)) as Shard[];
      }
      const own = { run, store, prefix: fitPrefix(fit), seat, memory, shards };
      if ((await new Seat(own, Number(lease), options).work()) === 'gone') return;
      memory.forgetShards();
    }
  } finally {
    // A fit that was over already is not worth a word.
    if (store.travelled.received > 0) options.onTravelled?.(store.travelled);
    await memory.dispose();
  }
}

interface Own {
  readonly run: Run;
  readonly store: Store;
  readonly prefix: string;
  readonly seat: string;
  readonly memory: WorkerMemory;
  readonly shards: readonly Shard[];
}

/** A result in the making. */
interface Making {
  readonly step: Step;
  readonly fold: Fold;
  readonly items: string[];
  readonly since: number;
  /** Whether no other item may be added. */
  isAlone: boolean;
}

/** The end of a seat: the fit is gone, others have its work, or the worker leaves. */
type End = 'gone' | 'lost' | 'left';

class Seat {
  readonly #own: Own;
  readonly #options: SeatOptions;
  readonly #lease: number;
  readonly #stop = new AbortController();
  #making: Making | undefined;
  #requests = 0;
  /** Rows that this seat went over, in a step. */
  #rows = { step: '', count: 0 };
  #end: End | undefined;

  constructor(own: Own, lease: number, options: SeatOptions) {
    this.#own = own;
    this.#lease = lease;
    this.#options = options;
  }

  async work(): Promise<End> {
    const timer = setInterval(
      () => void this.#beat().catch(() => {}),
      Math.max(20, this.#lease / 4),
    );
    try {
      for (let pause = 1; this.#end === undefined; ) {
        if (this.#options.leave.aborted) {
          if (this.#making) await this.#send();
          await this.#run('leaveFit');
          return this.#end ?? 'left';
        }
        const isIdle = !(await this.#advance());
        if (!isIdle) pause = 1;
        else {
          await delay(pause);
          pause = Math.min(50, pause * 1.5);
        }
      }
      return this.#end;
    } finally {
      clearInterval(timer);
      this.#making?.fold.dispose();
      this.#making = undefined;
    }
  }

  /** Does some work; false if there is none. */
  async #advance(): Promise<boolean> {
    const making = this.#making;
    if (making !== undefined && (making.isAlone || isOld(making, this.#options.sendEvery))) {
      await this.#send();
      return true;
    }
    const held = making?.step.name ?? '';
    const reply = await this.#run('claim', this.#requests++, held);
    const [state, json, ...given] = reply as [string, string, ...string[]];
    if (state === 'gone' || state === 'lost') {
      this.#end = state;
      return false;
    }
    if (state !== 'ok') {
      if (making === undefined) return false;
      await this.#send();
      return true;
    }
    const items = given.filter((item) => item !== 'alone');
    const step = JSON.parse(json) as Step;
    await this.#fold(step, items, step.sendsEach === true || items.length < given.length);
    return true;
  }

  /** Adds items to the result; if one fails, all are given back. */
  async #fold(step: Step, items: readonly string[], isAlone: boolean): Promise<void> {
    if (this.#rows.step !== step.name) this.#rows = { step: step.name, count: 0 };
    const before = this.#rows.count;
    const all = [...(this.#making?.items ?? []), ...items];
    let current = items[0];
    try {
      if (this.#making === undefined) {
        const fold = await foldOf(step.work, this.#context());
        this.#making = { step, fold, items: [], since: performance.now(), isAlone };
      }
      const making = this.#making;
      for (current of items) {
        await making.fold.add(Number(current), (count) => {
          this.#rows.count += count;
        });
        this.#stop.signal.throwIfAborted();
        making.items.push(current);
      }
    } catch (error) {
      this.#drop();
      this.#rows.count = before;
      if (this.#stop.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      await this.#run('giveBack', step.name, current, message, ...all);
    }
  }

  /** Sends the result, to be recorded with its items at once. */
  async #send(): Promise<void> {
    const { step, fold, items } = this.#making as Making;
    const key = `${step.name}:${randomUUID()}`;
    const { store } = this.#own;
    try {
      await store.put(key, fold.bytes(), this.#stop.signal);
      const stays = step.staysHome ? 1 : 0;
      const count = this.#rows.count;
      const state = await this.#run('commit', step.name, key, count, stays, ...items);
      if (state === 'ok') return;
      await store.delete(key);
      if (state === 'lost') this.#end = 'lost';
      if (state === 'torn') await this.#run('giveBack', step.name, '', '', ...items);
    } catch (error) {
      await store.delete(key);
      if (!this.#stop.signal.aborted) throw error;
    } finally {
      this.#drop();
    }
  }

  #drop(): void {
    this.#making?.fold.dispose();
    this.#making = undefined;
  }

  async #beat(): Promise<void> {
    const { step, count } = this.#rows;
    const state = await this.#run('beat', step, count);
    if (state === 'ok') return;
    this.#end = state as End;
    this.#stop.abort(new Error(`This worker's seat is ${state}.`));
  }

  #run(name: Parameters<Run>[0], ...args: (string | number)[]): Promise<unknown> {
    const { run, prefix, seat } = this.#own;
    return run(name, prefix, seat, ...args);
  }

  #context() {
    const { memory, shards, store } = this.#own;
    const { modules } = this.#options;
    const get = async (key: string) => {
      const bytes = await store.get(key);
      if (bytes === undefined) throw new Error(`There are no bytes of the name '${key}'.`);
      return bytes;
    };
    return { memory, shards, modules, signal: this.#stop.signal, get };
  }
}

const isOld = ({ since, items }: Making, seconds: number) =>
  items.length > 0 && performance.now() - since > 1000 * seconds;
