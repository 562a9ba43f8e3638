// As @kernel-methods/native declares it: its types cannot be imported, since it may not be installed.

/** Kernels over one memory, and the threads that share their work. It belongs to one JavaScript thread. */
interface NativeEngine {
  /** Tells the engine where the memory is after it has grown. `buffer` is all of it. */
  attach(buffer: Uint8Array): void;
  /**
   * Runs kernel number `kernel` of `kernelNames()`, whose arguments stand in the memory, on `threads` threads: of
   * `parts` parts those from `from` up to `to`.
   *
   * @throws Error where an operand does not lie in the memory.
   */
  run(kernel: number, parts: number, from: number, to: number, threads: number): void;
  /** Begins a kernel aside, and returns at once. The memory may neither move nor be freed until it is done. */
  begin(kernel: number, threads: number): void;
  /**
   * Waits for the kernel aside, at most so many milliseconds.
   *
   * @returns whether it is done
   * @throws Error once, if it failed.
   */
  wait(milliseconds: number): boolean;
  /** Ends the threads. */
  dispose(): void;
}

/** What the Rust crate exports. */
export interface NativeAddon {
  /** The version of what kernels are called with. */
  contract(): number;
  /** The names of the kernels, in the order of their numbers. */
  kernelNames(): string[];
  /** The instructions that the kernels use on this machine, such as 'AVX-512'. */
  instructions(): string;
  /** `buffer`: all of the memory. The caller keeps it alive. */
  Engine: new (
    buffer: Uint8Array,
  ) => NativeEngine;
}
