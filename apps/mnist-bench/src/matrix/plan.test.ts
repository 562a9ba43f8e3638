import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../options/options.ts';
import { presets } from '../parts/variants.ts';
import { type Axes, readAxes } from './axes.ts';
import { combinationsOf, type PlanRequest, plan } from './plan.ts';
import { keyOf } from './unused.ts';

const command = (config: Config) => ({ file: 'run', args: [config.kernel] });
const planned = (texts: string[], request: Partial<PlanRequest> = {}) =>
  plan({ given: {}, axes: readAxes(texts), repeats: 1, command, ...request });
const names = ({ jobs }: ReturnType<typeof plan>) => jobs.map(({ variant }) => variant);

describe('plan', () => {
  it('is the product of the axes over what was given, named by what differs', () => {
    const given = { epochs: 3, loss: 'logistic' } as const;
    const { jobs, skipped } = planned(['kernels=gaussian,laplacian', 'maps=rff', 'dims=8,1024'], {
      given,
    });
    expect(skipped).toEqual([]);
    expect(jobs.map(({ variant }) => variant)).toEqual([
      'gaussian, 8 features',
      'gaussian, 1,024 features',
      'laplacian, 8 features',
      'laplacian, 1,024 features',
    ]);
    expect(jobs[3]).toMatchObject({
      system: 'kernel-methods',
      seed: 0,
      repeat: 0,
      config: { ...given, kernel: 'laplacian', outputDim: 1024, scale: 150, batchSize: 128 },
      command: { file: 'run', args: ['laplacian'] },
    });
  });

  it('runs scores of rejection, where something is rejected and the loss has what they need', () => {
    const axes = ['losses=hinge,logistic', 'rejectScores=energy,probability'];
    const { jobs, skipped } = planned(axes, { given: { reject: 0.9 } });
    expect(jobs.map(({ variant }) => variant)).toEqual([
      'sure by energy, hinge',
      'sure by energy, logistic',
      'sure by probability, logistic',
    ]);
    expect(skipped).toEqual([
      {
        variant: 'sure by probability, hinge',
        reason: expect.stringContaining('which gives no probabilities'),
      },
    ]);
    expect(planned(['rejectScores=energy,margin']).skipped[0].reason).toContain(
      'a run that rejects nothing uses no reject score',
    );
  });

  it('runs what draws nothing once, whatever the seeds', () => {
    const given = { loss: 'mse', solver: 'direct', l2: 1e-6 } as const;
    const axes = ['maps=identity,rff', 'seeds=3'];
    const seedsOf = (request: Partial<PlanRequest>) =>
      planned(axes, request).jobs.map(({ variant, seed }) => `${variant} ${seed}`);
    const once = ['identity 0', 'rff 0', 'rff 1', 'rff 2'];
    expect(seedsOf({ given })).toEqual(once);
    expect(seedsOf({ given, repeats: 2 })).toEqual([...once, ...once]);
    // These draw the digits, the rows that choose the penalty, the filters.
    for (const drawn of [{ dataset: 'synthetic' }, { l2: undefined }, { filters: 4 }] as const) {
      expect(seedsOf({ given: { ...given, ...drawn } })).toHaveLength(6);
    }
  });

  it('names presets by their names, and a lone run by what was given', () => {
    expect(names(planned(['variants=seed,fast']))).toEqual(['seed', 'fast']);
    expect(names(planned([], { given: { kernel: 'cauchy', seed: 4 } }))).toEqual(['seed, cauchy']);
    expect(names(planned(['kernels=gaussian,cauchy', 'maps=identity']))).toEqual([
      'seed, identity',
    ]);
    expect(names(planned(['maps=rff,sorf', 'dims=1,2048'])).at(-1)).toBe('sorf 2,048');
    expect(names(planned(['epochs=1', 'solvers=adam,direct'], { given: { loss: 'mse' } }))).toEqual(
      ['adam', 'direct'],
    );
  });

  it('lets seeds take turns, then repeats', () => {
    const { jobs } = planned(['seeds=7,8', 'kernels=gaussian,cauchy'], { repeats: 2 });
    expect(jobs.map(({ variant, seed, repeat }) => [repeat, seed, variant])).toEqual([
      [0, 7, 'gaussian'],
      [0, 7, 'cauchy'],
      [0, 8, 'gaussian'],
      [0, 8, 'cauchy'],
      [1, 7, 'gaussian'],
      [1, 7, 'cauchy'],
      [1, 8, 'gaussian'],
      [1, 8, 'cauchy'],
    ]);
    expect(jobs.every(({ config, seed }) => config.seed === seed)).toBe(true);
    expect(planned([], { given: { seed: 5 } }).jobs[0].seed).toBe(5);
  });

  it('skips what the library refuses, in its words', () => {
    const { jobs, skipped } = planned([
      'losses=hinge,squared-hinge,mse',
      'solvers=adam,direct,newton',
    ]);
    expect(jobs.map(({ variant }) => variant)).toEqual([
      'hinge, adam',
      'squared-hinge, adam',
      'squared-hinge, newton',
      'mse, adam',
      'mse, direct',
      'mse, newton',
    ]);
    expect(skipped.map(({ variant, reason }) => `${variant}: ${reason}`)).toEqual([
      "hinge, direct: `loss` must be meanSquaredError with the solver 'direct'. Received: hinge.",
      expect.stringContaining('hinge, newton: `loss` must have a second derivative for newton'),
      expect.stringContaining('squared-hinge, direct: `loss` must be meanSquaredError'),
    ]);
    expect(planned(['kernels=laplacian', 'maps=rff,orf']).skipped[0].reason).toContain(
      '`draw` must suit the kernel',
    );
  });

  it('skips what could only fail with the data there', () => {
    const { jobs, skipped } = planned(['maps=rff,nystroem', 'dims=79,80,81', 'rows=100']);
    expect(jobs).toHaveLength(5);
    expect(skipped).toEqual([
      {
        variant: 'nystroem 81',
        reason: 'nystroem takes its landmarks from the training rows: 81 of 80 cannot be had',
      },
    ]);
    const large = planned(['solvers=adam,direct', 'dims=16384,32768'], { given: { loss: 'mse' } });
    expect(large.skipped).toEqual([
      {
        variant: 'direct, 32,768 features',
        reason:
          "direct needs squares of the number of features: WebAssembly's 4 GiB hold those of 22434",
      },
    ]);
    const data = planned(['datasets=mnist,synthetic'], { given: { data: 'folder' } });
    expect(data.jobs).toHaveLength(1);
    expect(data.skipped[0]).toMatchObject({
      variant: 'synthetic',
      reason: expect.stringContaining('`--data` must be left out with --dataset synthetic'),
    });
  });

  it('runs once what differs in nothing that is used', () => {
    const { jobs, skipped } = planned([
      'kernels=gaussian,cauchy',
      'maps=arc-cosine,identity',
      'dims=8,9',
    ]);
    expect(jobs.map(({ variant }) => variant)).toEqual([
      'arc-cosine 8',
      'arc-cosine 9',
      'identity',
    ]);
    expect(skipped).toEqual([
      {
        variant: 'gaussian, identity 9',
        reason: 'the same as identity, since identity uses no number of features',
      },
      {
        variant: 'cauchy, arc-cosine 8',
        reason: 'the same as arc-cosine 8, since arc-cosine uses no kernel',
      },
      {
        variant: 'cauchy, arc-cosine 9',
        reason: 'the same as arc-cosine 9, since arc-cosine uses no kernel',
      },
      {
        variant: 'cauchy, identity 8',
        reason: 'the same as identity, since identity uses no kernel',
      },
      {
        variant: 'cauchy, identity 9',
        reason: 'the same as identity, since identity uses no kernel and no number of features',
      },
    ]);
    const twice = planned(['variants=seed,fast'], { given: presets.fast });
    expect(twice.jobs).toHaveLength(1);
    expect(twice.skipped[0].reason).toBe('the same as seed, since nothing that counts differs');
  });

  it('refuses an axis that is given as an option, and more runs than anyone waits for', () => {
    expect(() => planned(['dims=1,2'], { given: { outputDim: 3 } })).toThrow(
      '`dims` of the matrix must be left out if --output-dim is given. Received: 1,2.',
    );
    expect(() => planned(['seeds=1000', 'dims=1,2'], { repeats: 6 })).toThrow(
      '`--matrix` must come to at most 10000 runs, seeds and repeats counted. Received: 12000.',
    );
  });
});

