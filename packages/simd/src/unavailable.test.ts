import { afterEach, describe, expect, it, vi } from 'vitest';
import { getSimd, matmul, Simd, SimdUnavailableError, simdBinary } from './index.ts';

const [a, b] = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(1, 0, 0, 1, 1, 1)];
const shape = { m: 2, n: 2, k: 3 };
const compiled = (variant: 'relaxed' | 'plain') =>
  new WebAssembly.Module(Uint8Array.from(simdBinary(variant)));

afterEach(() => void vi.unstubAllGlobals());

/** The package as it is loaded where `WebAssembly` is something else. */
async function loadedWith(webAssembly: unknown) {
  vi.stubGlobal('WebAssembly', webAssembly);
  vi.resetModules();
  return import('./index.ts');
}

const refusal = new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
/** As workerd and a strict content security policy have it. */
const refusing = {
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
};

describe.each([
  // As in Node with `--jitless`.
  ['is not there', undefined, 'There is no WebAssembly here.'],
  ['is refused', refusing, `WebAssembly cannot be compiled here: ${refusal.message}`],
])('where WebAssembly %s', (_, webAssembly, message) => {
  it('the kernels run in plain JavaScript, and the instance says why', async () => {
    const fresh = await loadedWith(webAssembly);
    const simd = fresh.getSimd();
    expect([simd.variant, simd.shared, simd.threads]).toEqual(['javascript', false, 1]);
    expect(simd.unavailable).toBeInstanceOf(fresh.SimdUnavailableError);
    expect(simd.unavailable?.message).toBe(message);
    expect([...fresh.matmul(simd, a, b, shape)]).toEqual([4, 5, 10, 11]);
  });

  it('a build that is asked for is not replaced', async () => {
    const fresh = await loadedWith(webAssembly);
    for (const options of [{ variant: 'plain' as const }, { shared: true }]) {
      const make = () => new fresh.Simd(options);
      expect(make).toThrow(fresh.SimdUnavailableError);
      expect(make).toThrow(message);
    }
  });

  it('a kernel that exists in WebAssembly alone says so', async () => {
    const fresh = await loadedWith(webAssembly);
    const simd = new fresh.Simd();
    const run = () => fresh.unaryAt(simd, { operation: 'exp', x: 0, out: 0, n: 1 });
    expect(run).toThrow(fresh.SimdUnavailableError);
    expect(run).toThrow(`The kernel \`unary\` needs WebAssembly. ${message}`);
  });
});

it('the cause is what the platform says', async () => {
  const fresh = await loadedWith(refusing);
  expect(new fresh.Simd().unavailable?.cause).toBe(refusal);
});

it('plain JavaScript runs where it is asked for', () => {
  const simd = new Simd({ variant: 'javascript', threads: 4 });
  expect([simd.variant, simd.threads, simd.unavailable]).toEqual(['javascript', 1, undefined]);
  expect([...matmul(simd, a, b, shape)]).toEqual([4, 5, 10, 11]);
  simd.dispose();
  expect(() => matmul(simd, a, b, shape)).toThrow('This instance is disposed.');
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
    "`variant` must be 'plain', 'relaxed', 'wide' or 'javascript'. Received: wider.",
  );
  expect(SimdUnavailableError.prototype).toBeInstanceOf(Error);
});
