import { getSimd } from '@kernel-methods/simd';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWithCpu, type Input } from '../fixtures/compare-with-cpu.ts';
import { kernels } from '../index.ts';

beforeAll(() => {
  tf.env().set('IS_TEST', true); // cpu greets on the console
});

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  -2.5,
  6,
  7,
  1e30,
  -1e30,
  1e-30,
  3e9,
  -5e9,
  NaN,
  Infinity,
  -Infinity,
];
const float = fc.oneof(
  { weight: 4, arbitrary: fc.float({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(...special) },
);
const tame = fc.float({ min: -2, max: 2, noNaN: true });
const integer = fc.integer({ min: -1000, max: 1000 });
const bit = fc.integer({ min: 0, max: 1 });

const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
const filled = (shape: number[], number: fc.Arbitrary<number>, dtype?: Input['dtype']) =>
  fc
    .array(number, { minLength: size(shape), maxLength: size(shape) })
    .map((values): Input => ({ values, shape, dtype }));
const shapes = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }),
  fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })).map((s) => [...s]),
);
const filledShapes = shapes.filter((shape) => !shape.includes(0));
/** Two shapes that broadcast together. */
const pairs = shapes.chain((shape) => {
  const drop = fc.tuple(fc.integer({ min: 0, max: shape.length }), fc.infiniteStream(fc.boolean()));
  return fc
    .tuple(drop, drop)
    .map((drops) =>
      drops.map(([cut, ones]) => shape.map((n) => (ones.next().value ? 1 : n)).slice(cut)),
    );
});
const check = <T>(arbitrary: fc.Arbitrary<T>, test: (value: T) => void, numRuns = 40) =>
  fc.assert(fc.property(arbitrary, test), { numRuns });

describe.each([1, 2])('kernels agree with cpu, %s threads', (threads) => {
  const simd = getSimd();
  beforeAll(() => {
    simd.setThreads(threads);
    // Small arrays too are cut, as large ones are.
    if (threads > 1) simd.partsFor = (units) => Math.max(1, Math.min(Math.floor(units), 5));
  });
  afterAll(() => {
    Reflect.deleteProperty(simd, 'partsFor');
  });

  it.each([
    ...['Abs', 'Neg', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal', 'Relu', 'Relu6', 'Sign', 'Floor'],
    ...['Ceil', 'Exp', 'Expm1', 'Log', 'Log1p', 'Sigmoid', 'Tanh', 'Softplus', 'Elu'],
  ])('%s', (name) => {
    check(
      shapes.chain((shape) => filled(shape, float)),
      (x) => compareWithCpu(name, { x }),
    );
  });

  it.each(['Sin', 'Cos'])('%s up to 1e8', (name) => {
    const angle = float.filter((x) => !(Math.abs(x) > 1e8 && Number.isFinite(x)));
    const far = fc.float({ min: -1e8, max: 1e8, noNaN: true });
    check(
      shapes.chain((shape) => filled(shape, fc.oneof(angle, far))),
      (x) => compareWithCpu(name, { x }, {}, 2e-6),
    );
  });

  it.each([
    ['Step', { alpha: 0.25 }],
    ['LeakyRelu', { alpha: 0.3 }],
    ['ClipByValue', { clipValueMin: -1.5, clipValueMax: 2 }],
  ])('%s', (name, attrs) => {
    check(
      shapes.chain((shape) => filled(shape, float)),
      (x) => compareWithCpu(name, { x }, attrs),
    );
  });

  it.each([
    ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'],
    ...['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual'],
  ])('%s, with broadcasting', (name) => {
    const of = (number: fc.Arbitrary<number>, dtype?: Input['dtype']) =>
      pairs.chain(([a, b]) => fc.tuple(filled(a, number, dtype), filled(b, number, dtype)));
    check(of(float), ([a, b]) => compareWithCpu(name, { a, b }));
    check(of(integer, 'int32'), ([a, b]) => compareWithCpu(name, { a, b }), 10);
  });

  it('Prelu, EluGrad, AddN', () => {
    check(
      pairs.chain(([a, b]) => fc.tuple(filled(a, float), filled(b, float))),
      ([x, alpha]) => compareWithCpu('Prelu', { x, alpha }),
    );
    check(
      shapes.chain((shape) => fc.tuple(filled(shape, float), filled(shape, float))),
      ([dy, y]) => {
        compareWithCpu('EluGrad', { dy, y });
        compareWithCpu('AddN', [dy, y, dy]);
      },
    );
  });

  it('Cast', () => {
    const types = ['float32', 'int32', 'bool'] as const;
    const numbers = { float32: float, int32: integer, bool: bit };
    check(
      fc
        .tuple(fc.constantFrom(...types), fc.constantFrom(...types), shapes)
        .chain(([from, dtype, shape]) =>
          fc.tuple(filled(shape, numbers[from], from), fc.constant(dtype)),
        ),
      ([x, dtype]) => compareWithCpu('Cast', { x }, { dtype }),
      100,
    );
  });

  it('Select', () => {
    check(
      shapes.chain((shape) =>
        fc.tuple(filled(shape, bit, 'bool'), filled(shape, float), filled(shape, float)),
      ),
      ([condition, t, e]) => compareWithCpu('Select', { condition, t, e }),
    );
  });

  it.each(['Sum', 'Mean', 'Max', 'Min'])('%s over any axes', (name) => {
    const key = name === 'Max' ? 'reductionIndices' : 'axis';
    check(
      filledShapes.chain((shape) =>
        fc.tuple(
          filled(shape, name === 'Max' || name === 'Min' ? float : tame),
          fc.subarray(shape.map((_, d) => d)),
          fc.boolean(),
        ),
      ),
      ([x, axes, keepDims]) => compareWithCpu(name, { x }, { [key]: axes, keepDims }, 1e-5),
      100,
    );
  });

  it('Sum, Max and Min of many numbers, NaN among them', () => {
    const values = Array.from({ length: 50_001 }, (_, i) => Math.sin(i * i));
    const x = { values, shape: [50_001] };
    compareWithCpu('Sum', { x }, { axis: [0], keepDims: false }, 1e-5);
    compareWithCpu('Min', { x }, { axis: [0], keepDims: false });
    values[40_000] = Number.NaN;
    compareWithCpu('Max', { x }, { reductionIndices: [0], keepDims: false });
    compareWithCpu('Sum', { x }, { axis: [0], keepDims: false });
  });

  it.each(['ArgMax', 'ArgMin'])('%s: the first one wins', (name) => {
    const few = fc.constantFrom(0, 1, 2, Number.NaN, Infinity, -Infinity);
    check(
      filledShapes
        .filter((shape) => shape.length > 0)
        .chain((shape) =>
          fc.tuple(filled(shape, few), fc.integer({ min: 0, max: shape.length - 1 })),
        ),
      ([x, axis]) => compareWithCpu(name, { x }, { axis }),
      100,
    );
  });

  it('Softmax', () => {
    check(
      filledShapes.filter((shape) => shape.length > 0).chain((shape) => filled(shape, float)),
      (logits) => compareWithCpu('Softmax', { logits }, { dim: logits.shape.length - 1 }),
    );
  });

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

it('the table names kernels of tfjs, and one of our own', () => {
  const unknown = Object.keys(kernels).filter((name) => !tf.getKernel(name, 'cpu'));
  expect(unknown).toEqual(['CosineFeatures']);
});
