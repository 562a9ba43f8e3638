import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  check,
  describeOnThreads,
  filled,
  filledShapes,
  float,
  shapes,
  tame,
} from '../fixtures/arbitraries.ts';
import { compareWithCpu, type Input } from '../fixtures/compare-with-cpu.ts';
import { simdKernels } from '../index.ts';

describeOnThreads('moves agree with cpu', () => {
  it('Transpose, Slice, Tile, PadV2, Concat, SplitV', () => {
    const boxes = filledShapes
      .filter((shape) => shape.length > 0)
      .chain((shape) =>
        fc.record({
          x: filled(shape, float),
          perm: fc.shuffledSubarray(
            shape.map((_, d) => d),
            { minLength: shape.length },
          ),
          begin: fc.tuple(...shape.map((n) => fc.integer({ min: 0, max: n - 1 }))),
          reps: fc.tuple(...shape.map(() => fc.integer({ min: 0, max: 3 }))),
          axis: fc.integer({ min: 0, max: shape.length - 1 }),
        }),
      );
    check(boxes, ({ x, perm, begin, reps, axis }) => {
      compareWithCpu('Transpose', { x }, { perm });
      compareWithCpu('Slice', { x }, { begin, size: begin.map(() => -1) });
      compareWithCpu('Slice', { x }, { begin, size: begin.map(() => 1) });
      compareWithCpu('Tile', { x }, { reps });
      const paddings = begin.map((before, d) => [before, reps[d]]);
      compareWithCpu('PadV2', { x }, { paddings, constantValue: 3 } as never);
      compareWithCpu('Concat', [x, x, x], { axis });
      const n = x.shape[axis];
      compareWithCpu('SplitV', { x }, { numOrSizeSplits: [1, n - 1], axis });
    });
  });

  it('GatherV2 and UnsortedSegmentSum', () => {
    check(
      fc
        .tuple(filledShapes, fc.nat())
        .filter(([shape]) => shape.length > 0)
        .chain(([shape, seed]) => {
          const axis = seed % shape.length;
          return fc.record({
            x: filled(shape, tame),
            axis: fc.constant(axis),
            indices: fc
              .array(fc.integer({ min: 0, max: shape[axis] - 1 }), { minLength: 1, maxLength: 9 })
              .map((values): Input => ({ values, shape: [values.length], dtype: 'int32' })),
            segmentIds: filled([shape[0]], fc.integer({ min: -1, max: 5 }), 'int32'),
          });
        }),
      ({ x, axis, indices, segmentIds }) => {
        compareWithCpu('GatherV2', { x, indices }, { axis, batchDims: 0 });
        compareWithCpu('UnsortedSegmentSum', { x, segmentIds }, { numSegments: 4 }, 1e-5);
      },
    );
    expect(() =>
      compareWithCpu(
        'GatherV2',
        { x: { values: [1], shape: [1] }, indices: { values: [1], shape: [1], dtype: 'int32' } },
        { axis: 0, batchDims: 0 },
      ),
    ).toThrow('GatherV2: the index value 1 is not in [0, 0]');
  });

  it('Fill, ZerosLike, OnesLike, OneHot', () => {
    check(
      shapes.chain((shape) => filled(shape, fc.integer({ min: -1, max: 4 }), 'int32')),
      (indices) => {
        const attrs = { depth: 3, onValue: 2, offValue: -1 };
        compareWithCpu('OneHot', { indices }, { ...attrs, dtype: 'float32' });
        compareWithCpu('OneHot', { indices }, { ...attrs, dtype: 'int32' });
        compareWithCpu('ZerosLike', { x: indices });
        compareWithCpu('OnesLike', { x: { ...indices, dtype: 'float32' } });
        compareWithCpu('Fill', {}, { shape: indices.shape, value: 1.5, dtype: 'float32' });
      },
    );
  });
});

it('the table names kernels of tfjs, and six of our own', () => {
  const unknown = Object.keys(simdKernels).filter((name) => !tf.getKernel(name, 'cpu'));
  expect(unknown).toEqual([
    'CosineFeatures',
    'StructuredFeatures',
    'WalshHadamard',
    'ManhattanDistances',
    'PatchResponses',
    'SparseMatMul',
  ]);
});
