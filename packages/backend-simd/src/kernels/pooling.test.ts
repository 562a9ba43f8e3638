import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { check, describeOnThreads, filled, tame } from '../fixtures/arbitraries.ts';
import { compareWithCpu } from '../fixtures/compare-with-cpu.ts';
import '../index.ts';

describeOnThreads('pooling agrees with cpu', () => {
  it('MaxPool and its gradient, windows that overlap, NaN', () => {
    check(
      fc
        .record({
          shape: fc.tuple(
            fc.integer({ min: 1, max: 3 }),
            fc.integer({ min: 3, max: 7 }),
            fc.integer({ min: 3, max: 7 }),
            fc.integer({ min: 1, max: 6 }),
          ),
          filterSize: fc.constantFrom(2, 3),
          strides: fc.constantFrom(1, 2),
          pad: fc.constantFrom('same', 'valid') as fc.Arbitrary<'same' | 'valid'>,
        })
        .chain(({ shape, filterSize, strides, pad }) => {
          const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad);
          return fc.record({
            x: filled([...shape], fc.oneof(tame, fc.constantFrom(1, 2))),
            dy: filled(info.outShape, tame),
            attrs: fc.constant({ filterSize, strides, pad }),
          });
        }),
      ({ x, dy, attrs }) => {
        compareWithCpu('MaxPool', { x }, attrs);
        compareWithCpu('MaxPoolGrad', { dy, input: x, output: dy }, attrs);
        compareWithCpu(
          'MaxPool',
          { x: { ...x, values: x.values.map((v, i) => (i % 7 ? v : NaN)) } },
          attrs,
        );
      },
    );
  });

  it('says so where the window is wider than the image', () => {
    for (const size of [6, [6, 2], [2, 6]] as (number | [number, number])[]) {
      const [height, width] = [size].flat().concat(size as number);
      expect(() =>
        tf.tidy(() => tf.maxPool(tf.zeros<tf.Rank.R4>([1, 5, 4, 1]), size, 1, 'valid')),
      ).toThrow(
        `\`filterSize\` must be no larger than the images with their padding, 5 × 4 without. Received: ${height} × ${width}.`,
      );
    }
  });
});
