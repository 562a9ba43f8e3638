import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { helpText } from './options/help.ts';
import type { BenchReport } from './records/run-record.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mnist bench '));
afterAll(() => rmSync(folder, { recursive: true }));

const small = ['--dataset', 'synthetic', '--rows', '300', '--output-dim', '32', '--backend', 'cpu'];

/** The program in a process of its own; `watch` sees its output as it grows. */
function start(
  args: readonly string[],
  { env = {}, watch = (_stdout: string, _kill: () => void) => {} } = {},
) {
  const child = spawn(process.execPath, ['--conditions=@kernel-methods/source', main, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      watch(written.stdout, () => child.kill('SIGINT'));
    });
  }
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...written }));
  });
}

const readReport = (path: string): BenchReport => JSON.parse(readFileSync(path, 'utf8'));

describe('options', () => {
  it('prints its help', async () => {
    expect(await start(['--help'])).toEqual({ code: 0, stdout: `${helpText()}\n`, stderr: '' });
  });

  it('says why the backend does not start', async () => {
    const args = ['--dataset', 'synthetic', '--rows', '300', '--output-dim', '32'];
    const { code, stderr } = await start(args, { env: { KERNEL_METHODS_ENGINE: 'fast' } });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "`KERNEL_METHODS_ENGINE` must be 'auto' or 'native' or 'wasm'. Received: 'fast'.",
    );
  });

  it.each([
    [['--loss', 'hing'], /^mnist-bench: `--loss` .*\(did you mean hinge\?\)\. Received: hing\.\n$/],
    [['--epochs', '0'], /^mnist-bench: `--epochs` .* Received: 0\.\n$/],
    [['--json', join(folder, 'none', 'out.json')], /^mnist-bench: `--json` .*\n$/],
    [['--solver', 'newton'], /^mnist-bench: `loss` must have a second derivative for newton.*\n$/],
    [
      ['--map', 'nystroem', '--rows', '100', '--output-dim', '500'],
      /^mnist-bench: nystroem takes its landmarks from the training rows: 500 of 80 cannot be had\n$/,
    ],
    [
      ['--machines', 'redis://somewhere'],
      /^mnist-bench: `solver` must be 'direct' or 'newton' for rows on other machines\. Received: adam\.\n$/,
    ],
    [
      ['--machines', 'redis://somewhere', '--task', 'novelty', '--normal', '0'],
      /^mnist-bench: `--normal` must be left out with --machines.*\n$/,
    ],
    [
      ['--machines', 'http://me:secret@somewhere'],
      /^mnist-bench: `--machines` must be a URL that begins with redis:\/\/ .*Received: http:\/\/…@somewhere\.\n$/,
    ],
    [
      ['--machines', 'redis://me:secret@somewhere', '--matrix', 'dims=64'],
      /^mnist-bench: `--machines` must be left out of a comparison.*Received: redis:\/\/…@somewhere\.\n$/,
    ],
    [['--save', join(main, 'model')], /^mnist-bench: `--save` .*\n$/],
    [['--data', join(folder, 'none')], /^mnist-bench: `--data` .*\n$/],
  ])('refuses %j in one line with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await start(args);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('a run', () => {
  it('tells, writes and saves what it did, and repeats from its seed', async () => {
    const path = (name: string) => join(folder, name);
    const run = (json: string, ...args: string[]) =>
      start([...small, '--epochs', '2', '--json', path(json), ...args]);
    const first = await run('first.json', '--save', path('model'));
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^mnist-bench, variant seed/);
    expect(first.stdout).toMatch(/^epoch 1\/2 {2}loss \d\.\d{4} {2}accuracy /m);
    expect(first.stdout).toMatch(/^ {2}test accuracy +0\.\d{4}$/m);
    expect(first.stdout).not.toContain('\x1b');
    expect(readdirSync(path('model'))).toContain('model.json');

    const report = readReport(path('first.json'));
    expect(report).toEqual({
      version: 1,
      aborted: false,
      config: {
        variant: 'seed',
        task: 'classes',
        normal: null,
        reject: null,
        rejectScore: 'relative-mahalanobis',
        deskew: 'no',
        filters: 0,
        patchSize: 5,
        grid: 7,
        threshold: 0.3,
        kernel: 'gaussian',
        map: 'rff',
        loss: 'hinge',
        solver: 'adam',
        outputDim: 32,
        scale: 10,
        epochs: 2,
        batchSize: 128,
        l2: null,
        learningRate: null,
        rows: 300,
        validationSplit: 0.2,
        seed: 0,
        backend: 'cpu',
        dataset: 'synthetic',
        data: null,
        save: path('model'),
        json: path('first.json'),
        machines: null,
        progress: 'text',
      },
      dataset: {
        name: 'synthetic digits',
        origin: expect.stringContaining('seed 0'),
        checksum: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        rows: { train: 240, validation: 60, test: 10_000 },
      },
      backend: { name: 'cpu', threads: 1 },
      settings: {
        ...{ solver: 'adam', l2: 0, scale: 10, outputDim: 32, standardize: false },
        map: 'RandomFourierFeatures',
      },
      epochs: [1, 2].map((epoch) => ({
        epoch,
        loss: expect.any(Number),
        accuracy: expect.any(Number),
        valLoss: expect.any(Number),
        valAccuracy: expect.any(Number),
        seconds: expect.any(Number),
      })),
      valAccuracyLast5: expect.any(Number),
      testAccuracy: expect.any(Number),
      testLoss: expect.any(Number),
      confusion: expect.any(Array),
      worst: expect.any(Array),
      open: null,
      reliability: null,
      seconds: {
        load: expect.any(Number),
        features: expect.any(Number),
        train: expect.any(Number),
        validate: expect.any(Number),
        predict: expect.any(Number),
        save: expect.any(Number),
        total: expect.any(Number),
      },
      peakMemory: expect.any(Number),
      versions: {
        node: process.versions.node,
        tfjs: '4.22.0',
        packages: expect.objectContaining({ '@kernel-methods/models': expect.any(String) }),
        platform: expect.any(String),
        cpu: expect.any(String),
        cores: expect.any(Number),
      },
    });

    expect((await run('again.json')).code).toBe(0);
    const measured = (name: string) => {
      const { epochs, testLoss, testAccuracy, dataset } = readReport(path(name));
      return [dataset, testLoss, testAccuracy, epochs.map(({ seconds, ...rest }) => rest)];
    };
    expect(measured('again.json')).toEqual(measured('first.json'));
  });

  it.skipIf(!existsSync('/dev/full'))(
    'goes on where standard output is full, and says so at the end',
    async () => {
      const json = join(folder, 'full.json');
      const stdout = openSync('/dev/full', 'w');
      const child = spawn(
        process.execPath,
        ['--conditions=@kernel-methods/source', main, ...small, '--epochs', '1', '--json', json],
        { stdio: ['ignore', stdout, 'pipe'] },
      );
      const [stderr, [code]] = await Promise.all([text(child.stderr!), once(child, 'close')]);
      closeSync(stdout);
      expect(stderr).toMatch(/^mnist-bench: standard output could not be written: ENOSPC.*\n$/);
      expect(code).toBe(1);
      expect(readReport(json).testAccuracy).toEqual(expect.any(Number));
    },
  );

  // On Windows a signal from another process is a kill.
  it.skipIf(process.platform === 'win32')(
    'stops in order at Ctrl-C, with what there is',
    async () => {
      const json = join(folder, 'stopped.json');
      let stopped = false;
      const { code, stdout, stderr } = await start(
        [...small, '--epochs', '10000', '--json', json, '--save', join(folder, 'unsaved')],
        {
          watch(text, kill) {
            if (!stopped && text.includes('epoch     2/10000')) {
              stopped = true;
              kill();
            }
          },
        },
      );
      expect(stderr).toBe('Stopping. Ctrl-C again leaves at once.\n');
      expect(stdout).toMatch(/Stopped after \d+ of 10000 epochs; not tested, not saved\./);
      expect(code).toBe(130);
      const report = readReport(json);
      expect(report).toMatchObject({ version: 1, aborted: true, testAccuracy: null });
      expect(report.epochs.length).toBeGreaterThanOrEqual(2);
      expect(existsSync(join(folder, 'unsaved'))).toBe(false);
    },
  );
});
