import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { addAt, axpy64At, cosineAt, Simd } from './index.ts';

const instances = [
  new Simd({ threads: 2, variant: 'relaxed' }),
  new Simd({ threads: 2, variant: 'plain' }),
  new Simd({ shared: false, engine: 'wasm' }),
];
afterAll(() => instances.forEach((simd) => void simd.dispose()));

describe.each(instances.map((simd) => [simd.variant, simd.threads, simd] as const))(
  '%s, %s threads',
  (_, __, simd) => {
    it('adds', () => {
      fc.assert(
        fc.property(fc.oneof(fc.nat(40), fc.nat(200_000)), (n) => {
          const [a, b, out] = [n, n, n + 1].map((length) => simd.alloc(4 * length));
          simd.f32(a, n).forEach((_, i, v) => {
            v[i] = Math.sin(i);
          });
          simd.f32(b, n).fill(0.25);
          const result = simd.f32(out, n + 1).fill(-7);
          addAt(simd, a, b, out, n);
          const expected = simd.f32(a, n).map((x) => x + 0.25);
          expect(Buffer.from(expected.buffer).equals(Buffer.from(result.slice(0, n).buffer))).toBe(
            true,
          );
          expect(result[n]).toBe(-7); // Nothing is written behind the end.
          for (const pointer of [a, b, out]) simd.free(pointer);
        }),
        { numRuns: 30 },
      );
    });

    it('adds a multiple in float64, in place', () => {
      const n = 100_001;
      const [x, y] = [simd.alloc(8 * n), simd.alloc(8 * n)];
      simd.f64(x, n).forEach((_, i, v) => {
        v[i] = i;
      });
      simd.f64(y, n).fill(1);
      axpy64At(simd, 0.1, x, y, y, n);
      let worst = 0;
      simd.f64(y, n).forEach((v, i) => {
        worst = Math.max(worst, Math.abs(v - (1 + 0.1 * i)) / (1 + 0.1 * i));
      });
      expect(worst).toBeLessThan(2 * Number.EPSILON);
      simd.free(x);
      simd.free(y);
    });

    const cosines = (values: Float32Array): Float32Array => {
      const n = values.length;
      const [x, out] = [simd.alloc(4 * n), simd.alloc(4 * n)];
      simd.f32(x, n).set(values);
      cosineAt(simd, x, out, n);
      const result = simd.f32(out, n).slice();
      simd.free(x);
      simd.free(out);
      return result;
    };
    const worstOf = (values: Float32Array): number =>
      cosines(values).reduce(
        (worst, c, i) => Math.max(worst, Math.abs(c - Math.cos(values[i]))),
        0,
      );

    it('has the cosine within 2e-6 up to 1e5, most near the zeros and turns too', () => {
      const n = 400_000;
      expect(worstOf(Float32Array.from({ length: n }, (_, i) => (i / n - 0.5) * 2e5))).toBeLessThan(
        3e-7,
      );
      expect(worstOf(Float32Array.from({ length: n }, (_, i) => (i / n - 0.5) * 20))).toBeLessThan(
        3e-7,
      );
      expect(
        worstOf(Float32Array.from({ length: 60_000 }, (_, i) => (i * Math.PI) / 2)),
      ).toBeLessThan(3e-7);
    });

    it('has the cosine of larger numbers, NaN of infinities, and stays in [−1, 1]', () => {
      expect(
        worstOf(
          Float32Array.from({ length: 5000 }, (_, i) => 1e5 * 1.003 ** i).filter((x) => x < 1e9),
        ),
      ).toBeLessThan(1e-6);
      const edge = cosines(Float32Array.of(0, Infinity, -Infinity, Number.NaN, 1e30, -3e38));
      expect([...edge.subarray(0, 4)]).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
      expect(Math.abs(edge[4])).toBeLessThanOrEqual(1.000001);
      expect(Math.abs(edge[5])).toBeLessThanOrEqual(1.000001);
    });
  },
);
