import { expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import { fakeComparison, fakeRun } from '../results/fake-runs.ts';
import { ratioLines, ratioMarkdown } from './ratios.ts';

const style = { bold: (text: string) => `*${text}*`, dim: (text: string) => text };

const seed = fakeRun({ variant: 'seed', accuracy: 0.96, processSeconds: 10 });
const fast = fakeRun({
  variant: 'fast',
  accuracy: 0.99,
  processSeconds: 5,
  config: complete({ variant: 'fast' }),
});
const slow = fakeRun({
  variant: 'best',
  accuracy: 0.995,
  processSeconds: 50,
  config: complete({ variant: 'best' }),
});
const keras = fakeRun({
  system: 'keras',
  variant: 'Keras',
  accuracy: 0.97,
  processSeconds: 140,
  config: {
    ...{ program: 'keras_seed', dataset: 'mnist', rows: 'all', components: 4096, scale: 10 },
    ...{ epochs: 20, batchSize: 128, learningRate: 0.001, validationSplit: 0.2 },
  },
});

it('holds a peer against the fastest that is as accurate, and against the same method', () => {
  expect(ratioLines(fakeComparison([seed, fast, slow, keras]), style)).toEqual([
    '',
    '  peer, and ours            time  accuracy    faster',
    '*  Keras                  140.0 s    0.9700*',
    '    as accurate: fast     5.00 s   +0.0200      28 x',
    '    same method: seed     10.0 s   -0.0100      14 x',
  ]);
});

it('tells one run once that is both, and where none is as accurate', () => {
  const same = fakeRun({ variant: 'seed', accuracy: 0.97, processSeconds: 350 });
  const lines = ratioLines(fakeComparison([same, slow, keras]), style).slice(3);
  expect(lines.map((line) => line.trim().replace(/ {2,}/g, '  '))).toEqual([
    'as accurate: best  50.0 s  +0.0250  2.8 x',
    'same method: seed  350.0 s  +0.0000  0.4 x',
  ]);
  expect(ratioLines(fakeComparison([same, keras]), style)[3]).toContain(
    'as accurate, same method: seed',
  );
  expect(ratioLines(fakeComparison([seed, keras]), style).slice(3)).toEqual([
    '    none of ours is as accurate',
    expect.stringContaining('same method: seed'),
  ]);
});

it('says where ours had other rows', () => {
  const few = fakeRun({ ...keras, variant: 'few', accuracy: 0.9 });
  const rows = { train: 5000, validation: 0, test: 10_000 };
  const onFew = {
    ...few,
    outcome: { ...few.outcome!, dataset: { ...few.outcome!.dataset!, rows } },
  };
  expect(ratioLines(fakeComparison([fast, onFew]), style)[3]).toContain(
    'as accurate: fast (on 60,000 rows)',
  );
});

it('is no wider than the terminal', () => {
  const long = fakeRun({ ...keras, variant: 'Keras '.repeat(30) });
  for (const line of ratioLines(
    fakeComparison([seed, fast, long]),
    { ...style, bold: String },
    70,
  )) {
    expect(line.length).toBeLessThanOrEqual(70);
  }
});

it('is a table of Markdown too', () => {
  expect(ratioMarkdown(fakeComparison([seed, fast, keras]))).toBe(
    [
      '| peer | time | accuracy | ours | time | accuracy | faster |',
      '| --- | --: | --: | --- | --: | --: | --: |',
      '| Keras | 140.0 s | 0.9700 | as accurate: fast | 5.00 s | +0.0200 | 28 x |',
      '| Keras | 140.0 s | 0.9700 | same method: seed | 10.0 s | -0.0100 | 14 x |',
      '',
      'Times are medians over whole processes. Our accuracy is given as the difference from the peer’s.',
      '',
    ].join('\n'),
  );
});

it('is nothing without peers', () => {
  expect(ratioLines(fakeComparison([seed, fast]), style)).toEqual([]);
  expect(ratioMarkdown(fakeComparison([seed]))).toBe('');
});

it('takes no other solver than Adam for the method of Keras', () => {
  const by = (solver: 'adam' | 'fit' | 'sgd') => {
    const config = complete({ solver });
    const run = fakeRun({ variant: solver, accuracy: 0.9, processSeconds: 5, config });
    return ratioLines(fakeComparison([run, keras]), style).join();
  };
  expect(by('adam')).toContain('same method: adam');
  expect(by('fit')).toContain('same method: fit');
  expect(by('sgd')).not.toContain('same method');
});
