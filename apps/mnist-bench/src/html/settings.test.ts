import { describe, expect, test } from 'vitest';
import { axisOptions } from '../matrix/axes.ts';
import { complete } from '../options/complete.ts';
import { type Config, options } from '../options/options.ts';
import { namesApart } from './settings.ts';

const base = complete({ filters: 16, rows: 500, reject: 0.9 });
const named = (configs: readonly Config[], without: Parameters<typeof namesApart>[1] = []) => [
  ...namesApart(configs, without).values(),
];

describe('names', () => {
  const told = Object.values(axisOptions).filter((name) => name !== 'seed' && name !== 'variant');

  test.each(told)('differ where %s does', (option) => {
    const value = base[option];
    const other = options[option].rule.names?.at(-1) ?? Number(value ?? 0) + 1;
    const [first, second] = named([base, { ...base, [option]: other } as Config]);
    expect(first).not.toBe(second);
    expect(second).toContain(`${other}`);
  });

  test('say no more than tells them apart, but for kernel, loss, solver and map', () => {
    const configs = [
      complete({}),
      complete({ kernel: 'laplacian', loss: 'mse', solver: 'direct', l2: 1e-6, batchSize: 32 }),
      complete({ kernel: 'laplacian', loss: 'mse', solver: 'direct', l2: 1e-3, batchSize: 32 }),
    ];
    expect(named(configs)).toEqual([
      'gaussian, hinge, adam, default l2',
      'laplacian, mse, direct, l2 0.000001',
      'laplacian, mse, direct, l2 0.001',
    ]);
    expect(named([complete({ map: 'orf' })])).toEqual(['orf']);
  });

  test('leave out what has no say in a run', () => {
    const configs = [
      complete({ loss: 'mse', solver: 'direct' }),
      complete({ loss: 'mse', epochs: 2 }),
      complete({ loss: 'mse', epochs: 3 }),
    ];
    expect(named(configs)).toEqual(['direct', 'adam, epochs 2', 'adam, epochs 3']);
  });

  test('hold what differs apart from others', () => {
    const configs = [complete({ outputDim: 2, l2: 1 }), complete({ outputDim: 3, l2: 2 })];
    expect(named(configs, ['outputDim'])).toEqual(['l2 1', 'l2 2']);
  });
});
