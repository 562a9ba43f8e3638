import { describe, expect, it, onTestFinished } from 'vitest';
import { Simd, SimdMemoryError } from './index.ts';

describe.each([
  ['shared', { shared: true }],
  ['not shared', { shared: false }],
  ['plain JavaScript', { variant: 'javascript' }],
] as const)('memory, %s', (_, settings) => {
  const make = (maximum?: number) => new Simd({ ...settings, maximum, threads: 1 });

  it('grows on demand and keeps what was written', () => {
    const simd = make();
    const first = simd.alloc(400);
    simd.f32(first, 100).fill(3);
    const large = simd.alloc(30 * 2 ** 20);
    simd.f32(large, 10).fill(4);
    expect(simd.memory().size).toBeGreaterThan(30 * 2 ** 20);
    expect(simd.f32(first, 100).every((x) => x === 3)).toBe(true);
    const sum = simd.alloc(40);
    simd.run('add', [first, large, sum, 10]);
    expect([...simd.f32(sum, 10)]).toEqual(new Array(10).fill(7));
  });

  it('names the sizes when there is no room, and goes on', () => {
    const simd = make(4 * 2 ** 20);
    const pointer = simd.alloc(2 ** 20);
    expect(() => simd.alloc(8 * 2 ** 20)).toThrow(SimdMemoryError);
    expect(() => simd.alloc(8 * 2 ** 20)).toThrow('needs 8.0 MB, 1.0 MB of 4.0 MB are in use');
    simd.free(pointer);
    simd.free(simd.alloc(3 * 2 ** 20));
    expect(simd.memory()).toMatchObject({ bytesInUse: 0, blocks: 0, maximum: 4 * 2 ** 20 });
  });

  it('refuses a size that is none', () => {
    expect(() => make().alloc(-1)).toThrow('`bytes` must be 0 or more. Received: -1.');
    expect(() => make(1)).toThrow('`maximum` must be 131072 to 4294967296 bytes. Received: 1.');
  });
});

it('plain JavaScript copies its memory where the engine cannot move it', () => {
  const { transfer } = ArrayBuffer.prototype as { transfer?: unknown };
  Object.defineProperty(ArrayBuffer.prototype, 'transfer', {
    value: undefined,
    configurable: true,
  });
  onTestFinished(() => {
    if (transfer === undefined) Reflect.deleteProperty(ArrayBuffer.prototype, 'transfer');
    else Object.defineProperty(ArrayBuffer.prototype, 'transfer', { value: transfer });
  });
  const simd = new Simd({ variant: 'javascript' });
  const first = simd.alloc(400);
  simd.f32(first, 100).fill(3);
  simd.alloc(2 ** 20);
  expect(simd.f32(first, 100).every((x) => x === 3)).toBe(true);
});
