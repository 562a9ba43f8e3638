import { describe, expect, it } from 'vitest';
import { narrowed, widened } from './fixtures/half.ts';
import { instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { bytesPerFeature, fromHalfAt, type HalfType, Simd, toHalfAt } from './index.ts';

const types: readonly HalfType[] = ['bfloat16', 'float16'];

describe.each(instancesOfAllBuilds())('numbers of 16 bits, %s', (_, simd) => {
  it.each(types)('every %s is the float32 that it stands for, and comes back', (type) => {
    const n = 65536;
    const all = Uint16Array.from({ length: n }, (_, bits) => bits);
    withArrays(simd, [all, new Float32Array(n), all], ([x, wide, back]) => {
      fromHalfAt(simd, { x, out: wide, n, type });
      const got = simd.f32(wide, n);
      expect(got).toEqual(Float32Array.from(all, (bits) => widened(bits, type)));
      simd.u8(back, 2 * n).fill(7);
      toHalfAt(simd, { x: wide, out: back, n, type });
      const bits = new Uint16Array(simd.buffer, back, n);
      // There are many NaN, of which one stays NaN.
      const same = (bit: number, i: number) =>
        Number.isNaN(widened(i, type)) ? Number.isNaN(widened(bit, type)) : bit === i;
      expect(bits.every(same)).toBe(true);
    });
  });

  it.each(types)('float32 becomes the nearest %s, and nothing else is written', (type) => {
    const middles = Array.from({ length: 300 }, (_, i) => {
      const bits = (i * 109) % (type === 'float16' ? 0x7bff : 0x7f7f);
      return Math.fround((widened(bits, type) + widened(bits + 1, type)) / 2);
    });
    const large = [65504, 65519, 65520, 3.38e38, 3.4e38, 1e-45, 2 ** -25, 2 ** -24, 0];
    const some = [...numbers(400, 3), ...middles, ...large, Number.POSITIVE_INFINITY, Number.NaN];
    const x = Float32Array.from([...some, ...some.map((value) => -value)]);
    const expected = Array.from(x, (value) => widened(narrowed(value, type), type));
    for (const n of [x.length, 131, 7, 3, 2, 1, 0]) {
      const out = new Uint16Array(x.length + 1).fill(0x1234);
      withArrays(simd, [x, out], ([from, to]) => {
        toHalfAt(simd, { x: from, out: to, n, type });
        const bits = Array.from(new Uint16Array(simd.buffer, to, n + 1));
        expect(bits.pop()).toBe(0x1234);
        expect(bits.map((half) => widened(half, type))).toEqual(expected.slice(0, n));
      });
    }
    const bits = Uint16Array.from(x, (value) => narrowed(value, type));
    for (const n of [x.length, 131, 7, 3, 2, 1, 0]) {
      withArrays(simd, [bits, new Float32Array(x.length + 1).fill(-7)], ([from, to]) => {
        fromHalfAt(simd, { x: from, out: to, n, type });
        expect(Array.from(simd.f32(to, n + 1))).toEqual([...expected.slice(0, n), -7]);
      });
    }
  });
});

it('refuses other types and sizes', () => {
  const simd = new Simd({ threads: 1 });
  const none = { x: 0, out: 0, n: 0 };
  for (const convert of [toHalfAt, fromHalfAt]) {
    expect(() => convert(simd, { ...none, type: 'float32' as HalfType })).toThrow(
      '`type` must be one of bfloat16, float16. Received: float32.',
    );
    expect(() => convert(simd, { ...none, n: -1, type: 'float16' })).toThrow(
      '`n` must be a whole number, 0 or above. Received: -1.',
    );
  }
  expect(bytesPerFeature('float32')).toBe(4);
  expect(bytesPerFeature('float16')).toBe(2);
});
