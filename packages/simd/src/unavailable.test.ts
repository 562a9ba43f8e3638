import { afterEach, describe, expect, it, vi } from 'vitest';
import { getSimd, matmul, Simd, SimdUnavailableError, simdBinary } from './index.ts';

const [a, b] = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(1, 0, 0, 1, 1, 1)];
const shape = { m: 2, n: 2, k: 3 };
const compiled = (variant: 'relaxed' | 'plain') =>
  new WebAssembly.Module(Uint8Array.from(simdBinary(variant)));

afterEach(() => void vi.unstubAllGlobals());

describe('where WebAssembly cannot run', () => {
  it('a typed error says that there is none, and later calls say it again', async () => {
    // As in Node with `--jitless`.
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    const fresh = await import('./index.ts');
    for (const make of [() => new fresh.Simd(), fresh.getSimd, fresh.getSimd]) {
      expect(make).toThrow(fresh.SimdUnavailableError);
      expect(make).toThrow('There is no WebAssembly here.');
    }
    vi.unstubAllGlobals();
    expect(fresh.getSimd()).toBeInstanceOf(fresh.Simd);
  });

  it('a typed error holds what the platform says when it does not compile bytes', async () => {
    // As workerd and a strict content security policy do.
    const refusal = new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
    vi.stubGlobal('WebAssembly', {
      ...Object.fromEntries(
        Object.getOwnPropertyNames(WebAssembly).map((name) => [
          name,
          WebAssembly[name as keyof typeof WebAssembly],
        ]),
      ),
      Module: class {
        constructor() {
          throw refusal;
        }
      },
    });
    vi.resetModules();
    const fresh = await import('./index.ts');
    const failure = () => new fresh.Simd();
    expect(failure).toThrow(fresh.SimdUnavailableError);
    expect(failure).toThrow(
      'WebAssembly cannot be compiled here: Wasm code generation disallowed by embedder',
    );
    try {
      failure();
    } catch (error) {
      expect((error as Error).cause).toBe(refusal);
    }
  });
});

describe('a module that the runtime compiled', () => {
  it.each(['relaxed', 'plain'] as const)('%s runs on one thread', (variant) => {
    const module = compiled(variant);
    const simd = new Simd({ module, variant });
    expect([simd.variant, simd.shared, simd.threads]).toEqual([variant, false, 1]);
    expect([...matmul(simd, a, b, shape)]).toEqual([4, 5, 10, 11]);
  });

  it('is relaxed unless it is said to be another', () => {
    const simd = new Simd({ module: compiled('relaxed') });
    expect(simdBinary()).toEqual(simdBinary('relaxed'));
    expect(simd.variant).toBe('relaxed');
  });

  it('is refused where it is another module, or its memory is not as asked for', () => {
    const empty = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    expect(() => new Simd({ module: empty })).toThrow(
      '`module` must come from the same version of @kernel-methods/simd. Received: one without `adam`.',
    );
    const module = compiled('relaxed');
    expect(() => new Simd({ module, shared: true })).toThrow('`module` must fit the memory.');
  });
});

it('options are for the first call of getSimd', () => {
  expect(getSimd({ threads: 1 }).threads).toBe(1);
  expect(getSimd()).toBe(getSimd());
  expect(() => getSimd({ threads: 2 })).toThrow(
    '`options` must be given to the first call of getSimd. The instance exists already.',
  );
});

it('refuses a build that is none', () => {
  expect(() => new Simd({ variant: 'wider' as 'wide' })).toThrow(
    "`variant` must be 'plain', 'relaxed' or 'wide'. Received: wider.",
  );
  expect(SimdUnavailableError.prototype).toBeInstanceOf(Error);
});
