import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '@kernel-methods/runner';
import { afterAll, describe, expect, it } from 'vitest';
import { complete } from '../options/complete.ts';
import { fakeComparison, fakeMachine, fakeRun } from '../results/fake-runs.ts';
import { compareCommand } from './compare-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'mnist bench '));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

function run(...args: string[]): { code: number; lines: string[] } {
  const lines: string[] = [];
  const plain = (text: string) => text;
  const code = compareCommand(args, {
    line: (text = '') => lines.push(text.replaceAll(`${folder}/`, '')),
    bold: plain,
    dim: plain,
  });
  return { code, lines };
}

const small = { variant: 'gaussian, hinge, 64', config: complete({ outputDim: 64 }) };
const laplacian = { variant: 'laplacian, hinge', config: complete({ kernel: 'laplacian' }) };
const newton = { variant: 'newton', config: complete({ solver: 'newton', loss: 'mse' }) };

const before = fakeComparison([
  fakeRun({ accuracy: 0.97, processSeconds: 10 }),
  fakeRun({ ...small, accuracy: 0.9, processSeconds: 2 }),
  fakeRun({ ...laplacian }),
  fakeRun({ ...newton }),
]);
const after = fakeComparison(
  [
    fakeRun({ accuracy: 0.95, processSeconds: 7, memory: 1.5e9 }),
    fakeRun({ ...small, accuracy: 0.901, processSeconds: 2.1 }),
    fakeRun({ ...laplacian, status: 'timeout', reason: 'longer than 60 s' }),
    fakeRun({ variant: 'Keras', system: 'keras', config: { epochs: 20 } }),
  ],
  { skipped: [{ variant: 'newton', reason: 'not asked for' }] },
);
const old = write('old.json', before);
const now = write('new.json', after);

describe('compare', () => {
  it('tells what changed, losses first', () => {
    expect(run(old, now).lines).toEqual([
      'old.json → new.json: 3 in both, 1 new, 1 gone',
      '',
      'Lost',
      '  gaussian, hinge',
      '    accuracy  0.9700 → 0.9500  −0.0200, noise 0.0062 (10,000 test rows)',
      '    memory    1,000 MB → 1,500 MB  +50 %, noise 10 % (a run each)',
      '  laplacian, hinge',
      '    failed    0 of 1 → 1 of 1 runs: longer than 60 s',
      '',
      'Gained',
      '  gaussian, hinge',
      '    seconds   10.0 s → 7.00 s  −30 %, noise 20 % (a run each)',
      '',
      'New',
      '  Keras',
      '',
      'Gone',
      '  newton: not asked for',
      '',
      'No change beyond noise',
      '  gaussian, hinge, 64',
    ]);
  });

  it('exits with 1 for a loss where that was asked for', () => {
    expect(run(old, now).code).toBe(0);
    expect(run(old, now, '--fail-on-loss').code).toBe(1);
    expect(run(old, old, '--fail-on-loss').code).toBe(0);
    expect(run('--help')).toMatchObject({ code: 0, lines: [expect.stringContaining('Usage')] });
  });

  it('tells each variant of both files somewhere, and that none is in both', () => {
    const failed = { status: 'failed', reason: 'out of memory' } as const;
    const [first, second] = [
      [
        ...[0, 1, 2].map((seed) => fakeRun({ seed, ...failed })),
        fakeRun({ ...laplacian, ...failed }),
        fakeRun(small),
      ],
      [
        ...[0, 1, 2].map((seed) => fakeRun(seed === 0 ? { seed, ...failed } : { seed })),
        fakeRun({ ...laplacian, ...failed }),
        fakeRun({ ...small, checksum: 'other', testRows: 500 }),
      ],
    ].map((records, i) => write(`some${i}.json`, fakeComparison(records)));
    expect(run(first, second, '--fail-on-loss')).toEqual({
      code: 0,
      lines: [
        'some0.json → some1.json: 3 in both, 0 new, 0 gone',
        'Other data, so the accuracy of 1 variant is not judged: the checksums differ.',
        '',
        'Gained',
        '  gaussian, hinge',
        '    failed    3 of 3 → 1 of 3 runs: out of memory',
        '',
        'Failed in both',
        '  laplacian, hinge',
        '',
        'Not judged',
        '  gaussian, hinge, 64',
      ],
    });
    const other = fakeComparison([fakeRun({ variant: 'other', config: complete({ epochs: 3 }) })]);
    expect(run(old, write('other.json', other), '--fail-on-loss')).toMatchObject({
      code: 1,
      lines: {
        0: 'old.json → other.json: 0 in both, 1 new, 4 gone',
        1: 'No variant of the old file is in the new one, which counts as lost.',
      },
    });
  });

  it('reads single runs', () => {
    const report = (seconds: number) => {
      const { outcome } = fakeRun({ processSeconds: seconds });
      const versions = { ...fakeMachine, tfjs: '4.22.0', packages: {} };
      return { ...outcome, version: 1, aborted: false, config: complete({}), versions };
    };
    const [fast, slow] = [write('fast.json', report(10)), write('slow.json', report(20))];
    expect(run(fast, slow, '--fail-on-loss')).toEqual({
      code: 1,
      lines: [
        'fast.json → slow.json: 1 in both, 0 new, 0 gone',
        '',
        'Lost',
        '  gaussian, hinge, adam, 4,096',
        '    seconds   9.50 s → 19.5 s  +105 %, noise 20 % (a run each)',
      ],
    });
    expect(run(old, slow).lines.slice(0, 2)).toEqual([
      'old.json → slow.json: 1 in both, 0 new, 3 gone',
      'One file is of a single run: time is that of the run without the start of its process.',
    ]);
  });
});

