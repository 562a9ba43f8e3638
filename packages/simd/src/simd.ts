import { platform } from '#platform';
import { createHeap, type Heap, type MemoryStatistics } from './memory.ts';
import { bestVariant, compile, type Variant } from './module.ts';
import { createPool, MAX_PARTS, type Pool } from './pool.ts';
import { type KernelName, kernelNames } from './wasm/names.ts';

export interface SimdOptions {
  /** Threads that share a large job, the caller among them. Default: one a core. */
  threads?: number;
  /** The memory grows to this many bytes at most. Default: 4 GiB. */
  maximum?: number;
  /** Whether workers may join. Default: where the platform allows it. */
  shared?: boolean;
  /** Which build of the kernels. Default: the better one that the engine runs. */
  variant?: Variant;
}

export interface RunOptions {
  /** The kernel changes its input, so that a part cannot be done twice. Default false. */
  inPlace?: boolean;
}

/** One memory, the kernels over it, and the workers that share them. Belongs to one JavaScript thread. */
export class Simd {
  readonly variant: Variant;
  readonly shared: boolean;
  readonly #heap: Heap;
  readonly #pool: Pool;
  #scratch = { pointer: 0, bytes: 0 };

  constructor(options: SimdOptions = {}) {
    const { threads = Math.max(1, platform.cores()), shared = platform.canShare() } = options;
    checkThreads(threads);
    this.variant = options.variant ?? bestVariant();
    this.shared = shared;
    this.#heap = createHeap(shared, options.maximum);
    const module = compile(this.variant, shared);
    const { memory } = this.#heap;
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    const kernels = kernelNames.map((name) => exports[name] as Parameters<typeof createPool>[2][0]);
    this.#pool = createPool(module, memory, kernels, kernelNames, shared, threads);
  }

  /** The memory's buffer now. Growing a memory that is not shared detaches the one before. */
  get buffer(): ArrayBufferLike {
    return this.#heap.memory.buffer;
  }

  /** How many threads share a large job. */
  get threads(): number {
    return this.#pool.threads;
  }

  /** How many workers have joined by now. */
  get joined(): number {
    return this.#pool.joined;
  }

  /** Uses this many threads from the next job on. Always 1 where memory cannot be shared. */
  setThreads(threads: number): void {
    checkThreads(threads);
    this.#pool.setThreads(threads);
  }

  /**
   * Memory for `bytes` bytes, not cleared: whole cache lines, aligned to 64.
   *
   * @throws SimdMemoryError where there is no room; everything goes on working.
   */
  alloc(bytes: number): number {
    return this.#heap.alloc(bytes);
  }

  /** @throws RangeError if the pointer is not one that is allocated now. */
  free(pointer: number): void {
    this.#heap.free(pointer);
  }

  /** Views of the memory. A view is good until the next allocation; make a new one then. */
  f32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.buffer, pointer, length);
  }

  f64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.buffer, pointer, length);
  }

  i32(pointer: number, length: number): Int32Array {
    return new Int32Array(this.buffer, pointer, length);
  }

  u8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.buffer, pointer, length);
  }

  /**
   * Runs a kernel in `parts` parts on every thread. Which numbers a part computes depends on `parts`
   * alone, so the same `parts` give the same bits. See INTERNALS.md.
   */
  run(kernel: KernelName, args: readonly number[], parts = 1, { inPlace }: RunOptions = {}): void {
    this.#pool.run(kernelIds.get(kernel)!, args, parts, !inPlace);
    platform.afterKernel?.();
  }

  /**
   * Into how many parts to cut `units` units of work, so that each has `grain` units or more: 1 for a
   * small job or one thread, else a few for each thread, so that a thread that is held up costs little.
   */
  partsFor(units: number, grain: number, perThread = 4): number {
    const { threads } = this;
    if (threads === 1) return 1;
    return Math.max(1, Math.min(Math.floor(units / grain), threads * perThread, MAX_PARTS));
  }

  /** Memory that the next caller of `scratch` gets too: for use within one kernel call. */
  scratch(bytes: number): number {
    if (this.#scratch.bytes < bytes) {
      if (this.#scratch.pointer) this.free(this.#scratch.pointer);
      this.#scratch = { pointer: 0, bytes: 0 };
      this.#scratch = { pointer: this.alloc(bytes), bytes };
    }
    return this.#scratch.pointer;
  }

  /** Bytes in use, their peak, blocks, and how far the memory may grow. Scratch memory counts. */
  memory(): MemoryStatistics {
    return this.#heap.statistics();
  }

  /** Ends the workers. Kernels throw from then on. */
  dispose(): void {
    this.#pool.dispose();
  }
}

const kernelIds = new Map(kernelNames.map((name, id) => [name, id]));

function checkThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`\`threads\` must be a whole number, 1 or above. Received: ${threads}.`);
  }
}

let shared: Simd | undefined;

/** The instance that everything in this JavaScript thread shares, made at the first call. */
export function getSimd(): Simd {
  shared ??= new Simd();
  return shared;
}
