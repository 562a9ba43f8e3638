import type { Heap } from './memory.ts';
import type { SimdVariant } from './module.ts';
import type { Pool } from './pool.ts';
import type { SimdUnavailableError } from './unavailable.ts';

/** A memory, and the code that runs kernels on it. */
export interface Engine {
  readonly variant: SimdVariant;
  readonly shared: boolean;
  readonly heap: Heap;
  readonly pool: Pool;
  /** Whether a kernel does all parts of a job in one call, so that none can be postponed. */
  readonly wholeJobs?: boolean;
  /** Called after each job, if needed. */
  readonly afterKernel?: () => void;
  /** Why WebAssembly does not run. */
  readonly unavailable?: SimdUnavailableError;
}
