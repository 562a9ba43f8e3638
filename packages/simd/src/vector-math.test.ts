import { afterAll, describe, expect, it } from 'vitest';
import { exactCircular } from './fixtures/exact-circular.ts';
import { hasNative } from './fixtures/lab.ts';
import { cosAt, expAt, logAt, Simd, sinAt, tanhAt, type UnaryOperation, unaryAt } from './index.ts';

const instances = [
  new Simd({ threads: 2, variant: 'relaxed' }),
  new Simd({ threads: 2, variant: 'plain' }),
  new Simd({ threads: 2, variant: 'wide' }),
  new Simd({ shared: false, engine: 'wasm' }),
  ...(hasNative ? [new Simd({ threads: 2, engine: 'native' })] : []),
];
afterAll(() => instances.forEach((simd) => void simd.dispose()));

const at =
  (operation: UnaryOperation): typeof expAt =>
  (simd, x, out, n) =>
    unaryAt(simd, { operation, x, out, n });

/** ln(1 + e^x) and 1 / (1 + e^−x) without overflow. */
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

// The last number of each is the most that it errs, in units in the last place.
const functions = [
  ['exp', expAt, Math.exp, 2],
  ['log', logAt, Math.log, 1],
  ['tanh', tanhAt, Math.tanh, 2],
  ['sin', sinAt, (x: number) => exactCircular(x).sin, 0],
  ['cos', cosAt, (x: number) => exactCircular(x).cos, 0],
  ['expm1', at('expm1'), Math.expm1, 2],
  ['log1p', at('log1p'), Math.log1p, 2],
  ['sigmoid', at('sigmoid'), sigmoid, 3],
  ['softplus', at('softplus'), softplus, 2],
  ['elu', at('elu'), (x: number) => (x < 0 ? Math.expm1(x) : x), 2],
] as const;

// Float32 numbers over the whole range of bit patterns: every sign, size and kind, NaN and infinities too.
const count = 300_001;
const patterns = Int32Array.from({ length: count }, (_, i) => Math.imul(i, 14_321)).map(
  (bits, i) =>
    [bits, 0, 0x80000000, 0x7f800000, 0xff800000, 1, 0x80000001, 0x7f7fffff][i % 97] ?? bits,
);
const everything = new Float32Array(patterns.buffer);

describe.each(
  instances.map((simd) => [simd.engine.name, simd.variant, simd.threads, simd] as const),
)('vector functions, %s, %s, %s threads', (_, __, ___, simd) => {
  it.each(functions)('%s agrees with float64 over all of float32', (name, at, exact, most) => {
    const [x, out] = [simd.alloc(4 * count), simd.alloc(4 * count + 4)];
    simd.f32(x, count).set(everything);
    simd.f32(out, count + 1)[count] = -7;
    at(simd, x, out, count);
    const got = simd.f32(out, count + 1);
    const wave = name === 'sin' || name === 'cos';
    // These lose the sign of −0.
    const same =
      name === 'expm1' || name === 'log1p'
        ? (a: number, b: number) => Object.is(a + 0, b + 0)
        : Object.is;
    let worst = 0;
    const wrong: number[][] = [];
    everything.forEach((v, i) => {
      const expected = exact(v);
      const rounded = Math.fround(expected);
      const plain = Number.isFinite(rounded) && rounded !== 0;
      if (wave && Number.isFinite(v) && plain) {
        const error = Math.abs(got[i] - expected);
        if (!(error < 1.2e-7 && Math.abs(got[i]) <= 1)) wrong.push([v, got[i]]);
      } else if (plain) worst = Math.max(worst, Math.abs(got[i] - expected) / unit(expected));
      else if (!same(got[i], rounded)) wrong.push([v, got[i], rounded]);
    });
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(worst).toBeLessThanOrEqual(most);
    expect(got[count]).toBe(-7); // Nothing is written behind the end.
    simd.free(x);
    simd.free(out);
  });

  it('sigmoid is e^x where 1 + e^−x overflows, down to the smallest float32', () => {
    const n = 60;
    const x = simd.alloc(4 * n);
    simd.f32(x, n).set(Float32Array.from({ length: n }, (_, i) => -80 - i / 2));
    const expected = Float32Array.from(simd.f32(x, n), sigmoid);
    at('sigmoid')(simd, x, x, n);
    simd.f32(x, n).forEach((got, i) => {
      expect(Math.abs(got - expected[i])).toBeLessThanOrEqual(3 * unit(expected[i] || 1e-45));
    });
    expect(simd.f32(x, n)[Math.round(2 * (103 - 80))]).toBeGreaterThan(0);
    expect(simd.f32(x, n)[n - 1]).toBe(0);
    simd.free(x);
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
});

/** A unit in the last place of the float32 nearest to `y`. */
const unit = (y: number) => 2 ** (Math.max(-126, Math.floor(Math.log2(Math.abs(y)))) - 23);
