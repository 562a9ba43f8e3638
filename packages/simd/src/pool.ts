import type { Kernel } from './module.ts';
import { platform } from './platform/current.ts';
import type { WorkerHandle } from './platform/platform.ts';

// Words of 4 bytes in the reserved page. Those that many threads write lie on cache lines of their own.
const GENERATION = 4096; // Counts jobs; idle workers sleep on it.
const TICKET = 4112; // High half: the job; low half: the next part to take.
const DONE = 4128; // Parts finished, counted from the first of the run; the caller sleeps on it.
const PARTS = 4144;
const KERNEL = 4145;
const END = 4146; // The parts of a job that are done in this run: up to this one.
const SLEEPERS = 4160; // Workers that sleep.
const CALLER_SLEEPS = 4176;
const SLOTS = 4352; // 16 words per worker: state (0 started, 1 joined, 2 to stop, 3 failed), part held + 1.
/** Bytes: 128 float64, the arguments of a kernel. */
export const ARGS = 32768;
const FLAGS = 36864; // Bytes: one per part, 1 once it is done.

/** No job may have more parts. */
export const MAX_PARTS = 4096;
const MAX_WORKERS = 128;
/** No kernel may have more arguments. */
export const MAX_ARGS = 128;
const CLOSED = 0xffff;
const CONTROL = [
  ...[GENERATION, TICKET, DONE, PARTS, KERNEL, SLEEPERS, CALLER_SLEEPS],
  ...[ARGS, SLOTS, FLAGS, END],
];
const PATIENCE = 1000; // Milliseconds that a worker may take beyond what the caller took.

/** Parts of a job. */
export interface Parts {
  /** The number of parts. */
  readonly parts: number;
  /** The parts that are done in this run. */
  readonly from: number;
  readonly to: number;
}

/** A job whose parts the workers take while the caller does something else. */
export interface OpenJob {
  /** Does one part here. @returns whether there are more, for any thread. */
  step(): boolean;
  /** Ends the job: no part is taken after that, and none is being done. */
  close(): void;
}

/** Workers that share one memory. */
export interface Pool {
  /** The number of threads that share a job, including the caller. */
  readonly threads: number;
  /** The number of workers that have joined so far. */
  readonly joined: number;
  setThreads(threads: number): void;
  /** Runs parts of a job, here and on the workers. They are done when it returns. */
  run(kernel: number, args: readonly number[], parts: Parts, repeatable: boolean): void;
  /**
   * As `run`, for a caller that does one part at a time. Other jobs may run meanwhile: this one then
   * waits. Undefined if there are no workers to share it with.
   */
  open?(
    kernel: number,
    args: readonly number[],
    parts: Parts,
    repeatable: boolean,
  ): OpenJob | undefined;
  /** Waits for the parts that workers do of an open job, and lets them take no others until its next step. */
  settle?(): void;
  dispose(): void;
}

