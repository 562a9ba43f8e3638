import { describe, expect, it } from 'vitest';
import { readAxes } from './axes.ts';
import { inTurns, plans } from './plan.ts';

const request = { given: {}, repeats: 1, command: () => ({ file: 'node', args: [] }) };
const planned = (...matrices: string[]) =>
  plans(
    matrices.map((text) => readAxes([text])),
    request,
  );

describe('plans', () => {
  it('takes turns over all products', () => {
    const { jobs } = planned('kernels=gaussian,laplacian seeds=2', 'dims=8,16 seeds=2');
    expect(jobs.map(({ variant, seed }) => `${variant} ${seed}`)).toEqual([
      ...['gaussian', 'laplacian', '8 features', '16 features'].map((name) => `${name} 0`),
      ...['gaussian', 'laplacian', '8 features', '16 features'].map((name) => `${name} 1`),
    ]);
  });

  it('runs once what two products have', () => {
    const { jobs, skipped } = planned('dims=8,16 seeds=2', 'dims=16,32 seeds=3');
    expect(jobs).toHaveLength(2 + 2 + 1 + 3);
    expect(new Set(jobs.map(({ key }) => key)).size).toBe(jobs.length);
    expect(skipped).toEqual([
      { variant: '16 features', reason: 'the same as 16 features, of a matrix before' },
    ]);
  });

  it('tells apart what would be called the same', () => {
    const { jobs } = planned('dims=8,16', 'dims=8,32 rows=500');
    expect(jobs.map(({ variant }) => variant)).toEqual([
      '8 features',
      '16 features',
      '8 features (matrix 2)',
      '32 features',
    ]);
  });

  it('names what differs between products, though not within them', () => {
    const { jobs } = planned(
      'variants=fast,best',
      'maps=rff,orf losses=hinge dims=8 rows=500',
      'maps=nystroem losses=mse dims=8,16 rows=500',
    );
    expect(jobs.map(({ variant }) => variant)).toEqual([
      'fast',
      'best',
      'hinge, rff 8',
      'hinge, orf 8',
      'mse, nystroem 8',
      'mse, nystroem 16',
    ]);
  });
});

it('keeps the order within a turn', () => {
  const job = (name: string, seed: number, repeat: number) => ({ name, seed, repeat });
  const jobs = [job('a', 0, 0), job('a', 0, 1), job('b', 1, 0), job('b', 0, 0), job('b', 0, 1)];
  expect(inTurns(jobs).map(({ name, seed, repeat }) => `${name}${seed}${repeat}`)).toEqual([
    'a00',
    'b00',
    'b10',
    'a01',
    'b01',
  ]);
});
