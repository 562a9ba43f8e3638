import fc from 'fast-check';
import { it } from 'vitest';
import {
  check,
  describeOnThreads,
  filled,
  filledShapes,
  float,
  tame,
} from '../fixtures/arbitraries.ts';
import { compareWithCpu } from '../fixtures/compare-with-cpu.ts';
import '../index.ts';

describeOnThreads('reductions agree with cpu', () => {
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
});
