import type { NativeAddon as Published } from '@kernel-methods/native';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { hasNative, instances, numbers, withArrays } from './fixtures/lab.ts';
import {
  cosineFeaturesAt,
  eigh,
  gramAt,
  matmul,
  matmulAt,
  rowsProductAt,
  Simd,
  type SimdEngine,
  svd,
} from './index.ts';
import type { NativeAddon } from './native/addon.ts';

afterEach(() => void vi.unstubAllEnvs());

it('knows the addon as its package declares it', () => {
  expectTypeOf<NativeAddon>().toEqualTypeOf<Published>();
});

const engineOf = (options: ConstructorParameters<typeof Simd>[0]): SimdEngine => {
  const simd = new Simd({ threads: 1, ...options });
  simd.dispose();
  return simd.engine;
};

describe('the engine', () => {
  it('is WebAssembly where that is asked for, and says by what', () => {
    const asked = (by: string) => ({ name: 'wasm', why: `asked for by ${by}` });
    expect(engineOf({ engine: 'wasm' })).toEqual(asked('`engine`'));
    vi.stubEnv('KERNEL_METHODS_ENGINE', 'wasm');
    expect(engineOf({})).toEqual(asked('KERNEL_METHODS_ENGINE'));
    vi.stubEnv('KERNEL_METHODS_ENGINE', '');
    expect(engineOf({ variant: 'plain' })).toEqual(asked('another option'));
  });

  it('is refused where it is none', () => {
    expect(() => engineOf({ engine: 'fast' as 'wasm' })).toThrow(
      "`engine` must be 'auto' or 'native' or 'wasm'. Received: 'fast'.",
    );
    vi.stubEnv('KERNEL_METHODS_ENGINE', 'fast');
    expect(() => engineOf({})).toThrow('`KERNEL_METHODS_ENGINE` must be');
  });

  it('refuses instructions that are none', () => {
    vi.stubEnv('KERNEL_METHODS_INSTRUCTIONS', 'sse9');
    expect(() => engineOf({})).toThrow(
      "`KERNEL_METHODS_INSTRUCTIONS` must be 'avx512' or 'avx2' or 'baseline'. Received: 'sse9'.",
    );
  });

  it.each([
    ['is not installed', undefined, 'there is none for browsers'],
    [
      'does not load',
      () => {
        throw new Error('GLIBC_2.99 not found');
      },
      'GLIBC_2.99 not found',
    ],
    [
      'is of another version',
      () => ({ contract: () => 0 }),
      '@kernel-methods/native is of another version than @kernel-methods/simd',
    ],
  ])(
    'is WebAssembly where the native one %s, unless it must be native',
    async (_, loadNative, reason) => {
      vi.resetModules();
      vi.stubEnv('KERNEL_METHODS_ENGINE', '');
      const { installPlatform, platform } = await import('./platform/current.ts');
      const fresh = await import('./index.ts');
      installPlatform({ ...platform(), loadNative: loadNative as never });
      const simd = new fresh.Simd({ threads: 1 });
      expect(simd.engine).toEqual({ name: 'wasm', why: `no native engine: ${reason}` });
      const shape = { m: 1, n: 1, k: 1 };
      expect([...fresh.matmul(simd, Float32Array.of(2), Float32Array.of(3), shape)]).toEqual([6]);
      simd.dispose();
      expect(() => new fresh.Simd({ engine: 'native' })).toThrow(
        `The native engine is asked for by \`engine\` and cannot run: ${reason}`,
      );
    },
  );
});

