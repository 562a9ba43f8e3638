import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instances, numbers, withArrays } from './fixtures/lab.ts';
import { copyRowsAt, gatherAt, permuteAt, segmentSumAt } from './move.ts';

const runs = { numRuns: 25 };

const all = instances();

describe.each(all)('moves, %s', (_, simd) => {
  it('copies rows from one stride to another', () => {
    const sizes = fc.record({
      ...{ rows: fc.nat(40), bytes: fc.oneof(fc.nat(70), fc.constant(20_001)) },
      ...{ gapFrom: fc.nat(3), gapTo: fc.nat(3) },
    });
    fc.assert(
      fc.property(sizes, ({ rows, bytes, gapFrom, gapTo }) => {
        const [fromStride, toStride] = [bytes + gapFrom, bytes + gapTo];
        const [from, to] = [simd.alloc(rows * fromStride), simd.alloc(rows * toStride + 1)];
        const source = simd.u8(from, rows * fromStride);
        source.forEach((_, i) => {
          source[i] = (i * 7 + 1) % 251;
        });
        const expected = simd
          .u8(to, rows * toStride + 1)
          .fill(255)
          .slice();
        for (let r = 0; r < rows; r++) {
          expected.set(source.subarray(r * fromStride, r * fromStride + bytes), r * toStride);
        }
        copyRowsAt(simd, { from, to, rows, bytes, fromStride, toStride });
        expect(Buffer.from(simd.u8(to, expected.length)).equals(expected)).toBe(true);
        simd.free(from);
        simd.free(to);
      }),
      runs,
    );
  });

  it('gathers slices', () => {
    const sizes = fc.record({
      ...{
        batch: fc.integer({ min: 1, max: 3 }),
        outer: fc.nat(4),
        size: fc.integer({ min: 1, max: 9 }),
      },
      ...{ count: fc.nat(9), slice: fc.oneof(fc.nat(5), fc.constant(3000)) },
    });
    fc.assert(
      fc.property(sizes, ({ batch, outer, size, count, slice }) => {
        const x = numbers(batch * outer * size * slice, 1);
        const indices = Int32Array.from({ length: batch * count }, (_, i) => (i * 5 + 2) % size);
        const out = new Float32Array(batch * outer * count * slice + 1).fill(-7);
        const expected = out.map((old, i) => {
          if (i === out.length - 1) return old;
          const [j, row] = [Math.floor(i / slice) % count, Math.floor(i / slice / count)];
          const index = indices[Math.floor(row / outer) * count + j];
          return x[(row * size + index) * slice + (i % slice)];
        });
        withArrays(simd, [x, indices, out], ([px, pi, to]) => {
          gatherAt(simd, {
            x: px,
            indices: pi,
            out: to,
            batch,
            outer,
            size,
            count,
            bytes: 4 * slice,
          });
          expect(simd.f32(to, out.length).slice()).toEqual(expected);
        });
      }),
      runs,
    );
  });

  it('adds up segments, and leaves out rows of none', () => {
    const sizes = fc.record({
      ...{ rows: fc.nat(50), columns: fc.oneof(fc.nat(40), fc.constant(2000)) },
      segments: fc.nat(6),
    });
    fc.assert(
      fc.property(sizes, ({ rows, columns, segments }) => {
        const x = numbers(rows * columns, 1).map((value) => Math.round(value * 100));
        const ids = Int32Array.from({ length: rows }, (_, i) => (i % (segments + 2)) - 1);
        const out = new Float32Array(segments * columns + 1).fill(-7);
        const expected = out.map((_, i) => (i < segments * columns ? 0 : -7));
        ids.forEach((s, r) => {
          if (s < 0 || s >= segments) return;
          for (let c = 0; c < columns; c++) expected[s * columns + c] += x[r * columns + c];
        });
        withArrays(simd, [x, ids, out], ([px, pi, to]) => {
          segmentSumAt(simd, { x: px, ids: pi, out: to, rows, columns, segments });
          expect(simd.f32(to, out.length).slice()).toEqual(expected);
        });
      }),
      runs,
    );
  });

  it('permutes, slices and repeats', () => {
    const four = <T>(make: () => fc.Arbitrary<T>) => fc.tuple(make(), make(), make(), make());
    const sizes = fc.record({
      lengths: four(() => fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constantFrom(0, 37))),
      strides: four(() => fc.constantFrom(0, 1, 4, 9, 40)),
    });
    fc.assert(
      fc.property(sizes, ({ lengths, strides }) => {
        const n = lengths.reduce((a, b) => a * b, 1);
        if (n > 200_000) return;
        const x = numbers(4 * 40 * 40, 1);
        const out = new Float32Array(n + 1).fill(-7);
        const expected = out.map((old, i) => {
          if (i === n) return old;
          let [rest, at] = [i, 0];
          for (let d = 3; d >= 0; d--) {
            at += (rest % lengths[d]) * strides[d];
            rest = Math.floor(rest / lengths[d]);
          }
          return x[at];
        });
        withArrays(simd, [x, out], ([px, to]) => {
          permuteAt(simd, { x: px, out: to, lengths, strides });
          expect(simd.f32(to, n + 1).slice()).toEqual(expected);
        });
      }),
      { numRuns: 60 },
    );
  });
});

it('refuses sizes that are none', () => {
  const [[, simd]] = all;
  expect(() => copyRowsAt(simd, { from: 0, to: 0, rows: -1, bytes: 1 })).toThrow(
    '`rows` must be a whole number, 0 or above. Received: -1.',
  );
  expect(() =>
    permuteAt(simd, { x: 0, out: 0, lengths: [1, 1, 1, 1], strides: [1, 1, 0.5, 1] }),
  ).toThrow('`s2` must be a whole number, 0 or above. Received: 0.5.');
});
