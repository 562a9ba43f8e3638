import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../records/comparison.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mnist compare '));
afterAll(() => rmSync(folder, { recursive: true }));

const tiny = ['--dataset', 'synthetic', '--rows', '300', '--backend', 'cpu', '--epochs', '2'];
const matrix = ['--matrix', 'kernels=gaussian,laplacian', 'maps=rff,orf', 'dims=16'];

/** The program in a process of its own; `stopAt` kills it when its output has this. */
function start(
  args: readonly string[],
  { stopAt = '', signal = 'SIGINT' as NodeJS.Signals } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--conditions=@kernel-methods/source', main, ...args], {
    env: { ...process.env, NO_COLOR: '1' },
    cwd: folder,
  });
  const written = { stdout: '', stderr: '' };
  let stopped = stopAt === '';
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      if (stopped || !written.stdout.includes(stopAt)) return;
      stopped = true;
      child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...written }));
  });
}

const path = (name: string) => join(folder, name);
const read = (name: string): Comparison => JSON.parse(readFileSync(path(name), 'utf8'));
const lines = (name: string) => readFileSync(path(name), 'utf8').trim().split('\n').length;

describe('a comparison', () => {
  it('runs, tells and writes every combination that makes sense', async () => {
    const files = [
      '--json',
      'all.json',
      '--csv',
      'all.csv',
      '--markdown',
      'all.md',
      '--svg',
      'all.svg',
    ];
    const args = [...tiny, ...matrix, ...files, '--html', 'all.html', '--results', 'all.jsonl'];
    const { code, stdout, stderr } = await start(args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1\/3 .* test accuracy 0\.\d{4}/m);
    expect(stdout).toMatch(/1 combination skipped:\n {2}laplacian, orf/);

    const { records, skipped, variants, aborted } = read('all.json');
    expect(aborted).toBe(false);
    expect(records.map(({ variant, status }) => [variant, status])).toEqual(
      ['gaussian, rff', 'gaussian, orf', 'laplacian, rff'].map((name) => [name, 'done']),
    );
    expect(skipped.map(({ variant }) => variant)).toEqual(['laplacian, orf']);
    expect(variants).toHaveLength(3);
    expect(variants.some(({ front }) => front)).toBe(true);
    expect(lines('all.jsonl')).toBe(3);
    expect(lines('all.csv')).toBe(4);
    expect(readFileSync(path('all.svg'), 'utf8')).toMatch(/^<svg .*<\/svg>\s*$/s);
    for (const name of ['all.md', 'all.html']) {
      const text = readFileSync(path(name), 'utf8');
      for (const { variant } of variants) expect(text).toContain(variant);
    }

    const same = await start(['compare', 'all.json', 'all.json', '--fail-on-loss']);
    expect(same).toMatchObject({ code: 0, stderr: '' });
  });

  it('killed, goes on where it was', async () => {
    const args = [...tiny, ...matrix, '--results', 'killed.jsonl', '--json', 'killed.json'];
    const killed = await start(args, { stopAt: '1/3', signal: 'SIGKILL' });
    expect(killed.code).not.toBe(0);
    expect(existsSync(path('killed.json'))).toBe(false);
    const done = lines('killed.jsonl');
    expect(done).toBeGreaterThanOrEqual(1);

    const again = await start(args);
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^mnist-bench: `--results` must be a new file.*--resume/);

    const resumed = await start([...args, '--resume']);
    expect(resumed.stderr).toBe('');
    expect(resumed.stdout.match(/test accuracy/g)).toHaveLength(3 - done);
    const keys = read('killed.json').records.map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
    expect(keys).toHaveLength(3);
  });

  // On Windows a signal from another process is a kill.
  it.skipIf(process.platform === 'win32')('stops in order at Ctrl-C', async () => {
    const args = [...tiny, ...matrix, '--results', 'stopped.jsonl', '--json', 'stopped.json'];
    const { code, stdout, stderr } = await start(args, { stopAt: '1/3' });
    expect(stderr).toContain('Stopping. Ctrl-C again leaves at once.\n');
    expect(stdout).toContain('Stopped: what was done by then is here.');
    expect(code).toBe(130);
    const { aborted, records } = read('stopped.json');
    expect(aborted).toBe(true);
    expect(records.length).toBeGreaterThanOrEqual(1);
    expect(records.length).toBeLessThan(3);
    expect(lines('stopped.jsonl')).toBe(records.length);
  });

  it('ends a run that takes too long, says so and exits with 1', async () => {
    const { code, stdout } = await start([
      ...['--dataset', 'synthetic', '--rows', '3000', '--backend', 'cpu', '--epochs', '10000'],
      ...['--output-dim', '64', '--timeout', '4'],
      ...['--results', 'late.jsonl', '--json', 'late.json'],
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('ended after 4 s, the most that it was given');
    expect(read('late.json').records.map(({ status }) => status)).toEqual(['timeout']);
  });

  it('lists and estimates what it would run', async () => {
    const { code, stdout } = await start([...tiny, ...matrix, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('Would run 3 times:');
    expect(stdout).toMatch(/^ {2}gaussian, rff +1 +\d+:\d\d +\d+ MB$/m);
    expect(existsSync(path('mnist-bench.jsonl'))).toBe(false);
  });

  it('looks at the results before it lists what it would go on with', async () => {
    const wrong = `${JSON.stringify({ version: 1, key: 'a' })}\n`;
    writeFileSync(path('wrong.jsonl'), wrong);
    const args = [...tiny, ...matrix, '--results', 'wrong.jsonl', '--resume'];
    for (const more of [['--dry-run'], []]) {
      const { code, stdout, stderr } = await start([...args, ...more]);
      expect(stderr).toMatch(
        /^mnist-bench: Line 1 of wrong\.jsonl is not a whole record of a run\./,
      );
      expect(stdout).toBe('');
      expect(code).toBe(1);
    }
    expect(readFileSync(path('wrong.jsonl'), 'utf8')).toBe(wrong);
  });

  it.each([
    [['--matrix', 'kernel=gaussian'], /did you mean kernels\?/],
    [['--matrix', 'kernels=gausian'], /did you mean gaussian\?/],
    [
      ['--matrix', 'losses=hinge', 'solvers=direct'],
      /`--matrix` must hold a combination that makes sense\. `loss` must be/,
    ],
    [['--config', 'none.json'], /^mnist-bench: `--config` must be a file that can be read/],
    [
      ['--dry-run', '--html', 'none/r.html'],
      /^mnist-bench: `--html` must be a file in an existing/,
    ],
    [
      ['--matrix', 'kernels=gaussian', '--json', 'c.jsonl.lock', '--results', 'c.jsonl'],
      /the lock of --results/,
    ],
    [['compare', 'one.json'], /^mnist-bench: /],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stdout, stderr } = await start(args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