/** Workers for a memory and its kernels. They start with the first job of several parts. */
export function createPool(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  kernels: readonly Kernel[],
  names: readonly string[],
  shared: boolean,
  wanted: number,
): Pool {
  // The reserved page stays where it is when a shared memory grows, but not when a plain one does.
  let bytes = memory.buffer;
  let words = new Int32Array(bytes, 0, 16384);
  let slots = new Float64Array(bytes, ARGS, MAX_ARGS);
  const workers = new Map<number, WorkerHandle>();
  let threads = shared ? Math.min(wanted, MAX_WORKERS) : 1;
  let generation = 0;
  let nextSlot = -1;
  let busy = false;
  /** Suspends the open job, if there is one. */
  let suspend: (() => void) | undefined;
  let disposed = false;

  function setArguments(args: readonly number[]): void {
    if (args.length > MAX_ARGS) throw new RangeError('A kernel takes at most 128 arguments.');
    if (!shared && memory.buffer !== bytes) {
      bytes = memory.buffer;
      words = new Int32Array(bytes, 0, 16384);
      slots = new Float64Array(bytes, ARGS, MAX_ARGS);
    }
    for (let i = 0; i < args.length; i++) slots[i] = args[i];
  }

  /** Checks that a job may begin here, and writes its arguments. */
  function prepare(args: readonly number[]): void {
    if (disposed) throw new Error('This instance is disposed.');
    if (busy) throw new Error('A kernel may not start another.');
    suspend?.();
    setArguments(args);
  }

  const stateOf = (slot: number) => SLOTS + slot * 16;

  function drop(slot: number): void {
    const worker = workers.get(slot);
    if (!worker) return;
    workers.delete(slot);
    Atomics.store(words, stateOf(slot), 2);
    Atomics.notify(words, GENERATION); // A browser takes seconds to end one that sleeps.
    worker.terminate();
  }

  function startMissing(): void {
    while (workers.size < threads - 1) {
      // In turn: when a slot is used again, the worker that was told to stop has long ended.
      do nextSlot = (nextSlot + 1) % MAX_WORKERS;
      while (workers.has(nextSlot));
      const slot = nextSlot;
      Atomics.store(words, stateOf(slot), 0);
      Atomics.store(words, stateOf(slot) + 1, 0);
      const lost = () => {
        if (workers.get(slot) !== handle) return;
        workers.delete(slot);
        threads = Math.max(1, threads - 1);
      };
      const start = { module, memory, slot, names, control: CONTROL };
      const handle: WorkerHandle = platform().start(start, () => lost());
      workers.set(slot, handle);
    }
  }

  /** Offers parts to the workers. @returns the job's number, as tickets hold it, and its flags. */
  function offer(kernel: number, { parts, from, to }: Parts): { job: number; flags: Uint8Array } {
    generation = (generation + 1) & 0x7fff;
    const job = generation << 16;
    // The ticket is closed meanwhile: a worker that still looks for parts of the last job finds none.
    Atomics.store(words, TICKET, job | CLOSED);
    Atomics.store(words, PARTS, parts);
    Atomics.store(words, END, to);
    Atomics.store(words, KERNEL, kernel);
    Atomics.store(words, DONE, from);
    const flags = new Uint8Array(bytes, FLAGS, parts).fill(0);
    Atomics.store(words, TICKET, job | from);
    Atomics.add(words, GENERATION, 1);
    if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, GENERATION, to - from - 1);
    return { job, flags };
  }

  /** Does a part that no worker has taken. @returns whether there was one. */
  function doPart(kernel: number, { parts, to }: Parts, flags: Uint8Array): boolean {
    for (;;) {
      const ticket = Atomics.load(words, TICKET);
      const part = ticket & 0xffff;
      if (part >= to) return false;
      if (Atomics.compareExchange(words, TICKET, ticket, ticket + 1) !== ticket) continue;
      kernels[kernel](ARGS, part, parts);
      Atomics.store(flags, part, 1);
      Atomics.add(words, DONE, 1);
      return true;
    }
  }

  function runShared(kernel: number, range: Parts, repeatable: boolean): void {
    const { job, flags } = offer(kernel, range);
    const began = performance.now();
    try {
      while (doPart(kernel, range, flags));
    } finally {
      // Also after an error here: the parts that workers still hold must end before memory is used
      // again.
      Atomics.store(words, TICKET, job | CLOSED);
      awaitWorkers(kernel, range, flags, repeatable, began);
    }
  }

  function openJob(
    kernel: number,
    args: readonly number[],
    { parts, from, to }: Parts,
    repeatable: boolean,
  ): OpenJob {
    let next = from;
    let offered: ReturnType<typeof offer> | undefined;
    let began = 0;

    function resume(): ReturnType<typeof offer> {
      prepare(args);
      offered = offer(kernel, { parts, from: next, to });
      began = performance.now();
      suspend = stop;
      return offered;
    }
    function stop(): void {
      if (!offered) return;
      const { job, flags } = offered;
      const range = { parts, from: next, to };
      range.to = Atomics.exchange(words, TICKET, job | CLOSED) & 0xffff;
      Atomics.store(words, END, range.to);
      next = range.to;
      offered = undefined;
      suspend = undefined;
      awaitWorkers(kernel, range, flags, repeatable, began);
    }
    return {
      step() {
        if (next >= to) return false;
        const { flags } = offered ?? resume();
        let isDone = true;
        busy = true;
        try {
          isDone = !doPart(kernel, { parts, from, to }, flags);
        } finally {
          busy = false;
          if (isDone) stop();
        }
        return !isDone;
      },
      close() {
        stop();
        next = to;
      },
    };
  }

  function awaitWorkers(
    kernel: number,
    range: Parts,
    flags: Uint8Array,
    repeatable: boolean,
    began: number,
  ): void {
    const { to } = range;
    for (let spins = 0; spins < 2000; spins++) if (Atomics.load(words, DONE) >= to) return;
    const now = performance.now();
    const deadline = now + Math.max(PATIENCE, 10 * (now - began));
    Atomics.store(words, CALLER_SLEEPS, 1);
    for (;;) {
      const done = Atomics.load(words, DONE);
      if (done >= to) break;
      if (anyFailed() || performance.now() > deadline) {
        redo(kernel, range, flags, repeatable);
        break;
      }
      if (platform().canWait()) Atomics.wait(words, DONE, done, 20);
    }
    Atomics.store(words, CALLER_SLEEPS, 0);
  }

  function anyFailed(): boolean {
    for (const slot of workers.keys()) if (Atomics.load(words, stateOf(slot)) === 3) return true;
    return false;
  }

  /** Workers that hold a part are gone or stuck: they are ended, and their parts are done here. */
  function redo(
    kernel: number,
    { parts, from, to }: Parts,
    flags: Uint8Array,
    repeatable: boolean,
  ): void {
    for (const slot of [...workers.keys()]) {
      const alive = Atomics.load(words, stateOf(slot)) < 2;
      if (alive && Atomics.load(words, stateOf(slot) + 1) === 0) continue;
      drop(slot);
      threads = Math.max(1, threads - 1);
    }
    // A thread that is told to end does so at the next iteration of a loop.
    const until = performance.now() + 50;
    while (performance.now() < until && Atomics.load(words, DONE) < to) {
      if (platform().canWait()) Atomics.wait(words, CALLER_SLEEPS, 1, 10);
    }
    for (let part = from; part < to; part++) {
      if (Atomics.load(flags, part)) continue;
      if (!repeatable) throw new Error('A worker was lost while it changed data in place.');
      kernels[kernel](ARGS, part, parts);
    }
  }

  return {
    get threads() {
      return threads;
    },
    get joined() {
      let count = 0;
      for (const slot of workers.keys()) {
        if (Atomics.load(words, stateOf(slot)) === 1) count++;
      }
      return count;
    },
    setThreads(count) {
      suspend?.();
      threads = shared ? Math.min(count, MAX_WORKERS) : 1;
      for (const slot of [...workers.keys()].reverse()) if (workers.size >= threads) drop(slot);
    },
    run(kernel, args, range, repeatable) {
      const { parts, from, to } = range;
      prepare(args);
      if (parts === 1) {
        kernels[kernel](ARGS, 0, 1);
        return;
      }
      if (!(Number.isInteger(parts) && parts > 0 && parts <= MAX_PARTS)) {
        throw new RangeError(`\`parts\` must be 1 to ${MAX_PARTS}. Received: ${parts}.`);
      }
      startMissing();
      if (workers.size === 0 || to - from === 1) {
        for (let part = from; part < to; part++) kernels[kernel](ARGS, part, parts);
        return;
      }
      busy = true;
      try {
        runShared(kernel, range, repeatable);
      } finally {
        busy = false;
      }
    },
    open(kernel, args, range, repeatable) {
      startMissing();
      return workers.size > 0 ? openJob(kernel, args, range, repeatable) : undefined;
    },
    settle: () => suspend?.(),
    dispose() {
      suspend?.();
      for (const slot of [...workers.keys()]) drop(slot);
      disposed = true;
    },
  };
}
