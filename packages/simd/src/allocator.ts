/** A piece of memory. All pieces, used and free, form a list in the order of their addresses. */
interface Block {
  pointer: number;
  size: number;
  free: boolean;
  before: Block | undefined;
  after: Block | undefined;
  /** Neighbours in the list of free blocks of the same class. */
  previous: Block | undefined;
  next: Block | undefined;
}

/** How much memory is allocated, and how much is free. */
export interface AllocatorStatistics {
  /** Bytes that are allocated now, each block rounded up to whole cache lines. */
  bytesInUse: number;
  /** The most bytes that were allocated at once. */
  peak: number;
  /** The number of allocated blocks. */
  blocks: number;
  /** The number of free pieces. Once all memory is freed, there is one. */
  freeBlocks: number;
}

/** Allocates pieces of an address range, in whole cache lines and constant time. */
export interface Allocator {
  /** Returns a pointer to `bytes` bytes, or undefined if no free piece is long enough. */
  allocate(bytes: number): number | undefined;
  /** @throws RangeError if the pointer is not allocated now. */
  free(pointer: number): void;
  /** The bytes of the block at a pointer; undefined if there is none. */
  sizeOf(pointer: number): number | undefined;
  /** The end that the range needs so that `bytes` fit after the blocks in use. */
  endFor(bytes: number): number;
  /** Extends the range to `end`. */
  extend(end: number): void;
  statistics(): AllocatorStatistics;
}

const LINE = 64;
// Eight classes per power of 2: a block taken from the class above is at most 1/8 too long.
const STEPS = 8;
const CLASSES = 32 * STEPS;

/** Two-level segregated fit (Masmano et al. 2004) with immediate coalescing; its lists lie outside the memory. */
export function createAllocator(start: number, end: number): Allocator {
  const heads: (Block | undefined)[] = new Array(CLASSES).fill(undefined);
  const bits = new Uint32Array(CLASSES / 32);
  const used = new Map<number, Block>();
  let last: Block | undefined;
  const counts = { bytesInUse: 0, peak: 0, blocks: 0, freeBlocks: 0 };
  let reach = start;

  function enlist(block: Block): void {
    const at = classOf(block.size);
    block.free = true;
    block.previous = undefined;
    block.next = heads[at];
    if (block.next) block.next.previous = block;
    heads[at] = block;
    bits[at >> 5] |= 1 << (at & 31);
    counts.freeBlocks++;
  }

  function delist(block: Block): void {
    const at = classOf(block.size);
    if (block.previous) block.previous.next = block.next;
    else heads[at] = block.next;
    if (block.next) block.next.previous = block.previous;
    if (!heads[at]) bits[at >> 5] &= ~(1 << (at & 31));
    block.free = false;
    counts.freeBlocks--;
  }

  function find(size: number): Block | undefined {
    // Every block of a class above that of `size` is long enough.
    for (let at = classOf(size) + 1, mask = -1 << (at & 31); at >> 5 < bits.length; ) {
      const word = bits[at >> 5] & mask;
      if (word) return heads[(at & ~31) + 31 - Math.clz32(word & -word)];
      at = (at & ~31) + 32;
      mask = -1;
    }
    // In its own class some blocks may be long enough.
    let block = heads[classOf(size)];
    while (block && block.size < size) block = block.next;
    return block;
  }

  const insertAfter = (before: Block | undefined, pointer: number, size: number): Block => {
    const block: Block = {
      ...{ pointer, size, free: false, before, after: before?.after },
      ...{ previous: undefined, next: undefined },
    };
    if (block.after) block.after.before = block;
    else last = block;
    if (before) before.after = block;
    return block;
  };

  function absorb(block: Block, after: Block): void {
    block.size += after.size;
    block.after = after.after;
    if (after.after) after.after.before = block;
    else last = block;
  }

  const allocator: Allocator = {
    allocate(bytes) {
      const size = roundUp(bytes);
      const block = find(size);
      if (!block) return undefined;
      delist(block);
      if (block.size > size) {
        enlist(insertAfter(block, block.pointer + size, block.size - size));
        block.size = size;
      }
      used.set(block.pointer, block);
      counts.blocks++;
      counts.bytesInUse += size;
      counts.peak = Math.max(counts.peak, counts.bytesInUse);
      return block.pointer;
    },
    free(pointer) {
      let block = used.get(pointer);
      if (!block) {
        throw new RangeError(
          `\`pointer\` must be one that is allocated now. Received: ${pointer}.`,
        );
      }
      used.delete(pointer);
      counts.blocks--;
      counts.bytesInUse -= block.size;
      const { before, after } = block;
      if (after?.free) {
        delist(after);
        absorb(block, after);
      }
      if (before?.free) {
        delist(before);
        absorb(before, block);
        block = before;
      }
      enlist(block);
    },
    sizeOf: (pointer) => used.get(pointer)?.size,
    endFor: (bytes) => (last?.free ? last.pointer : reach) + roundUp(bytes),
    extend(to) {
      const whole = Math.floor(to / LINE) * LINE;
      if (whole <= reach) return;
      if (last?.free) {
        const block = last;
        delist(block);
        block.size += whole - reach;
        enlist(block);
      } else {
        enlist(insertAfter(last, reach, whole - reach));
      }
      reach = whole;
    },
    statistics: () => ({ ...counts }),
  };
  allocator.extend(end);
  return allocator;
}

/** Whole cache lines, at least one, so that no two blocks share a pointer. */
const roundUp = (bytes: number) => Math.max(1, Math.ceil(bytes / LINE)) * LINE;

function classOf(size: number): number {
  const lines = size / LINE;
  if (lines < STEPS) return lines;
  const power = 31 - Math.clz32(lines);
  return (power - 2) * STEPS + (Math.floor(lines / 2 ** (power - 3)) - STEPS);
}
