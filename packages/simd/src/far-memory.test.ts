import { expect, it } from 'vitest';
import { cosAt, gramAt, matmulAt, rowsProductAt, Simd } from './index.ts';

it('computes past 2 GiB, where pointers are negative for a machine with signed ones', () => {
  const simd = new Simd({ threads: 2 });
  // Memory that nobody touches costs nothing.
  const far = simd.alloc(2 ** 31 + 2 ** 20);
  const n = 128;
  const [a, b, out] = [0, 0, 0].map(() => simd.alloc(4 * n * n));
  expect(Math.min(a, b, out)).toBeGreaterThan(2 ** 31);
  simd.f32(a, n * n).fill(0.5);
  simd.f32(b, n * n).fill(2);
  const all = (value: number) => expect(simd.f32(out, n * n).every((x) => x === value)).toBe(true);
  matmulAt(simd, { a, b, out, m: n, n, k: n });
  all(n);
  matmulAt(simd, { a, b, out, m: n, n, k: n, transposeA: true, transposeB: true });
  all(n);
  gramAt(simd, { z: a, n, d: n, out });
  all(n / 4);
  rowsProductAt(simd, { z: a, count: n, features: n, units: n, w: b, out });
  all(n);
  simd.f32(a, n * n).fill(0);
  cosAt(simd, a, out, n * n);
  all(1);
  simd.free(far);
  simd.dispose();
});
