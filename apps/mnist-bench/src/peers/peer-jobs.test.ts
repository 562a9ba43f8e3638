import { describe, expect, it } from 'vitest';
import { peerNames } from '../options/comparison-options.ts';
import type { PeerData } from './peer-data.ts';
import { type PeerRequest, peerJobs } from './peer-jobs.ts';

const data: PeerData = {
  dataset: 'mnist',
  origin: () => 'MNIST, read from somewhere',
  folder: () => '/data/mnist',
  dispose() {},
};
const request: PeerRequest = { given: {}, seeds: [0], repeats: 1, data, python: '/bin/python' };

const variants = (names: typeof peerNames | readonly (typeof peerNames)[number][], more = {}) =>
  peerJobs(names, { ...request, ...more }).map(({ variant }) => variant);

describe('peerJobs', () => {
  it('are the whole table of peers', () => {
    expect(variants(peerNames)).toEqual([
      'Keras: random Fourier features 4,096, hinge, Adam, 20 epochs',
      'RBFSampler 4,096 + RidgeClassifier',
      'Nystroem 2,000 + RidgeClassifier',
      'RBFSampler 4,096 + SGDClassifier, hinge, 20 epochs',
      'RBFSampler 4,096 + LinearSVC',
      'LIBSVM (SVC of scikit-learn), exact',
      'NumPy: 16 patch filters, Fourier features 2,048, ridge',
      'NumPy: 32 patch filters, Fourier features 1,024, ridge',
      'NumPy: 32 patch filters, Fourier features 2,048, ridge',
      'NumPy: 32 patch filters, Fourier features 4,096, ridge',
      'NumPy: 32 patch filters, Fourier features 8,192, ridge',
      'libsvm-js, exact, 5,000 rows',
      'libsvm-js, exact, 10,000 rows',
      'ml-svm, one versus rest, 500 rows',
      'ml-svm, one versus rest, 1,000 rows',
    ]);
  });

  it('take turns by seed and repeat, each with a key of its own', () => {
    const jobs = peerJobs(['keras', 'ml-svm'], { ...request, seeds: [3, 4], repeats: 2 });
    const turns = jobs.map(({ system, seed, repeat }) => `${repeat} ${seed} ${system}`);
    expect(turns).toEqual(
      [0, 1].flatMap((repeat) =>
        [3, 4].flatMap((seed) =>
          ['keras', 'ml-svm', 'ml-svm'].map((system) => `${repeat} ${seed} ${system}`),
        ),
      ),
    );
    expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
  });

  it('run what draws nothing with the first seed alone, unless the data are drawn', () => {
    const seeds = [5, 6];
    const seedsOf = (of: PeerData) =>
      peerJobs(['libsvm'], { ...request, seeds, data: of }).map(({ seed }) => seed);
    expect(seedsOf(data)).toEqual([5]);
    expect(seedsOf({ ...data, dataset: 'synthetic' })).toEqual([5, 6]);
  });

  it('take the options that mean the same to them', () => {
    const given = { rows: 3000, outputDim: 64, epochs: 2, batchSize: 32, validationSplit: 0.1 };
    expect(variants(peerNames, { given })).toEqual([
      'Keras: random Fourier features 64, hinge, Adam, 2 epochs, 3,000 rows',
      'RBFSampler 64 + RidgeClassifier, 3,000 rows',
      'Nystroem 64 + RidgeClassifier, 3,000 rows',
      'RBFSampler 64 + SGDClassifier, hinge, 2 epochs, 3,000 rows',
      'RBFSampler 64 + LinearSVC, 3,000 rows',
      'LIBSVM (SVC of scikit-learn), exact, 3,000 rows',
      'NumPy: 16 patch filters, Fourier features 64, ridge, 3,000 rows',
      'NumPy: 32 patch filters, Fourier features 64, ridge, 3,000 rows',
      'libsvm-js, exact, 3,000 rows',
      'ml-svm, one versus rest, 500 rows',
      'ml-svm, one versus rest, 1,000 rows',
    ]);
    const [keras] = peerJobs(['keras'], { ...request, given });
    expect(keras.config).toEqual({
      ...{ program: 'keras_seed', dataset: 'mnist', rows: 3000, components: 64, scale: 10 },
      ...{ epochs: 2, batchSize: 32, learningRate: 0.001, validationSplit: 0.1 },
    });
    expect(keras.command.args).toEqual(
      expect.arrayContaining(['--rows=3000', '--batch-size=32', '--data=/data/mnist']),
    );
  });

  it('need no Python where all are in JavaScript', () => {
    const own = { ...request, python: undefined };
    const [{ command }] = peerJobs(['libsvm-js'], own);
    expect(command.file).toBe(process.execPath);
    expect(command.args).toContain('--rows=5000');
    expect(() => peerJobs(['numpy'], own)).toThrow(/needs a Python/);
  });
});
