import type { Heap } from './memory.ts';
import type { SimdVariant } from './module.ts';
import type { Pool } from './pool.ts';
import type { SimdUnavailableError } from './unavailable.ts';

/** A memory, and what runs kernels on it. */
export interface Engine {
  readonly variant: SimdVariant;
  readonly shared: boolean;
  readonly heap: Heap;
  readonly pool: Pool;
  /** Whether a kernel does all parts of a job in one call, so that none can be left for later. */
  readonly wholeJobs?: boolean;
  /** Called after each job where that is needed. */
  readonly afterKernel?: () => void;
  /** What kept WebAssembly from running. */
  readonly unavailable?: SimdUnavailableError;
}
