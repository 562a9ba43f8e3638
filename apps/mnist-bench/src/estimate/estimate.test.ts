import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import type { Settings } from '../options/options.ts';
import { kernels } from '../parts/kernels.ts';
import { losses } from '../parts/losses.ts';
import { maps } from '../parts/maps.ts';
import { namesOf } from '../parts/variants.ts';
import { estimate } from './estimate.ts';
import type { MachineSpeed } from './machine.ts';

/** Two quiet cores of 2023. */
const machine: MachineSpeed = {
  cores: 2,
  memory: 24e9,
  features: 150e9,
  cholesky: 25e9,
  stream: 6e9,
  script: 0.73e9,
};
const of = (given: Partial<Settings>, speed = machine) =>
  estimate(complete({ dataset: 'mnist', ...given }), speed);
const ridge = { loss: 'mse', solver: 'direct' } as const;

describe('estimate', () => {
  it.each<[string, Partial<Settings>, number, number]>([
    ['the seed program', {}, 10.5, 1.47e9],
    ['ridge regression on 4,096 features', { ...ridge, validationSplit: 0 }, 10.7, 0.85e9],
  ])('is within a factor of 2 of what %s took', (_, given, seconds, memory) => {
    const found = of(given);
    expect(Math.abs(Math.log2(found.seconds / seconds))).toBeLessThan(1);
    expect(Math.abs(Math.log2(found.memory / memory))).toBeLessThan(1);
  });

  it('counts features that cannot be kept as often as they are computed', () => {
    const given = { outputDim: 8192, epochs: 10 } as const;
    const kept = of(given);
    const again = of(given, { ...machine, memory: 2e9 });
    expect(again.seconds).toBeGreaterThan(3 * kept.seconds);
    expect(again.memory).toBeLessThan(kept.memory / 2);
  });

  it('knows that the penalty has to be found where none is given', () => {
    expect(of(ridge).seconds - of({ ...ridge, l2: 0 }).seconds).toBeGreaterThan(0.2);
  });

  it('knows which backend is slow', () => {
    const [simd, wasm, cpu] = (['simd', 'wasm', 'cpu'] as const).map(
      (backend) => of({ backend, outputDim: 512 }).seconds,
    );
    expect(wasm).toBeGreaterThan(1.2 * simd);
    expect(cpu).toBeGreaterThan(5 * wasm);
  });

  const settings = fc.record({
    map: fc.constantFrom(...namesOf(maps)),
    kernel: fc.constantFrom(...namesOf(kernels)),
    loss: fc.constantFrom(...namesOf(losses)),
    solver: fc.constantFrom('adam', 'sgd', 'eigenpro', 'newton', 'direct', 'fit'),
    backend: fc.constantFrom('simd', 'wasm', 'cpu'),
    filters: fc.constantFrom(0, 16),
    outputDim: fc.integer({ min: 1, max: 4096 }),
    epochs: fc.integer({ min: 1, max: 50 }),
    rows: fc.integer({ min: 10, max: 60_000 }),
  }) as fc.Arbitrary<Partial<Settings>>;

  it('grows with every size, and falls with every speed', () => {
    fc.assert(
      fc.property(settings, (given) => {
        const { seconds, memory } = of(given);
        expect(seconds).toBeGreaterThan(0.3);
        expect(memory).toBeGreaterThan(2e8);
        for (const size of ['outputDim', 'epochs', 'rows'] as const) {
          const larger = of({ ...given, [size]: Math.min(60_000, 2 * Number(given[size])) });
          expect(larger.seconds).toBeGreaterThanOrEqual(seconds);
          expect(larger.memory).toBeGreaterThanOrEqual(memory);
        }
        for (const rate of ['features', 'cholesky', 'stream', 'script'] as const) {
          const faster = of(given, { ...machine, [rate]: 2 * machine[rate] });
          expect(faster.seconds).toBeLessThanOrEqual(seconds);
        }
      }),
    );
  });
});
