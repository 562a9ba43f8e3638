import type { Heap } from './memory.ts';
import type { SimdVariant } from './module.ts';
import type { Pool } from './pool.ts';
import type { SimdUnavailableError } from './unavailable.ts';

/** What runs the kernels of an instance. */
export interface SimdEngine {
  /**
   * `native`: the kernels that @kernel-methods/native has; the others run in WebAssembly on the same memory.
   * `javascript`: no WebAssembly.
   */
  readonly name: 'native' | 'wasm' | 'javascript';
  /** Why it was chosen. */
  readonly why: string;
}

/** A memory, and the code that runs kernels on it. */
export interface Engine {
  readonly about: SimdEngine;
  readonly variant: SimdVariant;
  readonly shared: boolean;
  readonly heap: Heap;
  readonly pool: Pool;
  /** Whether a kernel does all parts of a job in one call, so that none can be postponed. */
  readonly wholeJobs?: boolean;
  /** How many times what WebAssembly multiplies in a step it does. Default: 1. */
  readonly speed?: number;
  /** Whether it has a kernel of its own, for which WebAssembly has several. */
  readonly has?: (kernel: string) => boolean;
  /** Begins a kernel of its own that runs aside; the result waits some milliseconds for it and says whether it is done. */
  readonly begin?: (kernel: string, args: readonly number[]) => (milliseconds: number) => boolean;
  /** Called after each job, if needed. */
  readonly afterKernel?: () => void;
  /** Why WebAssembly does not run. */
  readonly unavailable?: SimdUnavailableError;
}
