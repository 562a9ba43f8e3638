import { describe, expect, it } from 'vitest';
import { bytesPerNumber, convertAt, fillAt, selectAt } from './convert.ts';
import { instances, withArrays } from './fixtures/lab.ts';
import type { NumberType } from './wasm/tables.ts';

const types: NumberType[] = ['float32', 'int32', 'bool'];
const special = [0, -0, 1.9, -1.9, 255, 256.5, 2 ** 31, -(2 ** 31), 3e38, -1e10];
const values = {
  float32: Float32Array.from({ length: 70_001 }, (_, i) =>
    i % 13 === 0 ? [Number.NaN, Number.POSITIVE_INFINITY][i % 2] : (special[i % 10] ?? i),
  ),
  int32: Int32Array.from({ length: 70_001 }, (_, i) => Math.imul(i, 2654435761)),
  bool: Uint8Array.from({ length: 70_001 }, (_, i) => Number(i % 3 === 0)),
};
const like = {
  float32: (x: number) => Math.fround(x),
  int32: (x: number) => x | 0,
  bool: (x: number) => Number(x !== 0),
};

const all = instances();

describe.each(all)('types of numbers, %s', (_, simd) => {
  const view = (type: NumberType, pointer: number, n: number) => {
    if (type === 'float32') return simd.f32(pointer, n);
    return type === 'int32' ? simd.i32(pointer, n) : simd.u8(pointer, n);
  };
  const pairs = types.flatMap((from) =>
    types.filter((to) => to !== from).map((to) => [from, to] as const),
  );

  it.each(pairs)('%s to %s', (from, to) => {
    for (const n of [0, 1, 15, 17, 70_001]) {
      const [x, out] = [simd.alloc(4 * n), simd.alloc(4 * n + 4)];
      view(from, x, n).set(values[from].subarray(0, n));
      view(to, out, n + 1)[n] = 7;
      convertAt(simd, { x, out, n, from, to });
      const expected = Array.from(values[from].subarray(0, n), like[to]);
      expect([...view(to, out, n + 1)]).toEqual([...expected, 7]);
      simd.free(x);
      simd.free(out);
    }
  });

  it.each(types)('fills with %s', (type) => {
    for (const [n, value] of [
      [0, 1],
      [5, 300.7],
      [70_001, -1.5],
    ]) {
      const out = simd.alloc(bytesPerNumber(type) * (n + 1));
      view(type, out, n + 1)[n] = 7;
      fillAt(simd, { out, n, value, type });
      const made = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[type];
      expect([...view(type, out, n + 1)]).toEqual([...made.from(new Array(n).fill(value)), 7]);
      simd.free(out);
    }
  });

  it('selects', () => {
    const n = 40_003;
    const mask = Int32Array.from({ length: n }, (_, i) => Number(i % 3 === 1));
    const [a, b] = [0, 1].map((k) => Int32Array.from({ length: n }, (_, i) => 2 * i + k));
    withArrays(simd, [mask, a, b, new Int32Array(n)], ([pm, pa, pb, out]) => {
      simd.u8(pm, n).set(mask);
      selectAt(simd, { mask: pm, a: pa, b: pb, out, n });
      expect(simd.i32(out, n).slice()).toEqual(a.map((x, i) => (mask[i] === 1 ? x : b[i])));
    });
  });
});

it('refuses what it does not know', () => {
  const [[, simd]] = all;
  const at = { x: 0, out: 0, n: 1 };
  expect(() => convertAt(simd, { ...at, from: 'bool', to: 'bool' })).toThrow(
    '`to` must differ from `from`. Received: bool.',
  );
  expect(() => fillAt(simd, { ...at, value: 1, type: 'int64' as 'int32' })).toThrow(
    '`type` must be one of float32, int32, bool. Received: int64.',
  );
});
