import { UsageError } from '@kernel-methods/runner';
import { describe, expect, it } from 'vitest';
import { parse } from './parse.ts';

const standard = {
  variant: 'seed',
  task: 'classes',
  normal: undefined,
  reject: undefined,
  rejectScore: 'relative-mahalanobis',
  deskew: 'no',
  filters: 0,
  patchSize: 5,
  grid: 7,
  threshold: 0.3,
  kernel: 'gaussian',
  loss: 'hinge',
  solver: 'adam',
  outputDim: 4096,
  scale: 10,
  epochs: 20,
  batchSize: 128,
  l2: undefined,
  learningRate: undefined,
  rows: 'all',
  validationSplit: 0.2,
  seed: 0,
  backend: 'simd',
  dataset: 'mnist',
  data: undefined,
  save: undefined,
  json: undefined,
  progress: 'text',
  map: 'rff',
};

describe('parse', () => {
  it('takes the defaults of a variant, and what is given before them', () => {
    const ridge = { loss: 'mse', solver: 'direct', validationSplit: 0, l2: 1e-6 };
    const fast = {
      ...standard,
      ...ridge,
      variant: 'fast',
      filters: 16,
      grid: 6,
      threshold: 0.45,
      outputDim: 2048,
      scale: 48,
    };
    expect(parse(['--variant', 'fast']).config).toEqual(fast);
    const given = ['--variant', 'fast', '--filters', '0', '--l2', '0', '--kernel', 'laplacian'];
    const changed = { filters: 0, l2: 0, kernel: 'laplacian', scale: 150 };
    expect(parse(given).config).toEqual({ ...fast, ...changed });
    expect(parse(['--variant', 'fast', '--kernel', 'laplacian']).config.scale).toBe(2 * 36 * 16);
    expect(parse(['--variant', 'limit']).config).toMatchObject({ deskew: 'yes', filters: 32 });
  });

  it('takes the digits that are known, and what is said of others', () => {
    expect(parse(['--task', 'novelty', '--normal', '2,0, 1,0']).config).toMatchObject({
      task: 'novelty',
      normal: '0,1,2',
    });
    expect(parse(['--normal', '3,8', '--reject', '0.9']).config).toMatchObject({ reject: 0.9 });
    const scored = ['--reject', '0.9', '--reject-score', 'relativeMahalanobis'];
    expect(parse(scored).config.rejectScore).toBe('relative-mahalanobis');
    // Novelty has a score of its own: no loss is wrong beside it.
    const novelty = ['--task', 'novelty', '--normal', '7', '--reject-score', 'probability'];
    expect(parse([...novelty, '--reject', '0.9']).config).toMatchObject({ loss: 'hinge' });
    const sure = ['--reject', '0.9', '--reject-score', 'probability', '--loss', 'logistic'];
    expect(parse(sure).config).toMatchObject({ rejectScore: 'probability' });
    expect(
      parse(['--reject', '0.9', '--task', 'novelty', '--normal', '7', '--variant', 'fast']).config,
    ).toMatchObject({ normal: '7', reject: 0.9 });
  });

  it.each([
    [
      ['--normal', '0,10'],
      '`--normal` must be one to nine digits, separated by commas. Received: 0,10.',
    ],
    [['--normal', '0,1,2,3,4,5,6,7,8,9'], '`--normal` must be one to nine digits'],
    [['--normal', '4'], '`--normal` must be two digits or more with --task classes. Received: 4.'],
    [
      ['--task', 'novelty'],
      '`--normal` must be given with --task novelty, as 0,1,2. Received: none.',
    ],
    [
      ['--normal', '1,2', '--against', 'keras'],
      '`--against` must be left out with --normal: peers train on all digits. Received: keras.',
    ],
    [['--reject', '1'], '`--reject` must be a number between 0 and 1. Received: 1.'],
    [
      ['--reject', '0.9', '--variant', 'fast'],
      '`--validation-split` must be above 0 with --reject',
    ],
    [
      ['--reject', '0.9', '--reject-score', 'energie'],
      '`--reject-score` must be one of relative-mahalanobis, distance, energy, margin, probability (did you mean energy?). Received: energie.',
    ],
    [
      ['--reject', '0.9', '--reject-score', 'probability'],
      '`--reject-score` must be another one with --loss hinge, which gives no probabilities. Received: probability.',
    ],
  ])('refuses %j', (args, message) => {
    expect(() => parse(args)).toThrow(message);
  });

  it("without arguments is the seed's program", () => {
    const { config, given, help } = parse([]);
    expect(config).toEqual(standard);
    expect(given).toEqual({});
    expect(help).toBe(false);
  });

  it.each([
    [['--kernel', 'laplacian'], { kernel: 'laplacian', scale: 150 }],
    [['--kernel=laplacian', '--scale=7'], { kernel: 'laplacian', scale: 7 }],
    [['--loss', 'mean-squared-error'], { loss: 'mse' }],
    [['--loss', 'squaredHinge'], { loss: 'squared-hinge' }],
    [['--rows', '300', '--output-dim', '32'], { rows: 300, outputDim: 32 }],
    [['--learning-rate', '1e-2', '--batch-size', '7'], { learningRate: 0.01, batchSize: 7 }],
    [['--validation-split', '0', '--rows', '2'], { validationSplit: 0, rows: 2 }],
    [['--solver', 'newton', '--l2', '0.01'], { solver: 'newton', l2: 0.01 }],
    [['--backend', 'cpu', '--seed', '5'], { backend: 'cpu', seed: 5 }],
    [
      ['--data', 'a b', '--save', 'm', '--json', 'o.json'],
      { data: 'a b', save: 'm', json: 'o.json' },
    ],
  ])('%j', (args, changed) => {
    expect(parse(args).config).toEqual({ ...standard, ...changed });
  });

  it('tells which options were given', () => {
    expect(parse(['--dataset', 'mnist', '--batch-size', '9']).given).toEqual({
      batchSize: 9,
      dataset: 'mnist',
    });
  });

  it.each([[['--help']], [['-h']], [['--epochs', '0', '--help']], [['--nonsense', '--help']]])(
    'answers %j with help',
    (args) => {
      expect(parse(args).help).toBe(true);
    },
  );

  it('makes a comparison of what only a comparison has', () => {
    expect(parse(['--epochs', '3']).comparison).toBeUndefined();
    const args = ['--epochs', '3', '--matrix', 'kernels=gaussian', 'seeds=3', '--dry-run'];
    expect(parse([...args, '--against', 'keras, libsvm'])).toMatchObject({
      given: { epochs: 3 },
      matrices: [['kernels=gaussian', 'seeds=3']],
      comparison: { matrix: 'kernels=gaussian', dryRun: true, against: ['keras', 'libsvm'] },
    });
    expect(parse(['--matrix=dims=1,2', 'seeds=3', '--matrix', 'dims=4']).matrices).toEqual([
      ['dims=1,2', 'seeds=3'],
      ['dims=4'],
    ]);
    expect(parse(['--repeats', '3', '--timeout', '1.5']).comparison).toEqual({
      repeats: 3,
      timeout: 1.5,
    });
  });

  it.each([
    [['--repeats', '0'], '`--repeats` must be an integer from 1 to 1000. Received: 0.'],
    [['--timeout', '0'], '`--timeout` must be a positive finite number. Received: 0.'],
    [['--epochs', '2', '--epochs', '3'], '`--epochs` must be given once. Received: 2, then 3.'],
    [['--resume', '--resume'], '`--resume` must be given once. Received: it twice.'],
    [
      ['--scale', '1e39'],
      '`--scale` must be a positive finite number in float32 (from 1.4e-45 to 3.4e38). Received: 1e39.',
    ],
    [
      ['--l2', '1e39'],
      '`--l2` must be a finite number in float32 (from 1.4e-45 to 3.4e38), 0 or above. Received: 1e39.',
    ],
    [['--resume=yes'], '`--resume` must be given without a value. Received: yes.'],
    [
      ['--matrix'],
      '`--matrix` must be an axis with its values, such as kernels=gaussian,laplacian. Received: nothing.',
    ],
    [
      ['kernels=gaussian'],
      'arguments must be options such as --epochs 3. Received: kernels=gaussian.',
    ],
    [
      ['--dry-run', '--save', 'm'],
      '`--save` must be left out of a comparison, which saves no model. Received: m.',
    ],
    [
      ['--against', 'keras,libsv'],
      '`--against` must be names among keras, sklearn, libsvm, numpy, libsvm-js, ml-svm, separated by commas (did you mean libsvm?). Received: keras,libsv.',
    ],
    [['--epochs', '0'], '`--epochs` must be an integer from 1 to 10000. Received: 0.'],
    [['--epochs', '-3'], '`--epochs` must be an integer from 1 to 10000. Received: -3.'],
    [['--epochs'], '`--epochs` must be an integer from 1 to 10000. Received: nothing.'],
    [['--epochs='], '`--epochs` must be an integer from 1 to 10000. Received: nothing.'],
    [['--seed', '-1'], '`--seed` must be an integer from 0 to 9007199254740991. Received: -1.'],
    [['--scale', '-1'], '`--scale` must be a positive finite number. Received: -1.'],
    [
      ['--learning-rate', 'fast'],
      '`--learning-rate` must be a positive finite number. Received: fast.',
    ],
    [
      ['--validation-split', '1'],
      '`--validation-split` must be a number from 0 to below 1. Received: 1.',
    ],
    [['--rows', '60001'], '`--rows` must be an integer from 2 to 60000, or all. Received: 60001.'],
    [
      ['--kernel', 'gausian'],
      '`--kernel` must be one of gaussian, laplacian, isotropic-laplacian, matern-3/2, matern-5/2, rational-quadratic, cauchy (did you mean gaussian?). Received: gausian.',
    ],
    [['--backend', 'fpga'], '`--backend` must be one of simd, wasm, cpu. Received: fpga.'],
    [
      ['--dataset', 'fashion_mnist'],
      '`--dataset` must be one of mnist, fashion-mnist, kmnist, synthetic (did you mean fashion-mnist?). Received: fashion_mnist.',
    ],
    [['--json', ''], '`--json` must be a path. Received: nothing.'],
    [
      ['--epoch', '3'],
      'options must be ones that --help lists (did you mean --epochs?). Received: --epoch.',
    ],
    [['-x'], 'options must be ones that --help lists. Received: -x.'],
    [['--constructor', '1'], 'options must be ones that --help lists. Received: --constructor.'],
    [['seed'], 'arguments must be options such as --epochs 3. Received: seed.'],
    [
      ['--rows', '3', '--validation-split', '0.9'],
      '`--validation-split` must be 0 or leave at least one of 3 rows on each side. Received: 0.9.',
    ],
    [
      ['--dataset', 'synthetic', '--data', 'here'],
      '`--data` must be left out with --dataset synthetic, which reads no file. Received: here.',
    ],
  ])('refuses %j', (args, message) => {
    expect(() => parse(args)).toThrow(new UsageError(message));
  });
});
