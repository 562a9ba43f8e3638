import fc from 'fast-check';
import { it } from 'vitest';
import {
  bit,
  check,
  describeOnThreads,
  filled,
  float,
  integer,
  pairs,
  shapes,
} from '../fixtures/arbitraries.ts';
import { compareWithCpu, type Input } from '../fixtures/compare-with-cpu.ts';
import '../index.ts';

describeOnThreads('element-wise kernels agree with cpu', () => {
  it.each([
    ...['Abs', 'Neg', 'Square', 'Sqrt', 'Rsqrt', 'Reciprocal', 'Relu', 'Relu6', 'Sign', 'Floor'],
    ...['Ceil', 'Exp', 'Expm1', 'Log', 'Log1p', 'Sigmoid', 'Tanh', 'Softplus', 'Elu'],
  ])('%s', (name) => {
    check(
      shapes.chain((shape) => filled(shape, float)),
      (x) => compareWithCpu(name, { x }),
    );
  });

  it.each(['Sin', 'Cos'])('%s of every number', (name) => {
    const far = fc.float({ noNaN: true });
    check(
      shapes.chain((shape) => filled(shape, fc.oneof(float, far))),
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
});
