import { type AllocatorStatistics, createAllocator } from './allocator.ts';

const PAGE = 65536;
/** The first page holds no data: it has null, the kernels' constants and the pool's words. */
const RESERVED = PAGE;
const LARGEST = 65536 * PAGE;
const MB = 2 ** 20;

/** Thrown if there is no room: the limit of the memory is reached, or the system refuses more. */
export class SimdMemoryError extends Error {
  override name = 'SimdMemoryError';
}

/** What `Simd.memory()` returns. */
export interface SimdMemoryStatistics extends AllocatorStatistics {
  /** The size of the memory now, in bytes. It never shrinks. */
  size: number;
  /** The size that it may reach, in bytes. */
  maximum: number;
}

/** Bytes that grow by whole pages: WebAssembly's memory, or its replacement in plain JavaScript. */
interface GrowingMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): unknown;
}

/** One memory that grows on demand, and its allocator. */
export interface Heap<M extends GrowingMemory = GrowingMemory> {
  readonly memory: M;
  alloc(bytes: number): number;
  free(pointer: number): void;
  statistics(): SimdMemoryStatistics;
}

/**
 * @param reserve makes a memory of two pages that may grow to a given number, or to fewer if the
 * system refuses.
 * @param maximum bytes, rounded down to whole pages of 64 KiB.
 */
export function createHeap<M extends GrowingMemory>(
  reserve: (pages: number) => { memory: M; pages: number },
  maximum = LARGEST,
): Heap<M> {
  if (!(maximum >= 2 * PAGE && maximum <= LARGEST)) {
    throw new RangeError(`\`maximum\` must be 131072 to 4294967296 bytes. Received: ${maximum}.`);
  }
  const { memory, pages } = reserve(Math.floor(maximum / PAGE));
  const limit = pages * PAGE;
  const size = () => memory.buffer.byteLength;
  const allocator = createAllocator(RESERVED, size());

  function grow(bytes: number): boolean {
    const needed = allocator.endFor(bytes);
    if (needed > limit) return false;
    // A quarter more than now, so that many small allocations seldom grow the memory.
    const generous = Math.min(limit, Math.max(needed, size() + Math.min(size() / 4, 64 * MB)));
    for (const target of [generous, needed]) {
      try {
        memory.grow(Math.ceil((target - size()) / PAGE));
        allocator.extend(size());
        return true;
      } catch {
        // The system refuses: ask for less.
      }
    }
    return false;
  }

  return {
    memory,
    alloc(bytes) {
      if (!(bytes >= 0 && bytes <= Number.MAX_SAFE_INTEGER)) {
        throw new RangeError(`\`bytes\` must be 0 or more. Received: ${bytes}.`);
      }
      let pointer = allocator.allocate(bytes);
      if (pointer === undefined && grow(bytes)) pointer = allocator.allocate(bytes);
      if (pointer !== undefined) return pointer;
      const { bytesInUse } = allocator.statistics();
      const mb = (n: number) => (n / MB).toFixed(n < 10 * MB ? 1 : 0);
      throw new SimdMemoryError(
        `needs ${mb(bytes)} MB, ${mb(bytesInUse)} MB of ${mb(limit)} MB are in use`,
      );
    },
    free: allocator.free,
    statistics: () => ({ ...allocator.statistics(), size: size(), maximum: limit }),
  };
}
