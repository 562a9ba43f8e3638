import { describe, expect, it } from 'vitest';
import { options } from '../options/options.ts';
import { axisOptions, readAxes } from './axes.ts';

describe('readAxes', () => {
  it('reads values by the rules of the options', () => {
    expect(readAxes(['kernels=gaussian,matern-3/2', 'dims=512,1e3', 'l2=0,1e-6'])).toEqual({
      kernel: ['gaussian', 'matern-3/2'],
      outputDim: [512, 1000],
      l2: [0, 1e-6],
    });
    expect(readAxes(['rows=1000,all losses=meanSquaredError', 'batch-sizes=64'])).toEqual({
      rows: [1000, 'all'],
      loss: ['mse'],
      batchSize: [64],
    });
    expect(readAxes([])).toEqual({});
  });

  it('takes one number of seeds for how many there are', () => {
    expect(readAxes(['seeds=3'])).toEqual({ seed: [0, 1, 2] });
    expect(readAxes(['seeds=7,8'])).toEqual({ seed: [7, 8] });
  });

  it('knows an axis for every option that changes what a run does', () => {
    // A comparison does not take machines.
    const others = ['data', 'save', 'json', 'progress', 'machines'];
    expect([...Object.values(axisOptions), ...others].sort()).toEqual(Object.keys(options).sort());
  });

  it.each([
    ['kernels', '`--matrix` must be axes with values, such as kernels=gaussian,laplacian.'],
    [
      '',
      '`--matrix` must be axes with values, such as kernels=gaussian,laplacian. Received: nothing',
    ],
    ['kernals=gaussian', '(did you mean kernels?). Received: kernals.'],
    ['kernel=gaussian', '(did you mean kernels?). Received: kernel.'],
    ['output-dim=4', '(did you mean dims?). Received: output-dim.'],
    ['batchsizes=4', '(did you mean batch-sizes?). Received: batchsizes.'],
    ['kernels=gausian', 'cauchy (did you mean gaussian?). Received: gausian.'],
    ['dims=512,0', '`--matrix dims` must be an integer from 1 to 65536. Received: 0.'],
    ['dims=512,,1', '`--matrix dims` must be an integer from 1 to 65536. Received: nothing.'],
    ['dims=', '`--matrix dims` must be an integer from 1 to 65536. Received: nothing.'],
    ['dims=512,5.12e2', '`--matrix dims` must be without repetition. Received: 5.12e2.'],
    ['losses=mse,meanSquaredError', '`--matrix losses` must be without repetition.'],
    ['seeds=0', '`--matrix seeds` must be a number of seeds from 1 to 1000, or several, as 7,8.'],
    ['seeds=9999', 'Received: 9999.'],
    ['seeds=', 'Received: nothing.'],
    ['dims=1 dims=2', '`--matrix dims` must be given once. Received: dims=2.'],
  ])('refuses %j', (text, message) => {
    expect(() => readAxes([text])).toThrow(message);
  });
});
