import { matern, pca, randomFourierFeatures } from '@kernel-methods/features';
import { hinge, huber } from '@kernel-methods/losses';
import { createRandom } from '@kernel-methods/random';
import { numberEncoder, tableEncoder } from '@kernel-methods/tables';
import { train } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { newton } from '../solvers/newton/newton.ts';
import { integers, logUniform, uniform } from './distributions.ts';
import { drawnCandidates, gridCandidates } from './parameters.ts';

describe('distributions', () => {
  const drawn = (draw: (random: ReturnType<typeof createRandom>) => number) => {
    const random = createRandom(3);
    return Float64Array.from({ length: 4000 }, () => draw(random));
  };
  // The mean of 4,000 numbers uniform in [0, 1) is 1/2 ± 1/√(12·4000); five of these.
  const error = 5 / Math.sqrt(12 * 4000);
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;

  it('are uniform between their ends, also in the logarithm', () => {
    const plain = drawn(uniform(5, 7));
    expect(Math.abs(mean(plain) - 6)).toBeLessThan(2 * error);
    expect(Math.min(...plain)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...plain)).toBeLessThan(7);
    const logs = drawn(logUniform(1e-6, 1e-2)).map(Math.log10);
    expect(Math.abs(mean(logs) + 4)).toBeLessThan(4 * error);
    expect(Math.min(...logs)).toBeGreaterThanOrEqual(-6);
  });

  it('draw whole numbers, both ends among them', () => {
    expect([...new Set(drawn(integers(-1, 2)))].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  });

  it('refuse ends that are none', () => {
    expect(() => logUniform(0, 1)).toThrow('`from` must be above 0. Received: 0.');
    expect(() => uniform(2, 2)).toThrow('`to` must be above 2. Received: 2.');
    expect(() => uniform(2, Number.POSITIVE_INFINITY)).toThrow('`to` must be a finite number.');
    expect(() => integers(0, 1.5)).toThrow('`to` must be a whole number. Received: 1.5.');
  });
});

describe('candidates', () => {
  it('are all combinations of a grid, and of several', () => {
    expect(gridCandidates({ l2: [1, 2], loss: ['hinge', 'huber'] })).toEqual([
      { l2: 1, loss: 'hinge' },
      { l2: 1, loss: 'huber' },
      { l2: 2, loss: 'hinge' },
      { l2: 2, loss: 'huber' },
    ]);
    expect(gridCandidates([{ l2: [1] }, { seed: [3, 4] }])).toEqual([
      { l2: 1 },
      { seed: 3 },
      { seed: 4 },
    ]);
    expect(gridCandidates({})).toEqual([{}]);
  });

  it('are drawn by the seed; more of them or another option leave the first as they are', () => {
    const some = { l2: logUniform(1e-6, 1), outputDim: [16, 32, 64] };
    const ten = drawnCandidates(some, 10, 4);
    expect(drawnCandidates(some, 10, 4)).toEqual(ten);
    expect(drawnCandidates(some, 12, 4).slice(0, 10)).toEqual(ten);
    expect(drawnCandidates(some, 10, 5)).not.toEqual(ten);
    const more = drawnCandidates({ scale: uniform(1, 2), ...some }, 10, 4);
    expect(more.map(({ scale, ...rest }) => rest)).toEqual(ten);
    expect(new Set(ten.map(({ l2 }) => l2)).size).toBe(10);
    expect(new Set(ten.map(({ outputDim }) => outputDim))).toEqual(new Set([16, 32, 64]));
  });

  it('are refused where they are none', () => {
    expect(() => gridCandidates({ c: [1] } as object)).toThrow(
      '`grid` must name options among features, outputDim,',
    );
    expect(() => gridCandidates({ task: ['regression'] } as object)).toThrow('Received: task.');
    expect(() => gridCandidates({ l2: 3 } as object)).toThrow(
      '`grid.l2` must be an array with at least one value. Received: number.',
    );
    expect(() => gridCandidates([])).toThrow('`grid` must hold a grid. Received: an empty list.');
    expect(() => gridCandidates(null as never)).toThrow('`grid` must be an object');
    expect(() => drawnCandidates({ l2: [] }, 2, 0)).toThrow('`distributions.l2` must be an array');
  });

  it('are written as JSON in a form that people can read, and are the same objects', () => {
    const given = {
      loss: [hinge, huber.with({ delta: 0.5 })],
      solver: ['adam', newton({ tolerance: 1e-3 })] as const,
      features: [
        'gaussian',
        matern({ nu: 2.5, scale: 2 }),
        [pca({ outputDim: 2 }), randomFourierFeatures({ outputDim: 8, scale: 3 })],
        layers.dense({ units: 3 }),
      ] as const,
      encoder: [undefined, tableEncoder({ numbers: numberEncoder({ clip: 2 }), seed: 3 })],
      optimizer: [() => train.sgd(0.1)],
      l2: [1e-3],
    };
    const all = gridCandidates(given as never);
    const written = JSON.parse(JSON.stringify(all));
    expect(written).toHaveLength(2 * 2 * 4 * 2);
    const values = (name: string) => [
      ...new Set(written.map((one: Record<string, unknown>) => JSON.stringify(one[name]))),
    ];
    expect(values('loss')).toEqual([
      '{"name":"hinge","config":{}}',
      '{"name":"huber","config":{"delta":0.5}}',
    ]);
    expect(values('solver')[0]).toBe('"adam"');
    expect(values('solver')[1]).toMatch(/^{"name":"newton","config":{"tolerance":0.001/);
    const [name, kernel, list, dense] = values('features') as string[];
    expect(name).toBe('"gaussian"');
    expect(kernel).toMatch(/^{"className":"matern","config":{.*"nu":2.5/);
    expect(list).toMatch(
      /^\[{"className":"Pca",.*{"className":"RandomFourierFeatures",.*"scale":3/,
    );
    expect(dense).toMatch(/^{"className":"Dense","config":{.*"units":3/);
    expect(values('encoder')[1]).toContain('"numbers":{"kind":"number","options":{"clip":2}}');
    expect(values('optimizer')).toEqual(['"a function"']);
    expect(all[0].loss).toBe(hinge);
    expect({ ...all[0] }).toEqual({ ...given, ...pick(given) });
    const drawn = drawnCandidates({ loss: [hinge], l2: logUniform(1, 2) }, 1, 0);
    expect(JSON.stringify(drawn)).toMatch(/^\[{"loss":{"name":"hinge","config":{}},"l2":1\./);
  });
});

const pick = (grid: Record<string, readonly unknown[]>) =>
  Object.fromEntries(Object.entries(grid).map(([name, values]) => [name, values[0]]));
