import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAllocator } from './allocator.ts';

describe('createAllocator', () => {
  it('never overlaps, counts right, and all that is freed becomes one stretch', () => {
    const step = fc.record({ bytes: fc.nat(5000), release: fc.nat(), grow: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let end = 65536;
        const allocator = createAllocator(1024, end);
        const held = new Map<number, number>();
        for (const { bytes, release, grow } of steps) {
          if (release % 3 === 0 && held.size > 0) {
            const pointer = [...held.keys()][release % held.size];
            allocator.free(pointer);
            held.delete(pointer);
            continue;
          }
          let pointer = allocator.allocate(bytes);
          if (pointer === undefined && grow) {
            end = Math.max(end, allocator.endFor(bytes));
            allocator.extend(end);
            pointer = allocator.allocate(bytes);
            expect(pointer).toBeDefined();
          }
          if (pointer === undefined) continue;
          const size = Math.max(64, Math.ceil(bytes / 64) * 64);
          expect(pointer % 64).toBe(0);
          expect(pointer).toBeGreaterThanOrEqual(1024);
          expect(pointer + size).toBeLessThanOrEqual(end);
          for (const [other, length] of held) {
            expect(pointer >= other + length || pointer + size <= other).toBe(true);
          }
          held.set(pointer, size);
          const bytesInUse = [...held.values()].reduce((a, b) => a + b, 0);
          expect(allocator.statistics()).toMatchObject({ bytesInUse, blocks: held.size });
        }
        for (const pointer of held.keys()) allocator.free(pointer);
        expect(allocator.statistics()).toMatchObject({ bytesInUse: 0, blocks: 0, freeBlocks: 1 });
        // One stretch: all of it can be had at once.
        expect(allocator.allocate(Math.floor((end - 1024) / 64) * 64)).toBe(1024);
      }),
    );
  });

  it('finds room wherever a naive search finds it', () => {
    const allocator = createAllocator(0, 64 * 100);
    const pointers = Array.from({ length: 100 }, () => allocator.allocate(64)!);
    for (let i = 10; i < 19; i++) allocator.free(pointers[i]);
    expect(allocator.allocate(9 * 64)).toBe(pointers[10]);
    expect(allocator.allocate(1)).toBeUndefined();
  });

  it('refuses a pointer twice, and one it never gave', () => {
    const allocator = createAllocator(0, 4096);
    const pointer = allocator.allocate(100)!;
    allocator.free(pointer);
    const message = (p: number) => `\`pointer\` must be one that is allocated now. Received: ${p}.`;
    expect(() => allocator.free(pointer)).toThrow(message(pointer));
    expect(() => allocator.free(640)).toThrow(message(640));
  });

  it('counts the peak', () => {
    const allocator = createAllocator(0, 4096);
    allocator.free(allocator.allocate(1000)!);
    expect(allocator.statistics()).toMatchObject({ bytesInUse: 0, peak: 1024 });
  });
});
