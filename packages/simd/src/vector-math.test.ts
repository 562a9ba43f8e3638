import { afterAll, describe, expect, it } from 'vitest';
import { cosAt, expAt, logAt, Simd, sinAt, tanhAt } from './index.ts';

const instances = [
  new Simd({ threads: 2 }),
  new Simd({ threads: 2, variant: 'plain' }),
  new Simd({ shared: false }),
];
afterAll(() => instances.forEach((simd) => void simd.dispose()));

const functions = [
  ['exp', expAt, Math.exp],
  ['log', logAt, Math.log],
  ['tanh', tanhAt, Math.tanh],
  ['sin', sinAt, Math.sin],
  ['cos', cosAt, Math.cos],
] as const;

// Float32 numbers over the whole range of bit patterns: every sign, size and kind, NaN and infinities too.
const count = 300_001;
const patterns = Int32Array.from({ length: count }, (_, i) => Math.imul(i, 14_321)).map(
  (bits, i) =>
    [bits, 0, 0x80000000, 0x7f800000, 0xff800000, 1, 0x80000001, 0x7f7fffff][i % 97] ?? bits,
);
const everything = new Float32Array(patterns.buffer);

describe.each(instances.map((simd) => [simd.variant, simd.threads, simd] as const))(
  'vector functions, %s, %s threads',
  (_, __, simd) => {
    it.each(functions)('%s agrees with float64 over all of float32', (name, at, exact) => {
      const [x, out] = [simd.alloc(4 * count), simd.alloc(4 * count + 4)];
      simd.f32(x, count).set(everything);
      simd.f32(out, count + 1)[count] = -7;
      at(simd, x, out, count);
      const got = simd.f32(out, count + 1);
      const wave = name === 'sin' || name === 'cos';
      let worst = 0;
      const wrong: number[][] = [];
      everything.forEach((v, i) => {
        const expected = exact(v);
        const rounded = Math.fround(expected);
        const plain = Number.isFinite(rounded) && rounded !== 0;
        if (wave && Number.isFinite(v) && plain) {
          const error = Math.abs(got[i] - expected);
          if (!(Math.abs(v) < 1e8 ? error < 1.2e-7 : Math.abs(got[i]) <= 1))
            wrong.push([v, got[i]]);
        } else if (plain) worst = Math.max(worst, Math.abs(got[i] - expected) / unit(expected));
        else if (!Object.is(got[i], rounded)) wrong.push([v, got[i], rounded]);
      });
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(worst).toBeLessThan(2);
      expect(got[count]).toBe(-7); // Nothing is written behind the end.
      simd.free(x);
      simd.free(out);
    });

    it.each(functions)('%s is the same wherever a number stands, in place too', (_, at) => {
      const n = 37;
      const x = simd.alloc(4 * n);
      for (let length = 0; length <= n; length++) {
        const values = simd.f32(x, n).fill(0.7);
        at(simd, x, x, length);
        expect(new Set(values.slice(0, length)).size).toBeLessThanOrEqual(1);
        expect(values.slice(length).every((v) => v === Math.fround(0.7))).toBe(true);
      }
      simd.free(x);
    });
  },
);

/** A unit in the last place of the float32 nearest to `y`. */
const unit = (y: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(y)))) - 23);
