import { positiveInteger } from '@kernel-methods/check';
import { createEngine } from './create-engine.ts';
import type { Engine, SimdEngine } from './engine.ts';
import type { SimdMemoryStatistics } from './memory.ts';
import type { SimdVariant } from './module.ts';
import type { EngineChoice } from './native/choice.ts';
import { kernelIds, type NativeKernelName } from './native/engine.ts';
import { platform } from './platform/current.ts';
import { MAX_PARTS, type Parts } from './pool.ts';
import { STEP_PRODUCTS, type Steps } from './steps.ts';
import type { SimdUnavailableError } from './unavailable.ts';
import type { WasmKernelName } from './wasm/tables.ts';

/** Settings of `new Simd()`. */
export interface SimdOptions {
  /** Threads that share a large job, the calling one included. Default: one per core. */
  threads?: number;
  /** The most bytes that the memory may grow to. Default: 4 GiB. */
  maximum?: number;
  /** Whether the memory is shared with workers. Default: true if the platform allows it. */
  shared?: boolean;
  /**
   * Which engine runs the kernels: `auto` takes @kernel-methods/native if it is installed and loads, else WebAssembly.
   * Default: the environment variable KERNEL_METHODS_ENGINE, else 'auto', or 'wasm' where `variant` or `module` is
   * given.
   */
  engine?: EngineChoice;
  /**
   * Which build of the kernels to use. Default: the fastest one that the engine runs, which is
   * 'javascript' if WebAssembly cannot run.
   */
  variant?: SimdVariant;
  /**
   * The compiled kernels, for platforms that import WebAssembly but do not compile it from bytes:
   * the module of the bytes that `simdBinary` returns. Their memory is not shared, so there is one
   * thread. `variant` must be the one given to `simdBinary`; its default is then 'relaxed'.
   * Default: compiled from the package itself.
   */
  module?: WebAssembly.Module;
}

/** Settings of `Simd.run`. */
export interface KernelRunOptions {
  /** The kernel changes its input, so a part cannot be done twice. Default: false. */
  inPlace?: boolean;
  /** The parts that are done now: from this one on, up to that. Default: all. */
  from?: number;
  to?: number;
}

/** How `runSteps` divides a job. */
export interface Cut {
  /** The number of parts, which decides the bits. */
  readonly parts: number;
  /** The number of parts after which all threads meet. */
  readonly together: number;
  /** Whether all parts are one step, so that nothing else runs before they are done. */
  readonly isWhole: boolean;
  /** Whether each part that the caller does is a step; the workers go on meanwhile. */
  readonly isOpen?: boolean;
}

/**
 * One memory, the kernels that work on it, and the workers that share both. An instance belongs to
 * one JavaScript thread. Pointers are byte offsets in its memory. If WebAssembly cannot run,
 * float64 linear algebra and the kernels that train models run in plain JavaScript: `variant` is
 * then 'javascript', and `unavailable` says why.
 *
 * @example
 * const simd = new Simd({ threads: 2 });
 * const pointer = simd.alloc(4 * 1000);
 * simd.f32(pointer, 1000).fill(1);
 * simd.free(pointer);
 * simd.dispose();
 */
export class Simd {
  readonly #engine: Engine;
  #scratch = { pointer: 0, bytes: 0 };

  /**
   * @throws SimdUnavailableError if WebAssembly cannot run but `variant`, `module` or `shared:
   * true` requires it.
   */
  constructor(options: SimdOptions = {}) {
    const { threads = platform().cores() } = options;
    positiveInteger('threads', threads);
    this.#engine = createEngine({ ...options, threads });
  }

  /** What runs the kernels, and why. */
  get engine(): SimdEngine {
    return this.#engine.about;
  }

  /** The build of the kernels that runs, or that runs what the native engine lacks. */
  get variant(): SimdVariant {
    return this.#engine.variant;
  }

  /** Whether the memory is shared with workers. */
  get shared(): boolean {
    return this.#engine.shared;
  }

  /**
   * Why the kernels run in plain JavaScript: the error of WebAssembly. Undefined if it was not
   * tried, or runs.
   */
  get unavailable(): SimdUnavailableError | undefined {
    return this.#engine.unavailable;
  }

  /** The current buffer of the memory. When a memory that is not shared grows, its old buffer is detached. */
  get buffer(): ArrayBufferLike {
    return this.#engine.heap.memory.buffer;
  }

  /** The number of threads that share a large job. */
  get threads(): number {
    return this.#engine.pool.threads;
  }