describe('keys', () => {
  const keyWith = (given: Partial<Config>, repeats = 1) =>
    planned([], { given, repeats }).jobs.at(-1)?.key;

  it('depend on what changes the result', () => {
    const changes: Partial<Config>[] = [
      { kernel: 'cauchy' },
      { map: 'orf' },
      { outputDim: 5 },
      { scale: 3 },
      { loss: 'mse' },
      { solver: 'sgd' },
      { l2: 0 },
      { learningRate: 0.1 },
      { epochs: 3 },
      { batchSize: 3 },
      { rows: 300 },
      { validationSplit: 0.1 },
      { reject: 0.9 },
      { reject: 0.9, rejectScore: 'margin' },
      { filters: 1 },
      { filters: 1, patchSize: 6 },
      { filters: 1, grid: 6 },
      { filters: 1, threshold: 0.2 },
      { deskew: 'yes' },
      { backend: 'wasm' },
      { dataset: 'kmnist' },
      { seed: 3 },
    ];
    const keys = [keyWith({}), keyWith({}, 2), ...changes.map((change) => keyWith(change))];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('depend on nothing else', () => {
    const others: Partial<Config>[] = [
      ...[
        { data: 'x' },
        { json: 'x' },
        { progress: 'json' as const },
        { variant: 'seed' as const },
      ],
      ...[{ patchSize: 6 }, { grid: 6 }, { threshold: 0.2 }],
    ];
    for (const other of others) {
      expect(keyWith(other)).toBe(keyWith({}));
    }
  });

  it('stay what they are: files of results are gone on with', () => {
    expect(keyWith({})).toBe(
      'deskew=no filters=0 kernel=gaussian map=rff loss=hinge solver=adam outputDim=4096 scale=10 epochs=20 batchSize=128 rows=all validationSplit=0.2 seed=0 backend=simd dataset=mnist repeat=0',
    );
  });
});

describe('any matrix', () => {
  const some = <T>(...values: T[]) => fc.subarray(values, { minLength: 1 });
  const axesOf = fc.record(
    {
      variant: some('seed', 'fast', 'limit'),
      kernel: some('gaussian', 'laplacian', 'cauchy'),
      map: some('rff', 'orf', 'nystroem', 'arc-cosine', 'identity'),
      loss: some('hinge', 'logistic', 'mse'),
      solver: some('adam', 'eigenpro', 'direct', 'newton'),
      outputDim: some(8, 99, 100),
      epochs: some(1, 2),
      learningRate: some(0.1, 0.2),
      filters: some(0, 4),
      rows: some(2, 100),
      seed: some(0, 1, 5),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Axes>;

  it('is run or skipped, every combination once, under a name of its own', () => {
    fc.assert(
      fc.property(axesOf, fc.integer({ min: 1, max: 2 }), (axes, repeats) => {
        const { seed = [0], ...others } = axes;
        const combinations = combinationsOf(others);
        fc.pre(combinations.length * seed.length <= 2000);
        const { jobs, skipped } = plan({ given: {}, axes, repeats, command });
        const first = jobs.filter((job) => job.seed === seed[0] && job.repeat === 0);
        expect(first.length + skipped.length).toBe(combinations.length);
        const drawn = first.filter(({ key }) => / seed=\d/.test(key)).length;
        expect(jobs.length).toBe(repeats * (first.length + drawn * (seed.length - 1)));
        expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
        const named = [...first, ...skipped].map(({ variant }) => variant);
        expect(named).not.toContain('');
        expect(new Set(named.slice(0, first.length)).size).toBe(first.length);
        expect(skipped.every(({ reason }) => reason.length > 10)).toBe(true);
        // Who shares a name shares the run but for seed and repeat.
        const runs = new Map(jobs.map(({ variant, config }) => [variant, config as Config]));
        for (const { variant, config } of jobs) {
          const same = { ...(runs.get(variant) as Config), seed: 0 };
          expect(keyOf({ ...(config as Config), seed: 0 })).toBe(keyOf(same));
        }
        const known = new Set(named.slice(0, first.length));
        for (const { reason } of skipped) {
          const same = /^the same as (.*), since /.exec(reason)?.[1];
          if (same !== undefined) expect(known).toContain(same);
        }
      }),
      { numRuns: 60 },
    );
  });
});
