import { describe, expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import { fakeComparison, fakeRun } from './fake-runs.ts';
import { toMarkdown } from './markdown.ts';
import { tableLines } from './table.ts';

const plain = { bold: (text: string) => text, dim: (text: string) => text };
const tagged = { bold: (text: string) => `<b>${text}</b>`, dim: (text: string) => text };

const small = complete({ outputDim: 512 });
const comparison = fakeComparison(
  [
    fakeRun({
      variant: 'gaussian, hinge, adam, rff 4,096',
      seed: 0,
      accuracy: 0.97,
      processSeconds: 120,
    }),
    fakeRun({
      variant: 'gaussian, hinge, adam, rff 4,096',
      seed: 1,
      accuracy: 0.98,
      processSeconds: 124.25,
    }),
    fakeRun({
      variant: 'gaussian, hinge, adam, rff 512',
      config: small,
      accuracy: 0.93,
      processSeconds: 9.5,
      memory: 4e8,
    }),
    fakeRun({
      variant: 'rff 4,096',
      system: 'keras',
      config: { epochs: 20 },
      accuracy: 0.971,
      processSeconds: 300,
    }),
    fakeRun({
      variant: 'gaussian, hinge, adam, rff 4,096',
      seed: 2,
      status: 'timeout',
      reason: 'It ran longer than 600 s and was ended.',
    }),
    fakeRun({
      variant: 'all of it',
      system: 'libsvm',
      config: {},
      status: 'failed',
      reason: 'no Python 3.11',
    }),
  ],
  {
    skipped: [
      { variant: 'direct, hinge', reason: 'direct solves mse alone' },
      { variant: 'direct, logistic', reason: 'direct solves mse alone' },
      { variant: 'newton, hinge', reason: 'newton needs a smooth loss' },
    ],
  },
);

describe('tableLines', () => {
  it('shows all where there is room', () => {
    expect(tableLines(comparison, { sort: 'accuracy', style: plain, width: 120 })).toEqual([
      '  variant                           accuracy              time  from–to        memory  runs',
      '● gaussian, hinge, adam, rff 4,096  0.9750   ± 0.0071  122.1 s  120.0–124.3  1,000 MB  2 of 3',
      '  keras: rff 4,096                  0.9710             300.0 s               1,000 MB  1',
      '● gaussian, hinge, adam, rff 512    0.9300              9.50 s                 400 MB  1',
      '  libsvm: all of it                 –                        –                      –  0 of 1',
      '● no other is both faster and as accurate',
      'On mnist (48,000 training rows)',
      '',
      '2 runs failed:',
      '  gaussian, hinge, adam, rff 4,096',
      '    It ran longer than 600 s and was ended.',
      '  libsvm: all of it',
      '    no Python 3.11',
      '',
      '3 combinations skipped:',
      '  direct, hinge and 1 more',
      '    direct solves mse alone',
      '  newton, hinge',
      '    newton needs a smooth loss',
    ]);
  });

  it('drops columns, then cuts names, where it is narrow', () => {
    const at = (width: number, sort: 'seconds' | 'memory' = 'seconds') =>
      tableLines(comparison, { sort, style: plain, width }).slice(0, 5);
    expect(at(72)).toEqual([
      '  variant                           accuracy              time    memory',
      '● gaussian, hinge, adam, rff 512    0.9300              9.50 s    400 MB',
      '● gaussian, hinge, adam, rff 4,096  0.9750   ± 0.0071  122.1 s  1,000 MB',
      '  keras: rff 4,096                  0.9710             300.0 s  1,000 MB',
      '  libsvm: all of it                 –                        –         –',
    ]);
    expect(at(50)).toEqual([
      '  variant                        accuracy     time',
      '● gaussi…, hinge, adam, rff 512  0.9300     9.50 s',
      '● gaus…, hinge, adam, rff 4,096  0.9750    122.1 s',
      '  keras: rff 4,096               0.9710    300.0 s',
      '  libsvm: all of it              –               –',
    ]);
    expect(at(55, 'memory')).toEqual([
      '  variant                   accuracy     time    memory',
      '● ga…, hin…, adam, rff 512  0.9300     9.50 s    400 MB',
      '● ga…, hi…, ad…, rff 4,096  0.9750    122.1 s  1,000 MB',
      '  keras: rff 4,096          0.9710    300.0 s  1,000 MB',
      '  libsvm: all of it         –               –         –',
    ]);
  });

  it.each([20, 40, 60, 61, 79, 80, 81, 100, 120, 160])(
    'is never wider than %i columns',
    (width) => {
      for (const sort of ['accuracy', 'seconds', 'memory'] as const) {
        for (const line of tableLines(comparison, { sort, style: plain, width })) {
          expect(line.length).toBeLessThanOrEqual(width);
        }
      }
    },
  );

  it('sets the front in bold', () => {
    const lines = tableLines(comparison, { sort: 'accuracy', style: tagged, width: 100 });
    expect(lines.map((line) => line.startsWith('<b>● ')).slice(0, 5)).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('has something to say of nothing', () => {
    expect(tableLines(fakeComparison([]), { sort: 'accuracy', style: plain, width: 80 })).toEqual([
      'No run ended.',
    ]);
    const stopped = fakeComparison([], { aborted: true });
    expect(tableLines(stopped, { sort: 'accuracy', style: plain, width: 80 })).toEqual([
      'No run ended.',
      '',
      'Stopped: what was done by then is here.',
    ]);
  });

  it('warns of runs that do not belong together', () => {
    const mixed = [fakeRun(), fakeRun({ seed: 1, checksum: 'other' })];
    const lines = tableLines(fakeComparison(mixed), { sort: 'accuracy', style: plain, width: 60 });
    expect(lines.slice(2)).toEqual([
      '● no other is both faster and as accurate',
      'On mnist (48,000 training rows)',
      '',
      'WARNING: not all runs of a variant were on the same data, so',
      'its accuracy is of no one task: gaussian, hinge.',
    ]);
  });

  it('lists few of many reasons', () => {
    const skipped = Array.from({ length: 9 }, (_, i) => ({ variant: `v${i}`, reason: `r${i}` }));
    const lines = tableLines(fakeComparison([fakeRun()], { skipped }), {
      sort: 'accuracy',
      style: plain,
      width: 80,
    });
    expect(lines.slice(-4)).toEqual(['    r3', '  v4', '    r4', '  and 4 for other reasons']);
  });
});

describe('toMarkdown', () => {
  it('is a table', () => {
    expect(toMarkdown(comparison, 'seconds')).toBe(`\
| variant                              | system             |       test accuracy |                      time |       memory |       runs |
| ------------------------------------ | ------------------ | ------------------: | ------------------------: | -----------: | ---------: |
| **gaussian, hinge, adam, rff 512**   | **kernel-methods** |          **0.9300** |                **9.50 s** |   **400 MB** |      **1** |
| **gaussian, hinge, adam, rff 4,096** | **kernel-methods** | **0.9750 ± 0.0071** | **122.1 s (120.0–124.3)** | **1,000 MB** | **2 of 3** |
| rff 4,096                            | keras              |              0.9710 |                   300.0 s |     1,000 MB |          1 |
| all of it                            | libsvm             |                   – |                         – |            – |     0 of 1 |

Bold: no other is both faster and as accurate. Measured on mnist (48,000 training rows), on A CPU, 2 cores, 16 GB, linux x64, Node 24.1.0, 2026-11-22.
`);
  });

  it('warns of what does not compare', () => {
    const runs = [
      fakeRun(),
      fakeRun({ seed: 1, checksum: 'other' }),
      fakeRun({ system: 'keras', variant: 'Keras', checksum: 'a third', config: {} }),
    ];
    expect(toMarkdown(fakeComparison(runs), 'accuracy').split('\n\n').slice(2)).toEqual([
      'WARNING: not all runs of a variant were on the same data, so its accuracy is of no one task: gaussian, hinge.',
      'WARNING: not on the data of our runs, though on as many rows: Keras.\n',
    ]);
  });

  it('lets no text end a cell', () => {
    const text = toMarkdown(fakeComparison([fakeRun({ variant: 'a|b*c\\d\ne <f>' })]), 'seconds');
    expect(text).toContain('| **a\\|b\\*c\\\\d e \\<f\\>** |');
  });
});
