import { clock, megabytes } from '@kernel-methods/report';
import { describe, expect, it } from 'vitest';
import { estimate } from '../estimate/estimate.ts';
import { complete } from '../options/complete.ts';
import type { Job } from '../records/job.ts';
import { dryRunLines } from './dry-run-lines.ts';

const style = { bold: (text: string) => text, dim: (text: string) => `(${text})` };
const machine = {
  ...{ cores: 2, memory: 24e9 },
  ...{ features: 150e9, cholesky: 25e9, stream: 6e9, script: 0.73e9 },
};
const ridge = { loss: 'mse', solver: 'direct', l2: 0, outputDim: 16384 } as const;
const small = complete({ outputDim: 64 });
const large = complete(ridge);
const job = (variant: string, config: Job['config'], seed = 0): Job => ({
  ...{ key: `${variant} ${seed}`, system: 'kernel-methods', variant, seed, repeat: 0, config },
  command: { file: '', args: [] },
});
const keras: Job = { ...job('seed', {}), system: 'keras' };

describe('dryRunLines', () => {
  it('tells what would run, how long, and what not', () => {
    const jobs = [
      job('64', small),
      job('ridge', large),
      job('64', small, 1),
      job('ridge', large, 1),
    ];
    const skipped = [
      { variant: 'a', reason: 'too large' },
      { variant: 'b', reason: 'no' },
      { variant: 'c', reason: 'too large' },
    ];
    const [short, long] = [small, large].map((config) => estimate(config, machine));
    expect(long.seconds).toBeGreaterThan(60);
    const total = clock(2 * short.seconds + 2 * long.seconds);
    expect(dryRunLines({ jobs, skipped }, machine, style)).toEqual([
      'Would run 4 times:',
      '(  variant  runs  a run    memory)',
      `  64          2   ${clock(short.seconds)}    ${megabytes(short.memory)}`,
      `  ridge       2   ${clock(long.seconds)}  ${megabytes(long.memory)}`,
      '',
      `In all about ${total}, one after the other, and at most ${megabytes(long.memory)} at a time.`,
      '',
      'Skipped 3 combinations:',
      '  a',
      '  c',
      '(    too large)',
      '  b',
      '(    no)',
    ]);
  });

  it('warns where the memory does not suffice, once a variant', () => {
    const jobs = [job('small', small), job('large', large), job('large', large, 1)];
    const lines = dryRunLines({ jobs, skipped: [] }, { ...machine, memory: 2e9 }, style);
    expect(lines.filter((line) => line.startsWith('WARNING'))).toEqual([
      expect.stringMatching(
        /^WARNING: large takes about [\d,]+ MB, and this machine has 2,000 MB\.$/,
      ),
    ]);
    expect(dryRunLines({ jobs, skipped: [] }, machine, style).join()).not.toContain('WARNING');
  });

  it('says what it does not know', () => {
    expect(dryRunLines({ jobs: [keras], skipped: [] }, machine, style)).toEqual([
      'Would run 1 time:',
      '(  variant      runs    a run   memory)',
      '  keras: seed     1  unknown  unknown',
      '',
    ]);
    const both = dryRunLines({ jobs: [keras, job('seed', small)], skipped: [] }, machine, style);
    expect(both.at(-1)).toBe('Of 1 run nothing is known before.');
  });

  it('says that nothing would run', () => {
    const skipped = [{ variant: 'a', reason: 'no' }];
    expect(dryRunLines({ jobs: [], skipped }, machine, style)).toEqual([
      'Nothing would run.',
      '',
      'Skipped 1 combination:',
      '  a',
      '(    no)',
    ]);
  });
});