describe.runIf(hasNative)('the native engine', () => {
  const made = instances()
    .map(([, simd]) => simd)
    .filter(({ engine }) => engine.name === 'native');
  const [one, two] = made;

  it('says its instructions', () => {
    expect(two.engine.why).toMatch(/^@kernel-methods\/native, \S/);
  });

  it('gives the same bits on every number of threads, and again', () => {
    const [m, n, k] = [257, 601, 1000];
    const [x, w, bias] = [numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3)];
    const run = (simd: Simd) =>
      withArrays(
        simd,
        [x, w, bias, new Float32Array(m * n), new Float64Array(n * n)],
        ([a, b, phases, out, gram]) => {
          cosineFeaturesAt(simd, { a, b, out, m, n, k, bias: phases, factor: 0.1 });
          gramAt(simd, { z: b, n: k, d: n, out: gram, float64: true });
          const scores = simd.alloc(4 * m * 10);
          rowsProductAt(simd, { z: a, count: m, features: k, units: 10, w: b, out: scores });
          const results = [
            simd.f32(out, m * n).slice(),
            simd.f64(gram, n * n).slice(),
            simd.f32(scores, m * 10).slice(),
          ];
          simd.free(scores);
          return results.map((values) => Buffer.from(values.buffer).toString('base64'));
        },
      );
    const first = run(one);
    for (let i = 0; i < 5; i++) {
      for (const simd of made)
        expect(run(simd).map((bits, at) => bits === first[at])).toEqual([true, true, true]);
    }
  });

  it('decomposes to the same bits again, on the same number of threads', () => {
    const n = 200;
    const half = Float64Array.from(numbers(n * n, 4));
    const a = half.map((value, at) => value + half[(at % n) * n + Math.floor(at / n)]);
    const bits = (values: Float64Array) => Buffer.from(values.buffer).toString('base64');
    const run = () => [bits(eigh(two, a, n).vectors), bits(svd(two, a, n, n).u)];
    const first = run();
    for (let i = 0; i < 3; i++) expect(run().every((value, at) => value === first[at])).toBe(true);
  });

  it('refuses operands that do not lie in the memory, and goes on', () => {
    const shape = { m: 8, n: 8, k: 8 };
    const inside = one.alloc(4 * 64);
    const end = one.buffer.byteLength;
    for (const outside of [end - 4 * 63, end, 2 ** 40, 4, inside + 2]) {
      for (const at of [
        { a: outside, b: inside, out: inside },
        { a: inside, b: outside, out: inside },
        { a: inside, b: inside, out: outside },
      ]) {
        expect(() => matmulAt(one, { ...shape, ...at })).toThrow(/^matmul: 8×8 numbers at/);
      }
    }
    for (const size of [-1, 0.5, 2 ** 60]) {
      const at = { a: inside, b: inside, out: inside };
      expect(() => matmulAt(one, { ...at, m: 16, n: 16, k: size })).toThrow(/^matmul: /);
    }
    one.f32(inside, 64).fill(1);
    expect(() =>
      rowsProductAt(one, {
        z: inside,
        rows: inside,
        count: 4,
        features: 8,
        units: 1,
        w: inside,
        out: inside,
      }),
    ).toThrow(/^rowsProduct: 1065353217×8 numbers at/);
    one.free(inside);
    expect([...matmul(one, Float32Array.of(2), Float32Array.of(3), { m: 1, n: 1, k: 1 })]).toEqual([
      6,
    ]);
  });

  it('follows a memory that grows, shared or not', () => {
    for (const simd of made) {
      const blocks = [];
      for (let i = 0; i < 4; i++) {
        blocks.push(simd.alloc(simd.buffer.byteLength));
        const k = 40;
        const got = matmul(simd, new Float32Array(k).fill(1), new Float32Array(k).fill(2), {
          m: 1,
          n: 1,
          k,
        });
        expect([...got]).toEqual([80]);
      }
      for (const block of blocks) simd.free(block);
    }
  });

  it('is at an end after dispose', () => {
    const simd = new Simd({ threads: 2, engine: 'native' });
    simd.dispose();
    expect(() =>
      matmul(simd, Float32Array.of(2), Float32Array.of(3), { m: 1, n: 1, k: 1 }),
    ).toThrow('This instance is disposed.');
  });
});
