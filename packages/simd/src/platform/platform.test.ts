import { describe, expect, it, vi } from 'vitest';

describe('the entries', () => {
  it('give each platform its own, and the same functions', async () => {
    const node = await import('../index.ts');
    expect(new node.Simd({ threads: 2 }).shared).toBe(true);
    vi.resetModules();
    const browser = await import('../browser.ts');
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
    // A page that is not cross-origin isolated: one thread, and no `wide` build.
    const simd = new browser.Simd();
    expect([simd.shared, simd.threads]).toEqual([false, 1]);
    expect(() => new browser.Simd({ variant: 'wide' })).toThrow(
      "`variant` must be 'plain', 'relaxed' or 'javascript'; 'wide' exists in Node only. Received: wide.",
    );
    const x = simd.alloc(16);
    simd.f32(x, 4).fill(0);
    browser.expAt(simd, x, x, 4);
    expect([...simd.f32(x, 4)]).toEqual([1, 1, 1, 1]);
  });

  it('say so where neither was imported', async () => {
    vi.resetModules();
    const { Simd } = await import('../simd.ts');
    expect(() => new Simd()).toThrow('@kernel-methods/simd was not imported by its entry.');
  });
});

describe('the number of threads', () => {
  it('is asked of the navigator where the system does not say', async () => {
    vi.resetModules();
    vi.doMock('node:os', () => ({
      availableParallelism: () => {
        throw new Error('NotCapable: Requires sys access');
      },
    }));
    vi.stubGlobal('navigator', { hardwareConcurrency: 3 });
    try {
      const { nodePlatform } = await import('./node.ts');
      expect(nodePlatform.cores()).toBe(3);
      vi.stubGlobal('navigator', undefined);
      expect(nodePlatform.cores()).toBe(1);
    } finally {
      vi.unstubAllGlobals();
      vi.doUnmock('node:os');
    }
  });
});