describe('refuses', () => {
  const [record] = before.records;
  const wrong = (changed: object) => ({ ...before, records: [{ ...record, ...changed }] });

  it.each([
    [
      '{"version": 1,\n  "aborted": fals}',
      /^`compare` must be given JSON, and this is none from line 2, column 14 on\. Received: .*wrong\.json\.$/,
    ],
    ['', /line 1, column 1 on/],
    ['[]', /wrong\.json: `the file` must be an object\. Received: \[\]\.$/],
    ['{}', /wrong\.json: `version` must be 1\. Received: nothing\.$/],
    [{ ...before, version: 2 }, /`version` must be 1\. Received: 2\.$/],
    [
      '{"version":1}',
      /must be a comparison, with `records`, or a run, with `config`\. Received: an object with version\.$/,
    ],
    [{ ...before, records: {} }, /`records` must be a list\. Received: \{\}\.$/],
    [{ ...before, machine: null }, /`machine` must be an object\. Received: null\.$/],
    [
      { ...before, machine: { ...fakeMachine, cores: '2' } },
      /`machine\.cores` must be a number, 1 or above\. Received: "2"\.$/,
    ],
    [wrong({ version: 3 }), /`records\[0\]\.version` must be 1\. Received: 3\.$/],
    [
      wrong({ status: 'fine' }),
      /`records\[0\]\.status` must be one of done, failed, timeout\. Received: "fine"\.$/,
    ],
    [wrong({ config: 'seed' }), /`records\[0\]\.config` must be an object\. Received: "seed"\.$/],
    [
      wrong({ outcome: { ...record.outcome, testAccuracy: 97 } }),
      /`records\[0\]\.outcome\.testAccuracy` must be a number from 0 to 1\. Received: 97\.$/,
    ],
    [
      { version: 1, config: {}, aborted: 'x'.repeat(90) },
      /`aborted` must be true or false\. Received: "x{58}…\.$/,
    ],
  ] as const)('what is wrong, case %#', (content, message) => {
    const path = write('wrong.json', content);
    expect(() => run(path, now)).toThrow(UsageError);
    expect(() => run(path, now)).toThrow(message);
    expect(() => run(now, path)).toThrow(message);
  });

  it('a file that is not there', () => {
    expect(() => run(old, join(folder, 'none.json'))).toThrow(
      /^`compare` must be given files that can be read \(ENOENT\)\. Received: .*none\.json\.$/,
    );
    expect(() => run(folder, old)).toThrow(/EISDIR/);
  });
});
