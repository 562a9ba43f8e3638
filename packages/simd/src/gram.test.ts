import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectNear, instancesOfAllBuilds, numbers, withArrays } from './fixtures/lab.ts';
import { crossAt, gramAt, mirrorAt } from './index.ts';

function product(
  z: Float32Array,
  y: Float32Array,
  n: number,
  d: number,
  units: number,
  ldz: number,
  ldy: number,
) {
  const out = new Float64Array(d * units);
  for (let r = 0; r < n; r++) {
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < units; j++) out[i * units + j] += z[r * ldz + i] * y[r * ldy + j];
    }
  }
  return out;
}

const cases = fc.record({
  n: fc.oneof(fc.nat(5), fc.nat(100), fc.constantFrom(831, 832, 833, 1024, 1025, 1700)),
  ...{ d: fc.oneof(fc.nat(9), fc.nat(30)), gap: fc.nat(2), units: fc.nat(15) },
  ...{ float64: fc.boolean(), add: fc.boolean() },
});

const all = instancesOfAllBuilds();

describe.each(all)('gram and cross products, %s', (_, simd) => {
  it('agree with float64 loops', () => {
    fc.assert(
      fc.property(cases, ({ n, d, gap, units, float64, add }) => {
        const [ldz, ldy, ldout] = [d + gap, units + gap, d + gap];
        const [z, y] = [numbers(n * ldz, 1), numbers(n * ldy, 2)];
        const make = (length: number) =>
          float64 ? new Float64Array(length) : new Float32Array(length);
        const view = (p: number, length: number) =>
          float64 ? simd.f64(p, length) : simd.f32(p, length);
        const start = make(d * ldout + 1).fill(0.5);
        const tolerance = 2e-6 + 1e-7 * Math.min(n, 1024);
        withArrays(simd, [z, y, start, start], ([pz, py, pgram, pcross]) => {
          gramAt(simd, { z: pz, n, d, ldz, out: pgram, ldout, float64, add });
          const got = view(pgram, d * ldout + 1);
          const expected = start.slice();
          product(z, z, n, d, d, ldz, ldz).forEach((x, at) => {
            expected[Math.floor(at / d) * ldout + (at % d)] = x + (add ? 0.5 : 0);
          });
          expectNear(got, expected, tolerance);
          if (units > d) return;
          crossAt(simd, { z: pz, y: py, n, d, units, ldz, ldy, out: pcross, float64, add });
          const cross = product(z, y, n, d, units, ldz, ldy).map((x) => x + (add ? 0.5 : 0));
          expectNear(view(pcross, d * units), cross, tolerance);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('works over many blocks of columns, symmetric to the last bit', () => {
    const [n, d] = [65, 601];
    const z = numbers(n * d, 3);
    withArrays(simd, [z, new Float32Array(d * d)], ([pz, out]) => {
      gramAt(simd, { z: pz, n, d, out });
      const got = simd.f32(out, d * d);
      expectNear(got, product(z, z, n, d, d, d, d), 1e-5);
      let symmetric = true;
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < i; j++) symmetric &&= got[i * d + j] === got[j * d + i];
      }
      expect(symmetric).toBe(true);
    });
  });

  it('sums blocks in float64: what float32 would lose stays', () => {
    const [n, d] = [5000, 8];
    const z = new Float32Array(n * d).fill(1);
    withArrays(simd, [z, new Float64Array(d * d).fill(2 ** 30)], ([pz, out]) => {
      for (let i = 0; i < 2; i++) {
        gramAt(simd, { z: pz, n, d, out, float64: true, add: true, mirror: false });
      }
      mirrorAt(simd, out, d, { float64: true });
      expect(simd.f64(out, d * d).every((x) => x === 2 ** 30 + 10_000)).toBe(true);
    });
  });

  it('puts NaN into the rows and columns of its feature alone', () => {
    const [n, d] = [20, 50];
    const z = numbers(n * d, 4);
    z[3 * d + 17] = Number.NaN;
    withArrays(simd, [z, new Float32Array(d * d)], ([pz, out]) => {
      gramAt(simd, { z: pz, n, d, out });
      simd.f32(out, d * d).forEach((x, at) => {
        expect(Number.isNaN(x)).toBe(Math.floor(at / d) === 17 || at % d === 17);
      });
    });
  });
});

it('is the same to the last bit on every number of threads', () => {
  const [n, d] = [900, 333];
  const z = numbers(n * d, 5);
  const results = all
    .filter(([, { variant }]) => variant === 'relaxed')
    .map(([, simd]) =>
      withArrays(simd, [z, new Float64Array(d * d)], ([pz, out]) => {
        gramAt(simd, { z: pz, n, d, out, float64: true });
        return simd.f64(out, d * d).slice();
      }),
    );
  for (const result of results) expect(result).toEqual(results[0]);
});
