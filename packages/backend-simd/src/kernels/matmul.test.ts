import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { check, describeOnThreads, filled, tame } from '../fixtures/arbitraries.ts';
import { compareWithCpu } from '../fixtures/compare-with-cpu.ts';
import '../index.ts';

describeOnThreads('products and convolutions agree with cpu', () => {
  it('BatchMatMul, every transpose, batches', () => {
    const edge = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 40 }));
    check(
      fc
        .record({ m: edge, n: edge, k: edge, transposeA: fc.boolean(), transposeB: fc.boolean() })
        .chain(({ m, n, k, transposeA, transposeB }) =>
          fc
            .tuple(fc.constantFrom([], [1], [3], [2, 2]), fc.boolean())
            .chain(([batch, alone]) =>
              fc.tuple(
                filled([...batch, ...(transposeA ? [k, m] : [m, k])], tame),
                filled([...(alone ? [] : batch), ...(transposeB ? [n, k] : [k, n])], tame),
                fc.constant({ transposeA, transposeB }),
              ),
            ),
        ),
      ([a, b, attrs]) => compareWithCpu('BatchMatMul', { a, b }, attrs, 1e-5),
      100,
    );
  });

  it('_FusedMatMul: biases of every shape, every activation', () => {
    const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];
    check(
      fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })).chain(([m, n]) =>
        fc.record({
          a: filled([m, 7], tame),
          b: filled([7, n], tame),
          bias: fc
            .constantFrom(undefined, [n], [1, n], [1], [m, n])
            .chain((shape) => (shape ? filled([...shape], tame) : fc.constant(undefined))),
          preluActivationWeights: filled([n], tame),
          activation: fc.constantFrom(...activations),
        }),
      ),
      ({ activation, ...inputs }) => {
        const attrs = { transposeA: false, transposeB: false, activation, leakyreluAlpha: 0.2 };
        compareWithCpu('_FusedMatMul', inputs, attrs, 1e-5);
      },
      100,
    );
  });

  it('convolutions and their gradients', () => {
    const geometry = fc
      .record({
        images: fc.integer({ min: 1, max: 3 }),
        height: fc.integer({ min: 4, max: 8 }),
        width: fc.integer({ min: 4, max: 8 }),
        channels: fc.integer({ min: 1, max: 5 }),
        units: fc.integer({ min: 1, max: 9 }),
        filter: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
        strides: fc.constantFrom(1, 2, [2, 1]),
        dilations: fc.constantFrom(1, 2),
        pad: fc.constantFrom('same', 'valid', 1),
      })
      .filter(({ strides, dilations, filter }) =>
        dilations === 1 ? true : strides === 1 && Math.max(...filter) < 3,
      );
    check(
      geometry.chain((g) => {
        const shape = [g.images, g.height, g.width, g.channels] as [number, number, number, number];
        const kernel = [...g.filter, g.channels, g.units] as [number, number, number, number];
        const strides = g.strides as number | [number, number];
        const pad = g.pad as 'same';
        const info = tf.backend_util.computeConv2DInfo(shape, kernel, strides, g.dilations, pad);
        return fc.record({
          x: filled(shape, tame),
          filter: filled(kernel, tame),
          dy: filled(info.outShape, tame),
          bias: filled([g.units], tame),
          attrs: fc.constant({
            ...{ strides: g.strides, pad: g.pad, dataFormat: 'NHWC', dilations: g.dilations },
            ...{ filterShape: kernel, inputShape: shape, activation: 'relu' },
          }),
        });
      }),
      ({ x, filter, dy, bias, attrs }) => {
        compareWithCpu('Conv2D', { x, filter }, attrs, 1e-5);
        compareWithCpu('FusedConv2D', { x, filter, bias }, attrs, 1e-5);
        if (attrs.dilations !== 1) return;
        compareWithCpu('Conv2DBackpropFilter', { x, dy }, attrs, 1e-5);
        compareWithCpu('Conv2DBackpropInput', { dy, filter }, attrs, 1e-5);
      },
      60,
    );
  });

  it('CosineFeatures: factor·cos(x·kernel + bias)', () => {
    tf.setBackend('simd');
    tf.tidy(() => {
      const [x, kernel, bias] = [
        tf.randomNormal([9, 5]),
        tf.randomNormal([5, 33]),
        tf.randomNormal([33]),
      ];
      const got = tf.engine().runKernel('CosineFeatures', { x, kernel, bias }, { factor: 0.5 });
      const want = tf.mul(
        tf.cos(tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias)),
        0.5,
      );
      expect(tf.max(tf.abs(tf.sub(got as tf.Tensor, want))).dataSync()[0]).toBeLessThan(1e-6);
    });
  });
});
