import { describe, expect, it } from 'vitest';
import { plans } from '../matrix/plan.ts';
import { parse } from '../options/parse.ts';
import { commandOf } from './command.ts';
import { listedBeside } from './peers-beside.ts';
import { resolveRequest } from './request.ts';

/** The peers' runs of a command line: variant, seed, rows, data set. */
function peersOf(...args: string[]) {
  const request = resolveRequest(parse(['--against', 'libsvm,numpy', ...args]));
  const { given, matrices, settings } = request;
  const { jobs } = plans(matrices, { given, repeats: settings.repeats, command: commandOf });
  return listedBeside(jobs, request)
    .filter(({ system }) => system !== 'kernel-methods')
    .map(({ variant, seed, config: { rows, dataset } }) => [variant, seed, rows, dataset]);
}

const libsvm = 'LIBSVM (SVC of scikit-learn), exact';

describe('listedBeside', () => {
  it('gives peers the seeds of our runs, and what draws nothing the first', () => {
    const peers = peersOf('--matrix', 'seeds=4,5', '--rows', '500');
    expect(peers.filter(([variant]) => `${variant}`.startsWith(libsvm))).toEqual([
      [`${libsvm}, 500 rows`, 4, 500, 'mnist'],
    ]);
    expect(new Set(peers.map(([, seed]) => seed))).toEqual(new Set([4, 5]));
    expect(peersOf('--matrix', 'seeds=4,5', '--peer-seeds', '1').every(([, s]) => s === 4)).toBe(
      true,
    );
  });

  it('gives peers every size and every data set of our runs, told apart by name', () => {
    const peers = peersOf('--matrix', 'rows=500,all', 'datasets=mnist,kmnist');
    expect(peers.filter(([variant]) => `${variant}`.startsWith(libsvm))).toEqual([
      [`${libsvm}, 500 rows, MNIST`, 0, 500, 'mnist'],
      [`${libsvm}, all rows, MNIST`, 0, 'all', 'mnist'],
      [`${libsvm}, 500 rows, KMNIST`, 0, 500, 'kmnist'],
      [`${libsvm}, all rows, KMNIST`, 0, 'all', 'kmnist'],
    ]);
  });
});
