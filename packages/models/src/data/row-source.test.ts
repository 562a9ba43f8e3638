import '@tensorflow/tfjs-backend-cpu';
import { expectNoLeak } from '@kernel-methods/test-utils';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Picked } from '../numerics/numerics.ts';
import { compose, valuesOf } from '../numerics/picked.ts';
import { arraySource, someRows, tensorSource } from './row-source.ts';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const list = (picked: Picked) =>
  picked instanceof Int32Array
    ? Array.from(picked)
    : Array.from({ length: picked.count }, (_, i) => picked.from + i);

/** A range or some rows in any order, of so many. */
const picks = (rows: number): fc.Arbitrary<Picked> =>
  fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: rows - 1 }), fc.integer({ min: 1, max: rows }))
      .map(([from, count]) => ({ from, count: Math.min(count, rows - from) })),
    fc
      .array(fc.integer({ min: 0, max: rows - 1 }), { minLength: 1, maxLength: 9 })
      .map((some) => Int32Array.from(some)),
  );
const nested = picks(10).chain((outer) =>
  picks(list(outer).length).chain((middle) =>
    picks(list(middle).length).map((inner) => [outer, middle, inner] as const),
  ),
);

const data = Array.from({ length: 60 }, (_, i) => i % 50);
const kinds = [Float32Array, Float64Array, Uint8Array, Int16Array, Int32Array, Uint32Array];

it('gives views of views of rows, whatever they lie in', () => {
  const far = new Uint8Array(8 * 62);
  const sources = [
    ...kinds.map((kind) => arraySource(kind.from(data), [10, 3, 2])),
    ...kinds.map((kind) => {
      const view = new kind(far.buffer.slice(0), 8, 60);
      view.set(data);
      return arraySource(view, [10, 3, 2]);
    }),
    arraySource(data, [10, 3, 2]),
    tensorSource(tf.tensor(data, [10, 3, 2])),
  ];
  fc.assert(
    fc.property(nested, fc.nat(sources.length - 1), ([outer, middle, inner], which) => {
      const rows = list(inner).map((i) => list(outer)[list(middle)[i]]);
      const view = someRows(someRows(sources[which], outer), middle);
      expect([view.rows, view.rowShape]).toEqual([list(middle).length, [3, 2]]);
      const taken = view.take(inner);
      expect([taken.dtype, taken.shape]).toEqual(['float32', [rows.length, 3, 2]]);
      const expected = rows.flatMap((row) => data.slice(6 * row, 6 * row + 6));
      expect(Array.from(taken.dataSync())).toEqual(expected);
      taken.dispose();
      expect(list(compose(compose(outer, middle), inner))).toEqual(rows);
      expect(Array.from(valuesOf(data, compose(compose(outer, middle), inner), 6))).toEqual(
        expected,
      );
    }),
    { numRuns: 60 },
  );
  for (const source of sources) source.dispose();
});

it('owns its tensor, and a view of it nothing', () =>
  expectNoLeak(() => {
    const source = tensorSource(tf.tensor(data, [10, 6]));
    someRows(source, { from: 0, count: 3 }).dispose();
    source.take({ from: 0, count: 2 }).dispose();
    source.take(Int32Array.of(3)).dispose();
    source.dispose();
  }));