  /** The float32 multiplications that all threads do in the time of a step (`STEP_PRODUCTS`). */
  get stepProducts(): number {
    return STEP_PRODUCTS * (this.#engine.speed ?? 1) * this.threads;
  }

  /** The number of workers of WebAssembly that have started so far. */
  get joined(): number {
    return this.#engine.pool.joined;
  }

  /** Sets the number of threads from the next job on. In WebAssembly it stays 1 if memory cannot be shared. */
  setThreads(threads: number): void {
    positiveInteger('threads', threads);
    this.#engine.pool.setThreads(threads);
  }

  /**
   * Allocates `bytes` bytes, not cleared, in whole cache lines, aligned to 64.
   *
   * @returns a pointer
   * @throws SimdMemoryError if there is no room. The instance keeps working.
   */
  alloc(bytes: number): number {
    return this.#engine.heap.alloc(bytes);
  }

  /**
   * Frees what `alloc` returned.
   *
   * @throws RangeError if the pointer is not allocated now.
   */
  free(pointer: number): void {
    this.#engine.heap.free(pointer);
  }

  /** A view of `length` float32 at a pointer. It is valid until the next allocation. */
  f32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.buffer, pointer, length);
  }

  /** A view of `length` float64. It is valid until the next allocation. */
  f64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.buffer, pointer, length);
  }

  /** A view of `length` int32. It is valid until the next allocation. */
  i32(pointer: number, length: number): Int32Array {
    return new Int32Array(this.buffer, pointer, length);
  }

  /** A view of `length` bytes. It is valid until the next allocation. */
  u8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.buffer, pointer, length);
  }

  /**
   * Runs a kernel of assembly/ in `parts` parts on all threads. What a part computes depends only
   * on the arguments and `parts`, so the same `parts` give the same bits. It is meant for the
   * functions of this package; see INTERNALS.md.
   *
   * @throws SimdUnavailableError if the kernel needs WebAssembly and that cannot run.
   */
  run(
    kernel: WasmKernelName | NativeKernelName,
    args: readonly number[],
    parts = 1,
    { inPlace, from = 0, to = parts }: KernelRunOptions = {},
  ): void {
    this.#engine.pool.run(kernelIds.get(kernel)!, args, { parts, from, to }, !inPlace);
    this.#engine.afterKernel?.();
  }

  /**
   * As `run`, in steps of some parts each.
   *
   * @param args returns the arguments for a step, given its first part.
   * @param cut how the job is divided: what `partsInSteps`, `inWindows` or `nativeSteps` returned.
   */
  *runSteps(
    kernel: WasmKernelName | NativeKernelName,
    args: (from: number) => readonly number[],
    { parts, together, isOpen }: Cut,
    { inPlace }: Pick<KernelRunOptions, 'inPlace'> = {},
  ): Steps<void> {
    for (let from = 0; from < parts; from += together) {
      if (from > 0) yield;
      const to = Math.min(from + together, parts);
      if (isOpen) yield* this.#runWindow(kernel, args(from), { parts, from, to }, inPlace);
      else this.run(kernel, args(from), parts, { inPlace, from, to });
    }
  }

  /** Does some parts, one at a time, while the workers do others. */
  *#runWindow(
    kernel: WasmKernelName | NativeKernelName,
    args: readonly number[],
    range: Parts,
    inPlace = false,
  ): Steps<void> {
    const { pool, afterKernel } = this.#engine;
    const job = pool.open?.(kernelIds.get(kernel)!, args, range, !inPlace);
    if (!job) {
      // The workers are lost.
      for (let from = range.from; from < range.to; from++) {
        if (from > range.from) yield;
        this.run(kernel, args, range.parts, { inPlace, from, to: from + 1 });
      }
      return;
    }
    try {
      while (job.step()) {
        afterKernel?.();
        yield;
      }
    } finally {
      job.close();
    }
  }

  /** Whether the engine has a kernel that does the work of several of WebAssembly's. For the functions of this package. */
  has(kernel: NativeKernelName): boolean {
    return this.#engine.has?.(kernel) ?? false;
  }

  /**
   * How a job is divided for `runSteps`.
   *
   * @param steps the cost of the job for one thread, in steps; no part may cost more than one step.
   * @param parts the number of parts without steps. @param most the largest possible number of
   * parts.
   */
  partsInSteps(steps: number, parts: number, most = MAX_PARTS): Cut {
    if (this.#engine.wholeJobs) return { parts, together: parts, isWhole: true };
    // Two parts per thread in a step, so that a thread that is held up costs little.
    const finer = this.threads > 1 ? 2 : 1;
    const wanted = steps > 1 ? Math.max(parts, finer * Math.ceil(steps)) : parts;
    const count = Math.max(1, Math.min(wanted, most, MAX_PARTS));
    if (steps <= 1) return { parts: count, together: count, isWhole: true };
    const perThread = Math.max(1, Math.floor(count / steps));
    const together = this.threads * perThread;
    return { parts: count, together, isWhole: together >= count };
  }

  /**
   * The same parts in windows of several steps, where there are workers. They go on while the event
   * loop has its turn, and threads wait for each other once per window. The memory that a kernel
   * uses must belong to the job alone.
   */
  inWindows(cut: Cut): Cut {
    const { parts, together, isWhole } = cut;
    if (isWhole || this.threads === 1 || !this.#engine.pool.open) return cut;
    return { parts, together: Math.min(parts, WINDOW * together), isWhole, isOpen: true };
  }

  /**
   * How a job of a native kernel is cut for `runSteps`: into steps that it shares among the threads by itself. A thread
   * does in one what WebAssembly does in eight.
   */
  nativeSteps(steps: number): Cut {
    const least = steps > 1 ? 2 : 1;
    const parts = Math.max(least, Math.ceil(steps / (8 * this.threads)));
    return { parts, together: 1, isWhole: parts === 1 };
  }

  /**
   * Runs a large job of a native kernel: aside, so that no thread waits for the others at the end of a step, or in
   * steps where the memory may move.
   *
   * @param steps the cost of the job for one thread, in steps.
   */
  *runNative(
    kernel: NativeKernelName,
    args: readonly number[],
    steps: number,
    options: Pick<KernelRunOptions, 'inPlace'> = {},
  ): Steps<void> {
    const cut = this.nativeSteps(steps);
    if (!cut.isWhole && this.shared) yield* this.runAside(kernel, args);
    else yield* this.runSteps(kernel, () => args, cut, options);
  }

  /** Runs a kernel that cannot be cut on threads aside, with turns for others meanwhile. */
  *runAside(kernel: NativeKernelName, args: readonly number[]): Steps<void> {
    const { begin } = this.#engine;
    // A memory that is not shared may move when others let it grow.
    if (!this.shared || !begin) {
      this.run(kernel, args);
      yield;
      return;
    }
    const isDone = begin(kernel, args);
    try {
      do yield;
      while (!isDone(WAIT));
    } finally {
      while (!isDone(1000));
    }
  }

  /**
   * The number of parts for `units` units of work, so that each part has `grain` units or more. It
   * is 1 for a small job or for one thread, otherwise a few per thread, so that a thread that is
   * held up costs little.
   */
  partsFor(units: number, grain: number, perThread = 4): number {
    const { threads } = this;
    if (threads === 1) return 1;
    return Math.max(1, Math.min(Math.floor(units / grain), threads * perThread, MAX_PARTS));
  }

  /** Memory for one kernel call; the next caller of `scratch` gets the same memory. */
  scratch(bytes: number): number {
    if (this.#scratch.bytes < bytes) {
      if (this.#scratch.pointer) this.free(this.#scratch.pointer);
      this.#scratch = { pointer: 0, bytes: 0 };
      this.#scratch = { pointer: this.alloc(bytes), bytes };
    }
    return this.#scratch.pointer;
  }

  /** Bytes in use and their peak, blocks, and how far the memory may grow. Scratch memory counts. */
  memory(): SimdMemoryStatistics {
    return this.#engine.heap.statistics();
  }

  /** Ends the workers. Kernels throw after that. */
  dispose(): void {
    this.#engine.pool.dispose();
  }
}

/** Steps per window. */
const WINDOW = 8;

/** Milliseconds that a step waits for a kernel aside. */
const WAIT = 5;

let shared: Simd | undefined;

/**
 * The instance that everything in this JavaScript thread shares. The first call makes it.
 *
 * @param options settings of the instance, which only the first call may give.
 * @throws SimdUnavailableError as `new Simd` does.
 * @example
 * getSimd().setThreads(1);
 */
export function getSimd(options?: SimdOptions): Simd {
  if (shared && options) {
    throw new Error(
      '`options` must be given to the first call of getSimd. The instance exists already.',
    );
  }
  shared ??= new Simd(options);
  return shared;
}
